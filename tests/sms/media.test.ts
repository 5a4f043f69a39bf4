/** Pictures of a text: fetched from the provider alone, kept once, and never a reason to lose the text. */
import { describe, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { MAX_ATTACHMENT_BYTES } from "../../convex/model/conversations/attachments";
import { PNG, readFile } from "../files";
import { control, messages, row, snapshot, technician, type Deployment, standIn } from "../setup";
import { later, newPhone, newSid, SHOP_NUMBER, smsShop, stored, text, threads } from "./shop";

const base = () => standIn().env.TWILIO_BASE_URL!;
const mediaUrl = (i: number) => `${base()}/Media/ME${i}`;

/** What the webhook says of pictures at these addresses. */
function media(urls: string[], type = "image/png"): Record<string, string> {
  const fields: Record<string, string> = { NumMedia: String(urls.length) };
  for (const [i, url] of urls.entries()) {
    fields[`MediaUrl${i}`] = url;
    fields[`MediaContentType${i}`] = type;
  }
  return fields;
}

/** The provider's answers to requests for pictures, one after another. Everything else goes where it goes. */
function answers(...given: (() => Response | Error)[]): Request[] {
  const real = globalThis.fetch;
  const asked: Request[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const request = new Request(input, init);
    if (!request.url.includes("/Media/")) return await real(input, init);
    asked.push(request);
    const answer = given.shift()!();
    if (answer instanceof Error) throw answer;
    return answer;
  });
  return asked;
}
const picture =
  (body: BodyInit = PNG, type = "image/png") =>
  () =>
    new Response(body, { headers: { "content-type": type } });
const status = (code: number) => () => new Response("no", { status: code });

/** Until nothing of the text is being fetched any more. */
async function settled(t: Deployment, sid: string) {
  for (let i = 0; i < 300; i++) {
    await later(t);
    const message = await stored(t, sid);
    if (message?.pendingMedia === undefined) return message!;
  }
  throw new Error("The pictures never come.");
}

/** A text with pictures, and what became of it. */
async function texted(t: Deployment, fields: Record<string, string>, body = "Look at this crack") {
  const phone = newPhone();
  const sid = newSid();
  expect((await text(t, phone, body, { MessageSid: sid, ...fields })).status).toBe(200);
  const message = await settled(t, sid);
  const [thread] = await threads(t, phone);
  const notes = (await messages(t, thread!._id)).filter(({ visibility }) => visibility === "staff");
  return { phone, message, thread: thread!, notes: notes.map((note) => note.text) };
}

const filesOf = async (t: Deployment) =>
  await t.run((ctx) => ctx.db.system.query("_storage").collect());

test("a picture of the provider's is behind our credentials and a redirect, and is kept and shown", async () => {
  const t = await smsShop();
  const phone = newPhone();
  const data = Buffer.from(PNG).toString("base64");
  const sent = {
    from: phone,
    to: SHOP_NUMBER,
    body: "",
    media: [{ contentType: "image/png", data }],
  };
  const { message } = (await control("/sms/inbound", sent)) as { message: { sid: string } };
  const { picturesOf } = await import("../../convex/providers/sms");
  const [first] = (await picturesOf(message.sid))!;
  await text(t, phone, "", { MessageSid: message.sid, ...media([first!.url]) });
  const kept = await settled(t, message.sid);
  expect(kept.attachments).toMatchObject([
    { name: "Picture 1", contentType: "image/png", size: PNG.byteLength },
  ]);
  const [thread] = await threads(t, phone);
  // Without a word of theirs the assistant has answered all the same, and staff see the picture.
  expect(thread!.waitingSince).toBeUndefined();
  const dana = await technician(t);
  const page = await dana.t.query(api.messages.getMessages, {
    conversationId: thread!._id,
    paginationOpts: { numItems: 10, cursor: null },
  });
  const shown = page.page.find(({ attachments }) => attachments !== undefined);
  const file = await readFile(dana.t, shown!.attachments![0]!.url);
  expect(new Uint8Array(await file.arrayBuffer())).toEqual(PNG);
});

