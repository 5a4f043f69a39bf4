// @vitest-environment node
/** Files that admins upload, as documents that answer: read in durably, kept, opened where a citation points. */
import { beforeEach, describe, expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import { bytes, PNG, postFile, readFile } from "../files";
import { docx, LOCKED, paragraph, pdf } from "../../bench/originals";
import {
  admin,
  clockedDeployment,
  customer,
  finishIngests,
  hush,
  outcomeOf,
  refusal,
  technician,
  type Caller,
  type Deployment,
} from "../setup";

beforeEach(() => void hush());

type File = { name: string; body: Uint8Array<ArrayBuffer> };
const page = (text: string) =>
  bytes(`<!doctype html><html><body><h2 id="screens">Screens</h2><p>${text}</p></body></html>`);
const PRICES: File = {
  name: "Price list.pdf",
  body: pdf([
    [
      ["Prices", 50, 60, 20],
      ["A laptop screen costs $129.99 with the work.", 50, 100],
    ],
    [
      ["Batteries", 50, 60, 20],
      ["A laptop battery costs $79.", 50, 100],
    ],
  ]),
};

const uploadOriginal = async (
  { t }: Pick<Caller, "t">,
  { body }: { name?: string; body: File["body"] },
) => {
  const response = await t.fetch("/files?for=document", { method: "POST", body });
  if (!response.ok) throw new Error(await response.text());
  return ((await response.json()) as { storageId: Id<"_storage"> }).storageId;
};
async function addFile(sam: Caller, file: File, more: { title?: string; slug?: string } = {}) {
  const storageId = await uploadOriginal(sam, file);
  const { name } = file;
  return await sam.t.mutation(api.sources.addFile, {
    storageId,
    name,
    category: "prices",
    ...more,
  });
}
const read = async (t: Deployment, sam: Caller, documentId: Id<"knowledge">) => {
  await finishIngests(t);
  return await sam.t.query(api.knowledge.get, { documentId });
};
const rows = <K extends Doc<"workflows">["kind"]>(t: Deployment, kind: K) =>
  t.run((ctx) =>
    ctx.db
      .query("workflows")
      .withIndex("by_kind_and_state", (q) => q.eq("kind", kind))
      .collect(),
  );
const storedFiles = (t: Deployment) => t.run((ctx) => ctx.db.system.query("_storage").collect());

describe("a file", () => {
  test("answers once it is read in, and a citation of it opens the page", async () => {
    const t = clockedDeployment();
    const sam = await admin(t);
    const documentId = await addFile(sam, PRICES);
    expect((await rows(t, "ingest"))[0]).toMatchObject({
      state: "running",
      step: "reading the original",
      documentId,
    });
    expect(await read(t, sam, documentId)).toMatchObject({
      state: "published",
      title: "Price list",
      slug: "price-list",
      fileName: "Price list.pdf",
      passages: 2,
    });
    expect((await rows(t, "ingest"))[0]).toMatchObject({ state: "done", step: "done" });
    const { passages } = await sam.t.action(api.knowledge.search, {
      question: "How much is a laptop battery?",
    });
    expect(passages[0]).toMatchObject({ documentId, place: "page=2" });
    const dana = await technician(t);
    const opened = await dana.t.query(api.sources.original, { documentId, version: 1 });
    expect(opened?.file).toMatchObject({ name: "Price list.pdf", contentType: "application/pdf" });
    const answer = await readFile(dana.t, opened!.url);
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(PRICES.body);
  });

  test.each([
    ["list.docx", docx(paragraph("A laptop screen costs $129.99."))],
    ["list.html", page("A laptop screen costs $129.99.")],
    ["list.md", bytes("# Prices\n\n## Screens\n\nA laptop screen costs $129.99.")],
    ["list.txt", bytes("A laptop screen costs $129.99.")],
  ])("of any kind that can be read answers: %s", async (name, body) => {
    const t = clockedDeployment();
    const sam = await admin(t);
    const document = await read(t, sam, await addFile(sam, { name, body }));
    expect(document).toMatchObject({ state: "published", slug: "list" });
    expect(document.body).toContain("$129.99");
  });

  test("is called and belongs as its front matter says, unless somebody says otherwise", async () => {
    const t = clockedDeployment();
    const sam = await admin(t);
    const body = bytes(
      '---\ntitle: "Screen prices"\ncategory: prices\n---\n\nA screen costs $129.',
    );
    const file = async (name: string, named: { title?: string; category?: string } = {}) => {
      const storageId = await uploadOriginal(sam, { name, body });
      const of = { storageId, name, ...named };
      return await read(t, sam, await sam.t.mutation(api.sources.addFile, of));
    };
    expect(await file("a.md")).toMatchObject({ title: "Screen prices", category: "prices" });
    const said = { title: "Ours", category: "screens" };
    expect(await file("b.md", said)).toMatchObject(said);
    // Plain text has no front matter.
    expect(await file("c.txt")).toMatchObject({ title: "c", category: "general" });
  });

  test("that can't be read fails alone, and its document says why", async () => {
    const t = clockedDeployment();
    const sam = await admin(t);
    const scan = await addFile(sam, { name: "scan.pdf", body: pdf([[], []]) });
    const locked = await addFile(sam, {
      name: "locked.pdf",
      body: pdf([[["Text", 50, 50]]], { encrypt: LOCKED }),
    });
    const long = await addFile(sam, {
      name: "long.txt",
      body: bytes("Some words. ".repeat(20_000)),
    });
    const good = await addFile(sam, PRICES);
    expect(await read(t, sam, scan)).toMatchObject({
      state: "failed",
      error: { code: "file_no_text", message: expect.stringContaining("scanner") as string },
    });
    expect((await read(t, sam, locked)).error?.code).toBe("file_locked");
    expect((await read(t, sam, long)).error?.code).toBe("too_large");
    expect((await read(t, sam, good)).state).toBe("published");
    // Each was read once: what a file is doesn't change by another try.
    const ended = (await rows(t, "ingest")).map(({ state, attempt }) => `${state} ${attempt}`);
    expect(ended.sort()).toEqual(["done 1", "failed 1", "failed 1", "failed 1"]);
  });

  test("is kept with its document, for staff alone, and goes with it", async () => {
    const t = clockedDeployment();
    const sam = await admin(t);
    const ann = await customer(t);
    const documentId = await addFile(sam, PRICES);
    await finishIngests(t);
    const { url } = (await sam.t.query(api.sources.original, { documentId }))!;
    expect((await readFile(ann.t, url)).status).toBe(404);
    expect(await refusal(ann.t.query(api.sources.original, { documentId }))).toMatchObject({
      code: "forbidden",
    });
    // Nobody deletes it for being an upload that nothing has sent.
    expect((await rows(t, "file"))[0]).toMatchObject({ state: "done", documentId });
    await sam.t.mutation(api.knowledge.remove, { documentId });
    expect(await storedFiles(t)).toEqual([]);
    expect(await rows(t, "file")).toEqual([]);
  });

  test("is taken once, and only by whoever uploaded it", async () => {
    const t = clockedDeployment();
    const sam = await admin(t);
    const max = await signInAdmin(t);
    const storageId = await uploadOriginal(sam, PRICES);
    const file = { storageId, name: "a.pdf", category: "prices" };
    expect(await outcomeOf(max.t.mutation(api.sources.addFile, file))).toBe("not_found");
    await sam.t.mutation(api.sources.addFile, file);
    const again = { ...file, slug: "again" };
    expect(await outcomeOf(sam.t.mutation(api.sources.addFile, again))).toBe("not_found");
  });
});

const signInAdmin = async (t: Deployment) => {
  const max = await technician(t, "Max");
  await t.run((ctx) => ctx.db.patch("users", max.userId, { role: "admin" }));
  return max;
};

describe("a replaced file", () => {
  const dearer: File = {
    name: "list.txt",
    body: bytes("A laptop screen costs $139.99 with the work."),
  };

  test("answers in place of the old one, which citations of its version still open", async () => {
    const t = clockedDeployment();
    const sam = await admin(t);
    const documentId = await addFile(sam, PRICES);
    await finishIngests(t);
    const storageId = await uploadOriginal(sam, dearer);
    await sam.t.mutation(api.sources.replaceFile, { documentId, storageId, name: dearer.name });
    const document = await read(t, sam, documentId);
    expect(document).toMatchObject({ version: 2, state: "published", title: "Price list" });
    expect(document.body).toBe("A laptop screen costs $139.99 with the work.");
    const nameOf = async (version?: number) =>
      (await sam.t.query(api.sources.original, { documentId, version }))?.file?.name;
    expect([await nameOf(1), await nameOf(2), await nameOf()]).toEqual([
      "Price list.pdf",
      "list.txt",
      "list.txt",
    ]);
    expect(await storedFiles(t)).toHaveLength(2);
    await sam.t.mutation(api.knowledge.remove, { documentId });
    expect(await storedFiles(t)).toEqual([]);
  });

  test("that can't be read leaves the old one answering; text by hand drops it", async () => {
    const t = clockedDeployment();
    const sam = await admin(t);
    const documentId = await addFile(sam, PRICES);
    await finishIngests(t);
    const storageId = await uploadOriginal(sam, { name: "scan.pdf", body: pdf([[]]) });
    await sam.t.mutation(api.sources.replaceFile, { documentId, storageId, name: "scan.pdf" });
    expect(await read(t, sam, documentId)).toMatchObject({
      state: "published",
      version: 1,
      error: { code: "file_no_text" },
    });
    const { passages } = await sam.t.action(api.knowledge.search, { question: "laptop battery" });
    expect(passages[0]?.text).toContain("$79");
    const text = { title: "Prices", category: "prices", format: "text" as const };
    await sam.t.mutation(api.knowledge.replaceDocument, { documentId, ...text, body: "By hand." });
    expect(await read(t, sam, documentId)).toMatchObject({
      state: "published",
      version: 2,
      body: "By hand.",
      fileName: "Price list.pdf",
    });
    expect(await storedFiles(t)).toHaveLength(1);
  });

  test("keeps the files of five versions", async () => {
    const t = clockedDeployment();
    const sam = await admin(t);
    const documentId = await addFile(sam, dearer);
    await finishIngests(t);
    for (let i = 0; i < 6; i++) {
      const name = `list ${i}.txt`;
      const storageId = await uploadOriginal(sam, { name, body: bytes(`A screen costs $${i}.`) });
      await sam.t.mutation(api.sources.replaceFile, { documentId, storageId, name });
      await finishIngests(t);
    }
    expect(await storedFiles(t)).toHaveLength(5);
    expect(await rows(t, "file")).toHaveLength(5);
  });
});

describe("the door", () => {
  test("takes what documents are read from of admins alone", async () => {
    const t = clockedDeployment();
    const send = ({ t }: Pick<Caller, "t">, body: Uint8Array<ArrayBuffer>) =>
      t.fetch("/files?for=document", { method: "POST", body });
    expect((await send(await technician(t), page("Text"))).status).toBe(403);
    expect((await send(await customer(t), page("Text"))).status).toBe(403);
    expect((await t.fetch("/files?for=document", { method: "POST", body: "text" })).status).toBe(
      401,
    );
    const sam = await admin(t);
    expect((await send(sam, page("Text"))).status).toBe(200);
    expect((await send(sam, PNG)).status).toBe(400);
    expect(await storedFiles(t)).toHaveLength(1);
  });

  test("goes on refusing pages and Word files for messages, of admins too", async () => {
    const t = clockedDeployment();
    const sam = await admin(t);
    for (const body of [page("Text"), docx(paragraph("Text"))]) {
      expect((await postFile(sam.t, body)).status).toBe(400);
      const storageId = await uploadOriginal(sam, { body });
      const { conversationId } = await sam.t.mutation(api.conversations.createConversation, {});
      const attachments = [{ storageId, name: "a" }];
      const sent = sam.t.mutation(api.messages.sendMessage, {
        conversationId,
        text: "",
        attachments,
      });
      expect(await outcomeOf(sent)).toBe("not_found");
    }
  });

  test("lets one file in by a ticket of the CLI, and no second one", async () => {
    const t = clockedDeployment();
    const { ticket } = await t.action(internal.cli.admitUpload, {});
    const send = (ticket: string) =>
      t.fetch("/files?for=document", {
        method: "POST",
        body: page("A screen costs $129.99."),
        headers: { "x-upload-ticket": ticket },
      });
    expect((await send(`${ticket.split(".")[0]}.guess`)).status).toBe(401);
    const response = await send(ticket);
    expect(response.status).toBe(200);
    expect((await send(ticket)).status).toBe(401);
    const { storageId } = (await response.json()) as { storageId: string };
    const input = { storageId, name: "screens.html", category: "prices" };
    const documentId = await t.mutation(internal.cli.addFile, input);
    await finishIngests(t);
    expect(await t.query(internal.cli.document, { documentId })).toMatchObject({
      state: "published",
      slug: "screens",
    });
  });
});

test("what was lost on the way is read again, from its original", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const documentId = await addFile(sam, PRICES);
  const [process] = await rows(t, "ingest");
  const ref = { documentId, version: 1 };
  await t.action(internal.knowledge.readInLost, { ref, processId: process!._id });
  expect(await sam.t.query(api.knowledge.get, { documentId })).toMatchObject({
    state: "published",
    passages: 2,
  });
});

