/** Texts on the local deployment: signed webhooks in, Twilio's own SDK out, to the stand-in's list. */
import { ConvexHttpClient } from "convex/browser";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api";
import { countSegments, SERVICE_NUMBERS, type Sms } from "@computer-guys/stand-ins";
import { startSystem, type System } from "../../local/system";

const SHOP = SERVICE_NUMBERS[1];
/** A push, and the pauses in which a burst may go on. */
const PATIENCE = 60_000;

let system: System;
beforeAll(async () => {
  // As on Convex, so that nothing here can lean on what a module has kept.
  system = await startSystem({ keepModules: false });
});
afterAll(async () => {
  await system.close();
});

const texts = () => system.providers.control.texts;
const text = async (from: string, body: string) => {
  const { answers } = await texts().text({ from, to: SHOP, body });
  expect(answers).toMatchObject([{ status: 200 }]);
};
/** The first text to a phone that matches, past or future, once it has arrived. */
const arrives = (to: string, words: RegExp): Promise<Sms> =>
  texts().waitFor((sms) => sms.to === to && sms.status === "delivered" && words.test(sms.body));
const bodies = (to: string) =>
  texts()
    .sent(to)
    .map(({ body }) => body)
    .reverse();

async function signedIn(email: string): Promise<ConvexHttpClient> {
  const http = new ConvexHttpClient(system.deployment.url, { logger: false });
  const { challenge } = await http.action(api.auth.requestCode, { email });
  const code = /\d{6}/.exec(system.providers.control.emails(email)[0]!.text!)![0];
  http.setAuth((await http.action(api.auth.createSession, { challenge, code })).accessToken);
  return http;
}

test(
  "a question is answered by text, from the number that was texted, in two segments at most",
  async () => {
    const phone = "+16145550101";
    await text(phone, "How much is a new laptop screen?");
    const answer = await arrives(phone, /\$/);
    expect(answer.from).toBe(SHOP);
    expect(countSegments(answer.body).count).toBeLessThanOrEqual(2);
    expect(bodies(phone)).toEqual([answer.body]);
    expect(texts().alerts()).toEqual([]);
  },
  PATIENCE,
);

test(
  "a person is asked for, answers from the desk, and STOP ends it",
  async () => {
    const phone = "+16145550102";
    const dana = await signedIn("dana@computerguys.example");
    await text(phone, "I want to talk to a human");
    await arrives(phone, /technician/);
    const waiting = await dana.query(api.conversations.queue, { view: "waiting" });
    const { _id: conversationId } = waiting.find(({ channel }) => channel === "sms")!;
    await dana.mutation(api.conversations.claim, { conversationId });
    await dana.mutation(api.messages.sendStaffMessage, { conversationId, text: "Dana here." });
    await arrives(phone, /^Dana here\.$/);

    await text(phone, "STOP");
    await arrives(phone, /won't get any more texts/);
    const said = { conversationId, text: "One more thing" };
    await expect(dana.mutation(api.messages.sendStaffMessage, said)).rejects.toThrow(/opted out/);
    await text(phone, "START");
    await arrives(phone, /you get our texts again/);
    await dana.mutation(api.messages.sendStaffMessage, said);
    await arrives(phone, /^One more thing$/);
    expect(bodies(phone).filter((body) => body === "One more thing")).toHaveLength(1);
  },
  PATIENCE,
);
