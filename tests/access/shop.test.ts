/** What the shop is called: for everybody to read, an admin's to set, and in what is mailed and texted from then on. */
import { expect, test } from "vitest";
import { api } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { MAX_SHOP_NAME_CHARS } from "../../convex/model/desk/shopName";
import { askForCode, freshAddress } from "../auth/signIn";
import { addAgent, admin, control, deployment, outcomeOf, technician } from "../setup";

const lastMailTo = async (email: string) =>
  ((await control(`/emails?to=${email}`)) as { emails: { subject: string; text: string }[] })
    .emails[0];

test("it is the deployment's until an admin sets it, and one line", async () => {
  const t = deployment({ SHOP_NAME: "Ada's PCs" });
  const sam = await admin(t);
  expect(await t.query(api.shop.get, {})).toEqual({ name: "Ada's PCs", isSet: false });
  await sam.t.mutation(api.shop.setName, { name: " Joe's\nRepair " });
  expect(await t.query(api.shop.get, {})).toEqual({ name: "Joe's Repair", isSet: true });
  await sam.t.mutation(api.shop.setName, { name: "Joe & Ann" });
  expect((await t.query(api.shop.get, {})).name).toBe("Joe & Ann");
});

test("mails say it from then on", async () => {
  const t = deployment();
  const sam = await admin(t);
  await sam.t.mutation(api.shop.setName, { name: "Joe's Repair" });
  const email = freshAddress();
  await askForCode(t, email);
  const mail = await lastMailTo(email);
  expect(mail?.subject).toMatch(/^\d{6} is your Joe's Repair code$/);
  expect(mail?.text).toMatch(/Joe's Repair$/);
  const { to } = await sam.t.action(api.channels.sendTest, { channel: "email" });
  expect((await lastMailTo(to))?.subject).toBe("Test of Joe's Repair");
});

test("agents that were told the name of before are told this one, and what only looks like it stays", async () => {
  const t = deployment();
  const sam = await admin(t);
  const add = (slug: string, prompt: string) => addAgent(t, { slug, prompt });
  const front = await add(
    "front",
    "You are the front desk of Computer Guys. Computer Guysers are fans.",
  );
  const other = await add("other", "You know printers.");
  const { agents } = await sam.t.mutation(api.shop.setName, { name: "Joe's $& Repair" });
  const promptOf = (id: Id<"agents">) =>
    t.run(async (ctx) => (await ctx.db.get("agents", id))?.prompt);
  expect(await promptOf(front)).toBe(
    "You are the front desk of Joe's $& Repair. Computer Guysers are fans.",
  );
  expect(await promptOf(other)).toBe("You know printers.");
  expect(agents).toHaveLength(1);
  const [version] = await sam.t.query(api.agents.versions, { agentId: front });
  expect(version!.fields.prompt).toContain("Computer Guys.");
});

test("an empty or endless one is refused, and a technician's", async () => {
  const t = deployment();
  const sam = await admin(t);
  const dana = await technician(t);
  const set = (caller: typeof sam, name: string) =>
    outcomeOf(caller.t.mutation(api.shop.setName, { name }));
  expect(await set(sam, " \u200b ")).toBe("invalid_input");
  expect(await set(sam, "x".repeat(MAX_SHOP_NAME_CHARS + 1))).toBe("too_large");
  expect(await set(dana, "Mine")).toBe("forbidden");
  expect((await t.query(api.shop.get, {})).isSet).toBe(false);
});
