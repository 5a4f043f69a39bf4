/** The one door for uploads, and who may read what has come in through it. */
import { beforeEach, describe, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { MAX_SILENCE, MIN_BYTES_PER_SECOND } from "../../convex/lib/body";
import { MINUTE, SECOND } from "../../convex/lib/time";
import {
  MAX_ATTACHMENT_BYTES,
  MAX_CONVERSATION_FILES,
  MAX_UNSENT,
  UNSENT_RETENTION,
} from "../../convex/model/conversations/attachments";
import { bytes, PNG, postFile, readFile, upload } from "../files";
import {
  clockedDeployment,
  customer,
  deployment,
  guest,
  hush,
  outcomeOf,
  passTime,
  refusal,
  row,
  technician,
  type Caller,
  type Deployment,
} from "../setup";

beforeEach(() => void hush());

const start = async (caller: Caller) =>
  (await caller.t.mutation(api.conversations.createConversation, {})).conversationId;
const send = (
  caller: Caller,
  conversationId: Id<"conversations">,
  storageIds: Id<"_storage">[],
  more: { clientMessageId?: string } = {},
) =>
  caller.t.mutation(api.messages.sendMessage, {
    conversationId,
    text: "",
    attachments: storageIds.map((storageId) => ({ storageId, name: " photo.png " })),
    ...more,
  });
const shown = async (caller: Caller, conversationId: Id<"conversations">) =>
  (await caller.t.query(api.messages.subscribeToMessages, { conversationId }))[0]!.attachments!;
const stored = (t: Deployment) => t.run((ctx) => ctx.db.system.query("_storage").collect());
const rows = (t: Deployment) =>
  t.run((ctx) =>
    ctx.db
      .query("workflows")
      .withIndex("by_kind_and_state", (q) => q.eq("kind", "file"))
      .collect(),
  );
const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;

/** What a call answers while the clock goes on. */
async function whileTimePasses<T>(call: Promise<T>): Promise<T> {
  let pending = true;
  const done = () => (pending = false);
  call.then(done, done);
  while (pending) await passTime(500);
  return await call;
}

/** Nothing of an upload that was refused is left. */
async function expectNothing(t: Deployment): Promise<void> {
  expect([await stored(t), await rows(t)]).toEqual([[], []]);
}

describe("the door", () => {
  test("takes a file, and says what its bytes are, whatever it is called", async () => {
    const t = deployment();
    const ann = await customer(t);
    const headers = { "content-type": "text/html" };
    const response = await postFile(ann.t, PNG, { headers });
    expect(response.status).toBe(200);
    const said = { contentType: "image/png", size: PNG.byteLength };
    expect(await response.json()).toMatchObject(said);
    expect(await stored(t)).toMatchObject([said]);
  });

  test("is closed to whoever has no live session, before a byte is read", async () => {
    const t = deployment();
    const ann = await customer(t);
    await ann.t.mutation(api.auth.logout, {});
    // Of which nothing ever comes: whoever waits for it does not answer.
    const body = () => new ReadableStream<Uint8Array>();
    for (const [who, code] of [
      [t, "unauthenticated"],
      [ann.t, "session_expired"],
    ] as const) {
      const response = await postFile(who, body(), { duplex: "half" } as RequestInit);
      expect(response.status).toBe(401);
      expect(await codeOf(response)).toBe(code);
    }
    await expectNothing(t);
  });

  test("has no way around it: no function hands out an upload URL", () => {
    expect(Object.keys(import.meta.glob("../../convex/**/*.ts"))).not.toHaveLength(0);
    const sources = import.meta.glob<string>("../../convex/**/*.ts", {
      query: "?raw",
      import: "default",
      eager: true,
    });
    for (const [file, source] of Object.entries(sources)) {
      expect(source, file).not.toMatch(/generateUploadUrl|storage\.getUrl/);
    }
  });

  test.each([
    ["a page", "<!DOCTYPE html><script>alert(1)</script>"],
    ["SVG", '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
    ["a program", "MZ\x90\0\x03\0\0\0"],
    ["nothing", ""],
  ])("refuses %s, also when it is called a picture", async (_, content) => {
    const t = deployment();
    const ann = await customer(t);
    const headers = { "content-type": "image/png" };
    const response = await postFile(ann.t, bytes(content), { headers });
    expect(response.status).toBe(400);
    expect(await codeOf(response)).toBe("invalid_input");
    await expectNothing(t);
  });

  test("counts what comes, whatever was announced", async () => {
    const t = deployment();
    const ann = await customer(t);
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(1024 * 1024).fill(65)),
    });
    const init = { duplex: "half", headers: { "content-length": "10" } } as RequestInit;
    const response = await postFile(ann.t, endless, init);
    expect(response.status).toBe(413);
    expect(await codeOf(response)).toBe("too_large");
    const full = new Uint8Array(MAX_ATTACHMENT_BYTES).fill(65);
    expect((await postFile(ann.t, full)).status).toBe(200);
    expect((await postFile(ann.t, new Uint8Array(MAX_ATTACHMENT_BYTES + 1))).status).toBe(413);
    expect(await stored(t)).toHaveLength(1);
  });

  test("is shut to a sender who stalls, and to one who drips", async () => {
    const t = clockedDeployment();
    const ann = await customer(t);
    const begun = Date.now();
    const stalled = new ReadableStream<Uint8Array>({ start: (c) => c.enqueue(PNG) });
    const init = { duplex: "half" } as RequestInit;
    const first = await whileTimePasses(postFile(ann.t, stalled, init));
    expect(first.status).toBe(408);
    expect(Date.now() - begun).toBeLessThan(MAX_SILENCE + 4 * SECOND);

    // Always a byte before the silence is too long: on the whole it is too slow.
    const dripping = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        await new Promise<void>((resolve) => setTimeout(resolve, MAX_SILENCE / 2));
        controller.enqueue(bytes("a"));
      },
    });
    const since = Date.now();
    expect((await whileTimePasses(postFile(ann.t, dripping, init))).status).toBe(408);
    expect(Date.now() - since).toBeLessThan(2 * MAX_SILENCE);
    await expectNothing(t);
  });

  test("waits for a slow line that keeps up", async () => {
    const t = clockedDeployment();
    const ann = await customer(t);
    let parts = 0;
    const slow = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        await new Promise<void>((resolve) => setTimeout(resolve, 5 * SECOND));
        if (parts++ === 6) controller.close();
        else controller.enqueue(new Uint8Array(5 * MIN_BYTES_PER_SECOND).fill(65));
      },
    });
    const init = { duplex: "half" } as RequestInit;
    expect((await whileTimePasses(postFile(ann.t, slow, init))).status).toBe(200);
  });

  test("keeps nothing of an upload that breaks off", async () => {
    const t = deployment();
    const ann = await customer(t);
    let parts = 0;
    const cut = new ReadableStream<Uint8Array>({
      pull: (c) => (parts++ === 0 ? c.enqueue(PNG) : c.error(new Error("socket hang up"))),
    });
    const response = await postFile(ann.t, cut, { duplex: "half" } as RequestInit);
    expect(response.status).toBe(400);
    await expectNothing(t);
  });

  test("keeps nothing of somebody who signs out while their file comes", async () => {
    const t = deployment();
    const ann = await customer(t);
    let parts = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        pull: async (c) => {
          if (parts++ > 0) return c.close();
          await ann.t.mutation(api.auth.logout, {});
          c.enqueue(PNG);
        },
      },
      // Not before it is read: the door is open then.
      { highWaterMark: 0 },
    );
    const response = await postFile(ann.t, body, { duplex: "half" } as RequestInit);
    expect(await codeOf(response)).toBe("session_expired");
    await expectNothing(t);
  });

  test("lets nobody pile up files that no message sends, nor many at once", async () => {
    const t = deployment();
    const ann = await customer(t);
    const all = await Promise.all(
      Array.from({ length: MAX_UNSENT + 3 }, () => postFile(ann.t, PNG)),
    );
    expect(all.filter(({ ok }) => ok)).toHaveLength(MAX_UNSENT);
    const refused = all.find(({ ok }) => !ok)!;
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    // Whoever sends them has room again; others were never in the way.
    const bob = await guest(t);
    expect((await postFile(bob.t, PNG)).status).toBe(200);
    const first = ((await all[0]!.json()) as { storageId: Id<"_storage"> }).storageId;
    await send(ann, await start(ann), [first]);
    expect((await postFile(ann.t, PNG)).status).toBe(200);
  });
});

