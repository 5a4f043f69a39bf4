/** The guarantees of the files beside a text: what has arrived goes, what was given up never does. */
import { expect, test } from "vitest";
import { MAX_FILE_BYTES, MAX_FILES, type FileId, type UploadOptions } from "./files";
import { Uploads } from "./uploads";

type Attempt = UploadOptions & {
  name: string;
  arrive: () => void;
  refuse: (why: unknown) => void;
};

function setup(prepare?: (file: File) => Promise<File>) {
  const attempts: Attempt[] = [];
  const uploads = new Uploads({
    ...(prepare && { prepare }),
    isTransient: (error) => error instanceof TypeError,
    upload: (file, options) =>
      new Promise((resolve, refuse) => {
        const arrive = () => resolve(`id of ${file.name}` as FileId);
        attempts.push({ ...options, name: file.name, arrive, refuse });
      }),
  });
  const states = () => uploads.getSnapshot().map(({ name, state }) => `${name} ${state}`);
  const tick = () => new Promise((resolve) => setImmediate(resolve));
  return { uploads, attempts, states, tick };
}

const file = (name: string, size = 3) => new File([new Uint8Array(size)], name);

test("files upload at once, show how far they are, and go with the next message", async () => {
  const { uploads, attempts, states, tick } = setup();
  uploads.add([file("a"), file("b")]);
  expect(states()).toEqual(["a uploading", "b uploading"]);
  await tick();
  attempts[0]!.onProgress(0.5);
  expect(uploads.getSnapshot()[0]).toMatchObject({ progress: 0.5 });
  attempts[0]!.arrive();
  await tick();
  expect(states()).toEqual(["a ready", "b uploading"]);
  expect(uploads.take()).toMatchObject([
    { storageId: "id of a", name: "a", uploadedAt: expect.any(Number) as number },
  ]);
  expect(states()).toEqual(["b uploading"]);
  expect(uploads.take()).toEqual([]);
});

test("one that is taken away is given up, and is not there when it arrives all the same", async () => {
  const { uploads, attempts, states, tick } = setup();
  uploads.add([file("a")]);
  await tick();
  uploads.remove(uploads.getSnapshot()[0]!.id);
  expect(attempts[0]!.signal.aborted).toBe(true);
  attempts[0]!.onProgress(0.9);
  attempts[0]!.arrive();
  await tick();
  expect(states()).toEqual([]);
  expect(uploads.take()).toEqual([]);
});

test("one that is refused keeps its reason, and can be tried again", async () => {
  const { uploads, attempts, states, tick } = setup();
  const why = new Error("no network");
  uploads.add([file("a")]);
  await tick();
  attempts[0]!.refuse(why);
  await tick();
  expect(uploads.getSnapshot()[0]).toMatchObject({ state: "failed", error: why });
  uploads.retry(uploads.getSnapshot()[0]!.id);
  expect(states()).toEqual(["a uploading"]);
  await tick();
  expect(attempts[1]!.signal.aborted).toBe(false);
  attempts[1]!.arrive();
  await tick();
  expect(uploads.take()).toHaveLength(1);
});

test("what the backend would refuse is not sent: too large, too many", async () => {
  const { uploads, attempts, states, tick } = setup();
  uploads.add([file("big", MAX_FILE_BYTES + 1)]);
  await tick();
  uploads.add(Array.from({ length: MAX_FILES + 1 }, (_, i) => file(String(i))));
  await tick();
  expect(attempts.map(({ name }) => name)).toEqual(["0", "1", "2", "3", "4"]);
  expect(states().filter((state) => state.endsWith("failed"))).toEqual(["big failed", "5 failed"]);
  const { error } = uploads.getSnapshot()[0]!;
  expect(error).toMatchObject({ data: { code: "too_large" } });
});

test("a photo is made ready once, before its size is judged; one that can't be is refused", async () => {
  const prepared: string[] = [];
  const { uploads, attempts, states, tick } = setup((chosen) => {
    prepared.push(chosen.name);
    if (chosen.name === "broken") return Promise.reject(new Error("can't be opened"));
    return Promise.resolve(new File(["abc"], "small.jpg", { type: "image/jpeg" }));
  });
  uploads.add([file("huge", MAX_FILE_BYTES + 1), file("broken")]);
  await tick();
  expect(states()).toEqual(["small.jpg uploading", "broken failed"]);
  expect(uploads.getSnapshot()[0]).toMatchObject({
    size: 3,
    preview: expect.stringMatching(/^blob:/) as string,
  });
  attempts[0]!.refuse(new Error("refused"));
  await tick();
  uploads.retry(1);
  await tick();
  expect(prepared).toEqual(["huge", "broken"]);
  expect(attempts.map(({ name }) => name)).toEqual(["small.jpg", "small.jpg"]);
});

test("without a connection a file waits, goes along with the message, and is tried again by itself", async () => {
  const { uploads, attempts, states, tick } = setup();
  uploads.add([file("a"), file("b")]);
  await tick();
  for (const each of attempts) each.refuse(new TypeError("no network"));
  await tick();
  expect(states()).toEqual(["a waiting", "b waiting"]);
  uploads.retryWaiting();
  expect(states()).toEqual(["a uploading", "b uploading"]);
  await tick();
  attempts[2]!.arrive();
  attempts[3]!.refuse(new TypeError("no network"));
  await tick();
  const [a, b] = uploads.take();
  expect(a).toMatchObject({ name: "a", storageId: "id of a" });
  expect(b).toMatchObject({ name: "b", file: expect.any(File) as File });
  expect(b).not.toHaveProperty("storageId");
});

test("whoever leaves gives up all of them", async () => {
  const { uploads, attempts, tick } = setup();
  uploads.add([file("a"), file("b")]);
  await tick();
  uploads.clear();
  expect(attempts.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  expect(uploads.getSnapshot()).toEqual([]);
});
