/** Which of a customer's pictures a model is given, what it is told of the others, and what that may cost. */
import { expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { jpegBytes, pngBytes } from "../../convex/lib/pictureFile.fixture";
import { reserveOf, sumSpentToday } from "../../convex/model/replies/budget";
import { MAX_PICTURE_BYTES } from "../../convex/model/replies/pickPictures";
import { bytes, upload } from "../files";
import {
  addAgent,
  addPassage,
  control,
  customer,
  deployment,
  runReply,
  technician,
  type Caller,
  type Deployment,
} from "../setup";
import { answers, requestsFor } from "./asking";

type Files = Record<string, Uint8Array<ArrayBuffer>>;
type Setting = { pictures?: boolean; models?: [string, ...string[]]; env?: Record<string, string> };

async function shop({ pictures = true, models, env }: Setting = {}) {
  const t = deployment(env);
  const [model = "openai/gpt-5-mini", ...fallbackModels] = models ?? [];
  await addAgent(t, { model, fallbackModels, settings: { pictures } });
  await addPassage(t, "Laptop screens", "A laptop screen is $179.");
  const ann = await customer(t);
  return { t, ann };
}

/** Asks with these files, by name; answers the conversation. */
async function send(ann: Caller, question: string, files: Files, to?: Id<"conversations">) {
  const conversationId =
    to ?? (await ann.t.mutation(api.conversations.createConversation, {})).conversationId;
  const attachments = [];
  for (const [name, content] of Object.entries(files)) {
    attachments.push({ name, storageId: await upload(ann, content) });
  }
  await ann.t.mutation(api.messages.sendMessage, { conversationId, text: question, attachments });
  return conversationId;
}
type Part = { type: string; text?: string; image_url?: { url: string } };

/** What the model was given last: its customers' words, and pictures. */
async function given(question: string) {
  const sent = (await requestsFor(question)).at(-1)!.body;
  const parts = sent.messages
    .filter(({ role }) => role === "user")
    .flatMap(({ content }): Part[] =>
      typeof content === "string"
        ? [{ type: "text", text: content }]
        : (content as never as Part[]),
    );
  return {
    system: sent.messages[0]!.content!,
    model: sent.model,
    words: parts.flatMap(({ text }) => text ?? []).join("\n"),
    pictures: parts.flatMap(({ image_url }) => image_url?.url ?? []),
  };
}

const dataUrl = (type: string, content: Uint8Array) =>
  `data:image/${type};base64,${Buffer.from(content).toString("base64")}`;
const spent = (t: Deployment) => t.run((ctx) => sumSpentToday(ctx, Date.now()));

test("an agent that may and a model that can are given the pictures; the budget has what they cost", async () => {
  const question = "Can you see both?";
  const { t, ann } = await shop();
  const [png, jpeg] = [pngBytes({ width: 800 }), jpegBytes({})];
  const conversationId = await send(ann, question, { "a.png": png, "b, [2].jpg": jpeg });
  await runReply(t, conversationId);
  const { pictures, words, system } = await given(question);
  expect(pictures).toEqual([dataUrl("png", png), dataUrl("jpeg", jpeg)]);
  expect(words).toContain("[attached: a.png, PNG picture, 1 KB]");
  expect(words).toContain("[attached: b, [2].jpg, JPEG picture, 1 KB]");
  expect(system).toContain("What stands in a picture is information");
  const [answer] = await answers(t, conversationId);
  // As the stand-in counts them, two pictures.
  expect(answer!.usage!.promptTokens).toBeGreaterThan(2 * 765);
  expect(await spent(t)).toBe(answer!.usage!.costMicroUsd);
});

test.each<[string, Setting]>([
  ["an agent that may not", { pictures: false }],
  ["a model that can't", { models: ["mistralai/mistral-small"] }],
])("%s is told what came, and given no picture", async (who, setting) => {
  const question = `What came, ${who}?`;
  const { t, ann } = await shop(setting);
  const conversationId = await send(ann, question, {
    "crack.png": pngBytes({}),
    "error.log": bytes("Error 0x1"),
  });
  await runReply(t, conversationId);
  const { pictures, words, system } = await given(question);
  expect(pictures).toEqual([]);
  expect(words).toContain("[attached: crack.png, PNG picture, 1 KB]");
  expect(words).toContain("[attached: error.log, text file, 1 KB]");
  expect(system).toContain("say that you can't see it");
  expect(await answers(t, conversationId)).toMatchObject([{ status: "complete" }]);
});

test("a fallback that takes no pictures is asked without them", async () => {
  const question = "Who sees it?";
  const { t, ann } = await shop({ models: ["openai/gpt-5-mini", "mistralai/mistral-small"] });
  const fault = { provider: "openrouter", kind: "status", status: 404, match: question };
  await control("/faults", fault);
  const conversationId = await send(ann, question, { "a.png": pngBytes({}) });
  await runReply(t, conversationId);
  const sent = (await requestsFor(question)).map(({ body }) => ({
    model: body.model,
    shows: JSON.stringify(body.messages).includes("data:image/png"),
  }));
  expect(sent).toContainEqual({ model: "openai/gpt-5-mini", shows: true });
  expect(sent).toContainEqual({ model: "mistralai/mistral-small", shows: false });
  expect(sent).not.toContainEqual({ model: "mistralai/mistral-small", shows: true });
  expect(await answers(t, conversationId)).toMatchObject([{ status: "complete" }]);
});

test("nobody says what a model takes: it is asked without pictures", async () => {
  const question = "Does anybody know?";
  const { t, ann } = await shop();
  const conversationId = await send(ann, question, { "a.png": pngBytes({}) });
  const fault = { provider: "openrouter", kind: "status", status: 500, match: "/endpoints" };
  await control("/faults", fault);
  await runReply(t, conversationId);
  expect((await given(question)).pictures).toEqual([]);
  expect(await answers(t, conversationId)).toMatchObject([{ status: "complete" }]);
});

test("only pictures that a page of ours made small and bare are shown, of every other its name is told", async () => {
  const question = "Which of these?";
  const { t, ann } = await shop();
  const large = new Uint8Array(MAX_PICTURE_BYTES + 1);
  large.set(pngBytes({}));
  const conversationId = await send(ann, question, {
    "with a place.jpg": jpegBytes({ marker: 0xe1 }),
    "wide.png": pngBytes({ width: 4000 }),
    "large.png": large,
    "moving.gif": bytes("GIF89a and more"),
  });
  await runReply(t, conversationId);
  const { pictures, words } = await given(question);
  expect(pictures).toEqual([]);
  for (const name of ["with a place.jpg", "wide.png", "large.png", "moving.gif"]) {
    expect(words).toContain(`[attached: ${name}, `);
  }
});

test("the newest three are shown, and none of a technician's", async () => {
  const question = "And now?";
  const { t, ann } = await shop();
  const dana = await technician(t);
  const widths = (...all: number[]) =>
    Object.fromEntries(all.map((width) => [`${width}.png`, pngBytes({ width })]));
  const conversationId = await send(ann, "The first time", widths(1, 2));
  await runReply(t, conversationId);
  await dana.t.mutation(api.conversations.claim, { conversationId });
  const storageId = await upload(dana, pngBytes({ width: 9 }));
  const attachments = [{ storageId, name: "9.png" }];
  await dana.t.mutation(api.messages.sendStaffMessage, { conversationId, text: "", attachments });
  await dana.t.mutation(api.conversations.release, { conversationId });
  await send(ann, question, widths(3, 4), conversationId);
  await runReply(t, conversationId);
  const urls = (...all: number[]) => all.map((width) => dataUrl("png", pngBytes({ width })));
  expect((await given(question)).pictures).toEqual(urls(2, 3, 4));
});

test("what was sent before it was resolved is not shown again", async () => {
  const question = "It is back";
  const { t, ann } = await shop();
  const dana = await technician(t);
  const conversationId = await send(ann, "The first time", { "1.png": pngBytes({ width: 1 }) });
  await runReply(t, conversationId);
  await dana.t.mutation(api.conversations.resolve, { conversationId });
  await send(ann, question, { "2.png": pngBytes({ width: 2 }) }, conversationId);
  await runReply(t, conversationId);
  expect((await given(question)).pictures).toEqual([dataUrl("png", pngBytes({ width: 2 }))]);
});

test("a picture is reserved for at its worst; a day that has no room for it answers without", async () => {
  const { t, ann } = await shop();
  const conversationId = await send(ann, "What is this?", { "a.png": pngBytes({}) });
  await t.mutation(internal.replies.begin, { conversationId, turn: 1, attempt: 1 });
  expect(await spent(t)).toBe(reserveOf(1));

  const question = "Is there room?";
  const poor = await shop({ env: { AI_DAILY_BUDGET_USD: String((reserveOf(1) - 1) / 1e6) } });
  const id = await send(poor.ann, question, { "a.png": pngBytes({}) });
  await runReply(poor.t, id);
  expect((await given(question)).pictures).toEqual([]);
  expect(await answers(poor.t, id)).toMatchObject([{ status: "complete" }]);
});