test("a video without a word is a question all the same: the assistant says that it can't open it", async () => {
  const t = await smsShop();
  const phone = newPhone();
  const data = Buffer.from("\0\0\0\x14ftypisom\0\0\0\0mp42", "latin1").toString("base64");
  const sent = {
    from: phone,
    to: SHOP_NUMBER,
    body: "",
    media: [{ contentType: "video/mp4", data }],
  };
  await control("/script", { match: "can't be opened here", text: "I can't open that video." });
  const { message } = (await control("/sms/inbound", sent)) as { message: { sid: string } };
  const { picturesOf } = await import("../../convex/providers/sms");
  const [video] = (await picturesOf(message.sid))!;
  await text(t, phone, "", { MessageSid: message.sid, ...media([video!.url], "video/mp4") });
  await settled(t, message.sid);
  const [thread] = await threads(t, phone);
  const all = await messages(t, thread!._id);
  expect(all.find(({ author }) => author.kind === "agent")).toMatchObject({
    text: "I can't open that video.",
    status: "complete",
  });
  expect(all.map((each) => each.text)).toContainEqual(expect.stringContaining("could not be kept"));
  // Nobody was asked with the system message alone.
  const { requests } = (await control("/requests?provider=openrouter")) as {
    requests: { body: { messages: { role: string; content: string }[] } | null }[];
  };
  const asked = requests.filter(({ body }) =>
    body?.messages.at(-1)!.content.includes("can't be opened here"),
  );
  expect(asked).toHaveLength(1);
  expect(asked[0]!.body!.messages.at(-1)!.role).toBe("user");
});

test("while a technician has the conversation pictures come to them, and the assistant is silent", async () => {
  const t = await smsShop();
  const phone = newPhone();
  await text(t, phone, "My screen is broken");
  const [thread] = await threads(t, phone);
  const dana = await technician(t);
  await dana.t.mutation(api.conversations.claim, { conversationId: thread!._id });
  answers(picture(), picture());
  const sid = newSid();
  await text(t, phone, "", { MessageSid: sid, ...media([mediaUrl(0), mediaUrl(1)]) });
  expect((await settled(t, sid)).attachments).toHaveLength(2);
  expect(await row(t, thread!._id)).toMatchObject({
    owner: { kind: "human" },
    unreadByStaff: 1,
    preview: "Picture",
  });
  const said = await messages(t, thread!._id);
  expect(said.filter(({ author }) => author.kind === "agent")).toEqual([]);
});

describe("what is tried again", () => {
  test.each([
    ["one that is not there yet", status(404)],
    ["a provider that is down", status(503)],
    ["a connection that is cut", () => new TypeError("fetch failed")],
  ])("%s", async (_, trouble) => {
    const t = await smsShop();
    const asked = answers(trouble, picture());
    const { message, notes } = await texted(t, media([mediaUrl(0)]));
    expect(asked).toHaveLength(2);
    expect(message.attachments).toHaveLength(1);
    expect(notes).toEqual([]);
  });

  test("not for ever: then staff are told, and the other pictures are there", async () => {
    const t = await smsShop();
    vi.spyOn(console, "error").mockImplementation(() => {});
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const dead = Array.from({ length: 20 }, () => status(503));
    const asked = answers(...dead.slice(0, 4), picture(), ...dead);
    const { message, notes } = await texted(t, media([mediaUrl(0), mediaUrl(1)]));
    const first = asked.filter(({ url }) => url === mediaUrl(0)).length;
    expect(first).toBeGreaterThan(1);
    expect(first).toBeLessThan(10);
    expect(message.text).toBe("Look at this crack");
    expect(message.attachments).toMatchObject([{ name: "Picture 2" }]);
    expect(notes).toHaveLength(1);
  });
});