describe("versions", () => {
  test("of a file say who gave it; what is taken back has its file again", async () => {
    const t = clockedDeployment();
    const sam = await admin(t);
    const documentId = await addFile(sam, PRICES);
    await finishIngests(t);
    const storageId = await uploadOriginal(sam, {
      name: "b.txt",
      body: bytes("A screen is $139."),
    });
    await sam.t.mutation(api.sources.replaceFile, { documentId, storageId, name: "b.txt" });
    await finishIngests(t);
    await sam.t.mutation(api.versions.takeBack, { documentId, to: 1 });
    await finishIngests(t);
    const versions = await sam.t.query(api.versions.list, { documentId });
    expect(versions.map(({ version, by }) => [version, by?.name])).toEqual([
      [3, "Sam"],
      [2, "Sam"],
      [1, "Sam"],
    ]);
    const opened = await sam.t.query(api.sources.original, { documentId });
    expect(opened?.file?.name).toBe("Price list.pdf");
  });

  test("are as they were when reading a file was broken off", async () => {
    const t = clockedDeployment();
    const sam = await admin(t);
    const documentId = await addFile(sam, PRICES);
    await finishIngests(t);
    const before = (await sam.t.query(api.knowledge.get, { documentId })).body;
    const storageId = await uploadOriginal(sam, { body: bytes("A screen is $139.") });
    await sam.t.mutation(api.sources.replaceFile, { documentId, storageId, name: "b.txt" });
    const running = (await rows(t, "ingest")).find(({ state }) => state === "running");
    await sam.t.mutation(api.workflows.cancel, { workflowId: running!._id });
    expect((await read(t, sam, documentId)).error?.code).toBe("ingest_failed");
    const text = { title: "Prices", category: "prices", format: "text" as const };
    await sam.t.mutation(api.knowledge.replaceDocument, { documentId, ...text, body: "By hand." });
    await finishIngests(t);
    expect((await sam.t.query(api.versions.get, { documentId, version: 1 })).body).toBe(before);
  });

  test("are as they were when a file can't be read", async () => {
    const t = clockedDeployment();
    const sam = await admin(t);
    const documentId = await addFile(sam, PRICES);
    await finishIngests(t);
    const before = (await sam.t.query(api.knowledge.get, { documentId })).body;
    const storageId = await uploadOriginal(sam, { name: "scan.pdf", body: pdf([[]]) });
    await sam.t.mutation(api.sources.replaceFile, { documentId, storageId, name: "scan.pdf" });
    expect((await read(t, sam, documentId)).body).toBe(before);
    const text = { title: "Prices", category: "prices", format: "text" as const };
    await sam.t.mutation(api.knowledge.replaceDocument, { documentId, ...text, body: "By hand." });
    await finishIngests(t);
    expect((await sam.t.query(api.versions.get, { documentId, version: 1 })).body).toBe(before);
  });
});