describe("a message", () => {
  test("shows its files by name, type, size and address; its text may be empty", async () => {
    const t = deployment();
    const ann = await customer(t);
    const id = await start(ann);
    const file = await upload(ann);
    await send(ann, id, [file]);
    expect(await shown(ann, id)).toEqual([
      {
        name: "photo.png",
        contentType: "image/png",
        size: PNG.byteLength,
        url: `http://127.0.0.1:3211/files?id=${file}`,
      },
    ]);
    expect(await row(t, id)).toMatchObject({ preview: "photo.png" });
  });

  test("takes its sender's own unsent uploads only: every other answers as if it weren't there", async () => {
    const t = deployment();
    const [ann, bob] = [await customer(t), await customer(t, "bob@example.com")];
    const [hers, his] = [await start(ann), await start(bob)];
    const unsent = await upload(ann);
    const stolen = await refusal(send(bob, his, [unsent]));
    await send(ann, hers, [unsent]);
    const taken = await refusal(send(bob, his, [unsent]));
    const again = await refusal(send(ann, hers, [unsent]));
    const loose = await t.run((ctx) => ctx.storage.store(new Blob([PNG], { type: "image/png" })));
    const unknown = await refusal(send(bob, his, [loose]));
    await t.run((ctx) => ctx.storage.delete(unsent));
    const gone = await refusal(send(bob, his, [unsent]));
    expect(gone.code).toBe("not_found");
    for (const each of [stolen, taken, again, unknown]) expect(each).toEqual(gone);
  });

  test("takes no file twice, nor does a retry of it", async () => {
    const t = deployment();
    const ann = await customer(t);
    const id = await start(ann);
    const file = await upload(ann);
    expect(await outcomeOf(send(ann, id, [file, file]))).toBe("not_found");
    const first = await send(ann, id, [file], { clientMessageId: "client-file" });
    expect(await send(ann, id, [file], { clientMessageId: "client-file" })).toBe(first);
    expect(await rows(t)).toMatchObject([{ state: "done", conversationId: id }]);
  });

  test("has at most five files, a conversation a hundred", async () => {
    const t = deployment();
    const ann = await customer(t);
    const id = await start(ann);
    const file = await upload(ann);
    expect(await outcomeOf(send(ann, id, Array<typeof file>(6).fill(file)))).toBe("too_large");
    await t.run(async (ctx) => {
      const row = { kind: "file", state: "done", step: "attached", attempt: 1 } as const;
      for (let i = 1; i < MAX_CONVERSATION_FILES; i++) {
        await ctx.db.insert("workflows", { ...row, conversationId: id });
      }
    });
    expect(await outcomeOf(send(ann, id, [file]))).toBe("ok");
    expect(await outcomeOf(send(ann, id, [await upload(ann)]))).toBe("too_large");
  });
});