describe("what can't be kept is said to staff, and the text stands", () => {
  const tooLarge = new Uint8Array(MAX_ATTACHMENT_BYTES + 1);
  const streamed = () =>
    new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(1024 * 1024)),
    });

  test.each([
    ["gone at the provider", status(410)],
    ["refused by the provider", status(401)],
    ["larger than a file may be", picture(tooLarge)],
    ["without an end, whatever its headers say", () => picture(streamed())()],
    ["a video", picture("\0\0\0\x14ftypisom\0\0\0\0mp42", "video/mp4")],
    ["a page that is called a picture", picture("<script>", "image/png")],
  ])("%s", async (_, answer) => {
    const t = await smsShop();
    const asked = answers(answer);
    const { message, notes } = await texted(t, media([mediaUrl(0)]));
    expect(asked).toHaveLength(1);
    expect(notes).toEqual([expect.stringContaining("could not be kept")]);
    expect(message).toMatchObject({ text: "Look at this crack" });
    expect(message.attachments ?? []).toEqual([]);
    expect(await filesOf(t)).toEqual([]);
  });

  test("what a file is, its bytes say", async () => {
    const t = await smsShop();
    answers(picture("Error 0x1", "text/html; charset=utf-8"));
    const { message } = await texted(t, media([mediaUrl(0)]));
    expect(message.attachments).toMatchObject([{ contentType: "text/plain" }]);
  });
});

describe("our token goes to the provider's own servers only", () => {
  test.each([
    ["https://evil.example/Media/1"],
    ["http://169.254.169.254/Media/1"],
    ["//evil.example/Media/1"],
    ["file:///Media/1"],
    ["not an address /Media/1"],
    [""],
    ["BASE@evil.example/Media/1"],
    ["BASE.evil.example/Media/1"],
    ["HTTPS/Media/1"],
    ["PORT/Media/1"],
  ])("not to %s", async (pattern) => {
    const t = await smsShop();
    const asked = answers(picture());
    const own = new URL(base());
    const url = pattern
      .replace("BASE", own.origin)
      .replace("HTTPS", `https://${own.host}`)
      .replace("PORT", `${own.protocol}//${own.hostname}:1`);
    const { message, notes } = await texted(t, media([url]));
    expect(asked).toEqual([]);
    expect(notes).toHaveLength(1);
    expect(message.attachments ?? []).toEqual([]);
  });

  test("with our credentials in a header, and nowhere in the address", async () => {
    const t = await smsShop();
    const asked = answers(picture());
    await texted(t, media([mediaUrl(0)]));
    const { TWILIO_ACCOUNT_SID: sid, TWILIO_AUTH_TOKEN: token } = standIn().env;
    expect(asked[0]!.headers.get("authorization")).toBe(`Basic ${btoa(`${sid}:${token}`)}`);
    expect(asked[0]!.url).toBe(mediaUrl(0));
  });
});

describe("a step that is repeated, or comes too late", () => {
  async function withPicture() {
    const t = await smsShop();
    answers(picture(), picture(), picture());
    const { message } = await texted(t, media([mediaUrl(0)]));
    const take = () =>
      t.action(internal.sms.takeMedia, {
        messageId: message._id,
        media: { url: mediaUrl(0), contentType: "image/png" },
        index: 0,
      });
    return { t, message, take };
  }

  test("brings the picture once, and leaves no file behind", async () => {
    const { t, message, take } = await withPicture();
    expect(await take()).toBe(false);
    expect((await t.run((ctx) => ctx.db.get("messages", message._id)))!.attachments).toHaveLength(
      1,
    );
    expect(await filesOf(t)).toHaveLength(1);
  });

  test("keeps nothing of a message that is gone", async () => {
    const { t, message, take } = await withPicture();
    const before = (await filesOf(t)).length;
    await t.run((ctx) => ctx.db.delete("messages", message._id));
    expect(await take()).toBe(false);
    expect(await filesOf(t)).toHaveLength(before);
  });

  test("a file belongs to its message's conversation, which takes it along when it goes", async () => {
    const { t, message } = await withPicture();
    const files = (
      (await snapshot(t)).workflows as { kind: string; conversationId?: Id<"conversations"> }[]
    ).filter(({ kind }) => kind === "file");
    expect(files).toMatchObject([{ conversationId: message.conversationId }]);
  });
});
