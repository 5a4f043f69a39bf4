/**
 * A price is edited on the local deployment, with Convex's own clients and Twilio's own SDK: who was told the old one is
 * listed, and one call corrects it where each of them reads it.
 */
import type { ConvexHttpClient } from "convex/browser";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { SERVICE_NUMBERS } from "@computer-guys/stand-ins";
import { startSystem, type System } from "../../local/system";
import { connectGuest, connectStaff, watch, type Shown } from "./clients";

const SHOP = SERVICE_NUMBERS[1];
const PATIENCE = 120_000;

let system: System;
beforeAll(async () => {
  // As on Convex, so that nothing here can lean on what a module has kept.
  system = await startSystem({ keepModules: false });
});
afterAll(async () => {
  await system.close();
});

const texts = () => system.providers.control.texts;

/** Somebody on the page, and what they see. */
async function visitor() {
  const { http, live } = await connectGuest(system);
  const { conversationId } = await http.mutation(api.conversations.createConversation, {});
  const sees = (passes: (shown: Shown) => boolean) => watch(live, conversationId, passes);
  const ask = async (text: string) => {
    await http.mutation(api.messages.sendMessage, { conversationId, text });
    const shown = await sees((all) => {
      const last = all.at(-1);
      return last?.author.kind === "agent" && last.status === "complete";
    });
    return shown.at(-1)!.text;
  };
  return { conversationId, ask, sees, close: () => live.close() };
}

async function askByText(from: string, body: string): Promise<string> {
  await texts().text({ from, to: SHOP, body });
  const answer = await texts().waitFor((sms) => sms.to === from && /\$/.test(sms.body));
  return answer.body;
}

/** Waits for what a query says. */
async function until<T>(ask: () => Promise<T>, passes: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await ask();
    if (passes(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function recalled(sam: ConvexHttpClient, documentId: Id<"knowledge">) {
  const found = [];
  for (const view of ["open", "resolved"] as const) {
    let cursor: string | null = null;
    for (let isDone = false; !isDone;) {
      const paginationOpts: { numItems: number; cursor: string | null } = { numItems: 10, cursor };
      const args = { documentId, view, paginationOpts };
      const page: (typeof api.recalls.list)["_returnType"] = await sam.query(
        api.recalls.list,
        args,
      );
      found.push(...page.page);
      ({ isDone, continueCursor: cursor } = page);
    }
  }
  return found;
}

const ALL_DAY = [["00:00", "24:00"]];
const QUESTION = "How much is a new iPhone 13 screen?";

test(
  "a price is edited: exactly those who were told the old one are listed, and read the new one once",
  async () => {
    const sam = await connectStaff(system, "owner@computerguys.example");
    // Open at any hour: texts that correct something keep to it.
    const weekly = Object.fromEntries(
      ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map((day) => [day, ALL_DAY]),
    ) as (typeof api.knowledge.setHours)["_args"]["hours"]["weekly"];
    const hours = { timeZone: "America/New_York", weekly, holidays: [] };
    await sam.mutation(api.knowledge.setHours, { hours });

    const [ann, other] = [await visitor(), await visitor()];
    const told = await ann.ask(QUESTION);
    const price = /\$\d+/.exec(told)![0];
    await other.ask("What does a data recovery cost?");
    const [texted, optedOut] = ["+16145550171", "+16145550172"];
    expect(await askByText(texted, QUESTION)).toContain(price);
    expect(await askByText(optedOut, QUESTION)).toContain(price);
    await texts().text({ from: optedOut, to: SHOP, body: "STOP" });
    await texts().waitFor((sms) => sms.to === optedOut && /won't get any more/.test(sms.body));
    const before = texts().sent(optedOut).length;

    const documents = await sam.query(api.knowledge.list, {
      paginationOpts: { numItems: 20, cursor: null },
    });
    const all = [...documents.page];
    for (let next = documents; !next.isDone;) {
      const paginationOpts = { numItems: 20, cursor: next.continueCursor };
      next = await sam.query(api.knowledge.list, { paginationOpts });
      all.push(...next.page);
    }
    const { _id: documentId } = all.find(({ slug }) => slug === "phone-and-tablet-screens")!;
    const { title, category, format, body } = await sam.query(api.knowledge.get, { documentId });
    expect(await recalled(sam, documentId)).toEqual([]);
    await sam.mutation(api.knowledge.replaceDocument, {
      ...{ documentId, title, category, format },
      body: body.replaceAll(price, "$777"),
    });
    await until(
      () => sam.query(api.knowledge.get, { documentId }),
      ({ version, state }) => version === 2 && state === "published",
    );

    const found = await recalled(sam, documentId);
    expect(found.map(({ channel }) => channel).sort()).toEqual(["sms", "sms", "web"]);
    expect(found.map(({ conversationId }) => conversationId)).toContain(ann.conversationId);
    for (const { stale, correction } of found) {
      expect(stale.some(({ said }) => said.includes(price))).toBe(true);
      expect(correction).toContain("$777");
    }

    const tell = async () => {
      const workflowId = await sam.mutation(api.recalls.tell, { documentId });
      // Late answers are looked for three minutes after the edit: what there is now is told at once.
      await until(
        () => sam.query(api.workflows.get, { workflowId }),
        ({ step }) => /told/.test(step),
      );
    };
    await tell();
    const isCorrection = ({ text }: { text: string }) => text.startsWith("A correction to");
    const seen = await ann.sees((shown) => shown.some(isCorrection));
    expect(seen.at(-1)!.text).toContain("$777");
    const sms = await texts().waitFor((one) => one.to === texted && /\$777/.test(one.body));
    expect(sms.body).toMatch(/^A correction to what we told you earlier\./);

    await tell();
    await until(
      () => recalled(sam, documentId),
      (rows) => rows.every((one) => one.told !== undefined),
    );
    const again = await ann.sees((shown) => shown.some(isCorrection));
    expect(again.filter(isCorrection)).toHaveLength(1);
    expect(
      texts()
        .sent(texted)
        .filter(({ body }) => /correction/.test(body)),
    ).toHaveLength(1);
    expect(texts().sent(optedOut)).toHaveLength(before);
    const others = await other.sees(() => true);
    expect(others.filter(isCorrection)).toEqual([]);
    await Promise.all([ann.close(), other.close()]);
  },
  PATIENCE,
);