describe("a technician's answer", () => {
  const answer = (
    dana: Caller,
    conversationId: Id<"conversations">,
    storageIds: Id<"_storage">[],
    text = "",
  ) =>
    dana.t.mutation(api.messages.sendStaffMessage, {
      conversationId,
      text,
      attachments: storageIds.map((storageId) => ({ storageId, name: "fan.png" })),
    });

  test("brings files of their own to the customer, who reads them; the event names who sent them", async () => {
    const t = deployment();
    const [ann, dana] = [await customer(t), await technician(t)];
    const id = await start(ann);
    const early = await upload(dana);
    expect(await outcomeOf(answer(dana, id, [early]))).toBe("conflict");
    await dana.t.mutation(api.conversations.claim, { conversationId: id });
    await answer(dana, id, [early]);
    expect(await row(t, id)).toMatchObject({ preview: "fan.png" });
    const all = await ann.t.query(api.messages.subscribeToMessages, { conversationId: id });
    const file = all.find(({ author }) => author.kind === "technician")!.attachments![0]!;
    expect(file).toMatchObject({ name: "fan.png", contentType: "image/png" });
    expect((await readFile(ann.t, file.url)).status).toBe(200);
    const bob = await customer(t, "bob@example.com");
    expect((await readFile(bob.t, file.url)).status).toBe(404);
    const events = await t.run((ctx) => ctx.db.query("analytics").collect());
    expect(
      events.filter((row) => row.kind === "event" && row.type === "file_uploaded"),
    ).toMatchObject([{ actorId: dana.userId, data: { reason: "image/png" } }]);
  });

  test("takes nobody else's upload, nor one twice, and without files needs words", async () => {
    const t = deployment();
    const [ann, dana] = [await customer(t), await technician(t)];
    const id = await start(ann);
    await dana.t.mutation(api.conversations.claim, { conversationId: id });
    expect(await outcomeOf(answer(dana, id, [await upload(ann)]))).toBe("not_found");
    const own = await upload(dana);
    await answer(dana, id, [own]);
    expect(await outcomeOf(answer(dana, id, [own]))).toBe("not_found");
    expect(await outcomeOf(answer(dana, id, []))).toBe("invalid_input");
  });

  test("where it goes by text takes no files", async () => {
    const t = deployment();
    const [ann, dana] = [await customer(t), await technician(t)];
    const id = await start(ann);
    await dana.t.mutation(api.conversations.claim, { conversationId: id });
    await t.run((ctx) => ctx.db.patch("conversations", id, { channel: "sms" }));
    expect(await refusal(answer(dana, id, [await upload(dana)], "Look"))).toMatchObject({
      code: "conflict",
      message: expect.stringContaining("By text only words go") as string,
    });
  });
});

