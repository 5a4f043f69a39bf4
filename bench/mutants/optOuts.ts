/** Invariant 7: nothing is texted to who has opted out. */
import { mutantOf, type Mutant } from "./mutant";

const SMS_SETTLEMENT = "convex/model/sms/settlement.ts";

const texted = mutantOf(7, "texts");

export const OPT_OUTS: Mutant[] = [
  texted({
    name: "who texts us has not opted out",
    file: "convex/model/outbox/channel.ts",
    find: `  if (user.smsConsent === "revoked") return "opted_out";`,
    replace: ``,
    why: "consent is asked for on the page's conversations only",
  }),
  texted({
    name: "a notice is for everybody",
    file: "convex/model/outbox/channel.ts",
    find: `  if (purpose === "consent") return null;
  if (user`,
    replace: `  if (purpose === "consent" || purpose === "notice") return null;
  if (user`,
    why: "what we have to say goes as the answer to STOP does",
  }),
  texted({
    name: "staff may write to them",
    file: "convex/model/outbox/outbox.ts",
    find: `  if (user.smsConsent === "revoked") {`,
    replace: `  if (user.smsConsent === "revoked" && conversation.waitingSince === undefined) {`,
    why: "an answer to who waits stands there as if it had gone",
  }),
  texted({
    name: "what the carrier refuses",
    file: SMS_SETTLEMENT,
    find: `  if (state === "opted_out") return await optOut(ctx, message);`,
    replace: `  if (state === "opted_out") return;`,
    why: "the carrier knows of a STOP, and the next text is sent all the same",
  }),
  texted({
    name: "what the carrier reports",
    file: SMS_SETTLEMENT,
    find: `    if (reason === "21610") await optOut(ctx, message);`,
    replace: ``,
    why: "the same, told later by a callback",
  }),
  texted({
    name: "YES opts in whoever says it",
    file: "convex/model/sms/inbound.ts",
    find: `consentWordOf(body, user.smsConsent === "revoked", text.optOutType)`,
    replace: `consentWordOf(body, user.smsConsent !== "granted", text.optOutType)`,
    why: "an answer to a question is taken for consent",
  }),
];
