/** Saved replies: one list of the shop, kept by admins, used by technicians. */
import { expect, test } from "vitest";
import { api } from "../../convex/_generated/api";
import {
  admin,
  customer,
  deployment,
  messages,
  outcomeOf,
  refusal,
  technician,
  type Caller,
} from "../setup";

const { list, save, remove } = api.savedReplies;
const keep = (caller: Caller, shortcut: string, text = "Hello {customer name}.", was?: string) =>
  caller.t.mutation(save, { shortcut, text, ...(was !== undefined && { was }) });

test("a reply is kept by its shortcut, in lower case, and the same shortcut again replaces it", async () => {
  const t = deployment();
  const [sam, dana] = [await admin(t), await technician(t)];
  expect(await keep(sam, " /Screen-Price ")).toBe("screen-price");
  await keep(sam, "größe", "Which size is it?");
  await keep(sam, "screen-price", "It costs $149, {customer name}.");
  expect(await dana.t.query(list, {})).toEqual([
    { shortcut: "größe", text: "Which size is it?" },
    { shortcut: "screen-price", text: "It costs $149, {customer name}." },
  ]);
});

test("a reply is called anew, but not like another", async () => {
  const t = deployment();
  const sam = await admin(t);
  await keep(sam, "a", "One");
  await keep(sam, "b", "Two");
  expect(await outcomeOf(keep(sam, "b", "One", "a"))).toBe("conflict");
  expect(await outcomeOf(keep(sam, "c", "One", "nobody"))).toBe("not_found");
  await keep(sam, "c", "One", "a");
  expect(await sam.t.query(list, {})).toEqual([
    { shortcut: "b", text: "Two" },
    { shortcut: "c", text: "One" },
  ]);
  await sam.t.mutation(remove, { shortcut: "b" });
  expect(await outcomeOf(sam.t.mutation(remove, { shortcut: "b" }))).toBe("not_found");
});

test("what stands in braces and is no variable is refused by its name", async () => {
  const sam = await admin(deployment());
  const refused = await refusal(keep(sam, "a", "Hi {customer name}, your {modell} is ready."));
  expect(refused).toMatchObject({ code: "invalid_input", variable: "modell" });
  expect(refused.message).toContain("{hours today}");
  for (const text of ["No braces", "{Technician} and { shop phone }", "{ open"])
    await keep(sam, "a", text);
});

test("shortcuts, lengths and the number of replies are bounded", async () => {
  const t = deployment();
  const sam = await admin(t);
  for (const bad of ["", "/", "two words", "-a", "a-", "a".repeat(31), "<b>", "a/b"]) {
    expect([bad, await outcomeOf(keep(sam, bad))]).toEqual([bad, "invalid_input"]);
  }
  expect(await outcomeOf(keep(sam, "a", " "))).toBe("invalid_input");
  expect(await outcomeOf(keep(sam, "a", "a".repeat(2_001)))).toBe("too_large");
  await t.run(async (ctx) => {
    for (let i = 0; i < 99; i++) {
      await ctx.db.insert("knowledge", {
        ...{ kind: "saved_reply", shortcut: `r${i}`, text: "Text", updatedAt: i },
      });
    }
  });
  await keep(sam, "a".repeat(30), "a".repeat(2_000));
  expect(await outcomeOf(keep(sam, "one-more"))).toBe("too_large");
  await keep(sam, "r5", "Changed");
  expect(await sam.t.query(list, {})).toHaveLength(100);
});

test("an answer with a gap in it is not sent, whatever client sends it", async () => {
  const t = deployment();
  const [ann, dana] = [await customer(t), await technician(t)];
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {});
  await dana.t.mutation(api.conversations.claim, { conversationId });
  const send = (text: string) =>
    dana.t.mutation(api.messages.sendStaffMessage, { conversationId, text });
  expect(await refusal(send("Hello {customer name}."))).toMatchObject({
    code: "invalid_input",
    variable: "customer name",
  });
  await send("Type {model} into the field, braces and all.");
  const said = await messages(t, conversationId);
  expect(said.filter(({ author }) => author.kind === "technician")).toHaveLength(1);
});
