"use node";
/** Reads a mail that came in: in Node, where the parser runs that cuts off what it quotes. */
import { v, type Infer } from "convex/values";
import { internal } from "./_generated/api";
import { internalAction } from "./functions";
import { addressIn, isAutomaticMail } from "./lib/automaticMail";
import type { vTaken } from "./mail";
import { vMailTarget } from "./model/sms/mailInbound";
import { fetchReceivedMail } from "./providers/receivedMail";
import { cutReply } from "./providers/replyText";

/** Fetches it and takes it in. Throws when another try may do. */
export const readMail = internalAction({
  args: { emailId: v.string(), target: vMailTarget },
  returns: v.object({
    messageId: v.union(v.id("messages"), v.null()),
    files: v.array(v.object({ id: v.string(), name: v.string() })),
  }),
  handler: async (ctx, { emailId, target }): Promise<Infer<typeof vTaken>> => {
    const mail = await fetchReceivedMail(emailId);
    if (mail === null) return { messageId: null, files: [] };
    const { from, messageId, headers, files } = mail;
    const read = {
      emailId,
      from,
      messageId,
      text: cutReply(mail.text),
      automatic: isAutomaticMail(headers, addressIn(from)),
      files: files.length,
    };
    return { messageId: await ctx.runMutation(internal.mail.take, { target, mail: read }), files };
  },
});