describe("a file is read", () => {
  async function sent() {
    const t = deployment();
    const ann = await customer(t);
    const id = await start(ann);
    await send(ann, id, [await upload(ann)]);
    return { t, ann, id, url: (await shown(ann, id))[0]!.url };
  }

  test("by its customer and by staff, as a thing to keep and never as a page", async () => {
    const { t, ann, url } = await sent();
    for (const one of [ann, await technician(t)]) {
      const response = await readFile(one.t, url);
      expect(response.status).toBe(200);
      expect(new Uint8Array(await response.arrayBuffer())).toEqual(PNG);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        "content-type": "image/png",
        "content-disposition": "attachment",
        "x-content-type-options": "nosniff",
        "content-security-policy": expect.stringContaining("sandbox") as string,
        "cache-control": "no-store",
      });
    }
  });

  test("by nobody else: the address alone is worth nothing", async () => {
    const { t, url } = await sent();
    expect((await readFile(t, url)).status).toBe(401);
    for (const one of [await customer(t, "bob@example.com"), await guest(t)]) {
      const other = await readFile(one.t, url);
      const none = await readFile(one.t, url.replace(/id=.*/, "id=nothing"));
      expect(other.status).toBe(404);
      expect(await other.text()).toBe(await none.text());
    }
  });

  test("until the session ends, and until the conversation goes", async () => {
    const { t, ann, id, url } = await sent();
    const dana = await technician(t);
    await ann.t.mutation(api.auth.logout, {});
    expect((await readFile(ann.t, url)).status).toBe(401);
    expect((await readFile(dana.t, url)).status).toBe(200);
    await t.run(async (ctx) => {
      await ctx.db.delete("conversations", id);
    });
    expect((await readFile(dana.t, url)).status).toBe(404);
  });

  test("not before a message sends it, by nobody", async () => {
    const t = deployment();
    const ann = await customer(t);
    const url = `http://127.0.0.1:3211/files?id=${await upload(ann)}`;
    for (const one of [ann, await technician(t)]) {
      expect((await readFile(one.t, url)).status).toBe(404);
    }
  });
});

describe("what nothing names is gone after an hour", () => {
  /** The cron's run, and what it schedules. */
  async function sweep(t: Deployment): Promise<void> {
    await t.mutation(internal.privacy.deleteUnsent, {});
    await passTime(2_000);
  }

  test("an upload that was never sent, with its row; one that was sent stays", async () => {
    const t = clockedDeployment();
    const ann = await customer(t);
    const [unsent, kept] = [await upload(ann), await upload(ann)];
    await send(ann, await start(ann), [kept]);
    vi.setSystemTime(Date.now() + UNSENT_RETENTION - MINUTE);
    const fresh = await upload(ann);
    await sweep(t);
    expect((await stored(t)).map(({ _id }) => _id)).toEqual([unsent, kept, fresh]);
    vi.setSystemTime(Date.now() + 2 * MINUTE);
    await sweep(t);
    expect((await stored(t)).map(({ _id }) => _id)).toEqual([kept, fresh]);
    expect((await rows(t)).map(({ fileId }) => fileId).sort()).toEqual([kept, fresh].sort());
  });

  test("what an action that died has stored, and the place that it held", async () => {
    const t = clockedDeployment();
    const ann = await customer(t);
    await ann.t.mutation(internal.files.admitUpload, {});
    await t.run((ctx) => ctx.storage.store(new Blob([PNG], { type: "image/png" })));
    vi.setSystemTime(Date.now() + UNSENT_RETENTION + MINUTE);
    await sweep(t);
    await expectNothing(t);
  });

  test("of as many as there are", async () => {
    const t = clockedDeployment();
    const ann = await customer(t);
    await t.run(async (ctx) => {
      for (let i = 0; i < 230; i++) {
        const fileId = await ctx.storage.store(new Blob([`${i}`], { type: "text/plain" }));
        const row = { kind: "file", state: "running", step: "uploaded", attempt: 1 } as const;
        if (i % 2 === 0) await ctx.db.insert("workflows", { ...row, userId: ann.userId, fileId });
      }
    });
    vi.setSystemTime(Date.now() + UNSENT_RETENTION + MINUTE);
    await sweep(t);
    await expectNothing(t);
  });
});
