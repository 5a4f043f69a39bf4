/** The guarantees of the files beside a text: what has arrived goes, what was given up never does. */
import { expect, test } from "vitest";
import { MAX_FILE_BYTES, MAX_FILES, type FileId, type UploadOptions } from "./files";
import { Uploads } from "./uploads";

type Attempt = UploadOptions & {
  name: string;
  arrive: () => void;
  refuse: (why: unknown) => void;
};

function setup() {
  const attempts: Attempt[] = [];
  const uploads = new Uploads(
    (file, options) =>
      new Promise((resolve, refuse) => {
        const arrive = () => resolve(`id of ${file.name}` as FileId);
        attempts.push({ ...options, name: file.name, arrive, refuse });
      }),
  );
  const states = () => uploads.getSnapshot().map(({ name, state }) => `${name} ${state}`);
  const tick = () => new Promise((resolve) => setImmediate(resolve));
  return { uploads, attempts, states, tick };
}

const file = (name: string, size = 3) => new File([new Uint8Array(size)], name);

test("files upload at once, show how far they are, and go with the next message", async () => {
  const { uploads, attempts, states, tick } = setup();
  uploads.add([file("a"), file("b")]);
  expect(states()).toEqual(["a uploading", "b uploading"]);
  attempts[0]!.onProgress(0.5);
  expect(uploads.getSnapshot()[0]).toMatchObject({ progress: 0.5 });
  attempts[0]!.arrive();
  await tick();
  expect(states()).toEqual(["a ready", "b uploading"]);
  expect(uploads.take()).toEqual([{ storageId: "id of a", name: "a" }]);
  expect(states()).toEqual(["b uploading"]);
  expect(uploads.take()).toEqual([]);
});

test("one that is taken away is given up, and is not there when it arrives all the same", async () => {
  const { uploads, attempts, states, tick } = setup();
  uploads.add([file("a")]);
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
  attempts[0]!.refuse(why);
  await tick();
  expect(uploads.getSnapshot()[0]).toMatchObject({ state: "failed", error: why });
  uploads.retry(uploads.getSnapshot()[0]!.id);
  expect(states()).toEqual(["a uploading"]);
  expect(attempts[1]!.signal.aborted).toBe(false);
  attempts[1]!.arrive();
  await tick();
  expect(uploads.take()).toHaveLength(1);
});

test("what the backend would refuse is not sent: too large, too many", async () => {
  const { uploads, attempts, states, tick } = setup();
  uploads.add([file("big", MAX_FILE_BYTES + 1)]);
  uploads.add(Array.from({ length: MAX_FILES + 1 }, (_, i) => file(String(i))));
  await tick();
  expect(attempts.map(({ name }) => name)).toEqual(["0", "1", "2", "3", "4"]);
  expect(states().filter((state) => state.endsWith("failed"))).toEqual(["big failed", "5 failed"]);
  const { error } = uploads.getSnapshot()[0]!;
  expect(error).toMatchObject({ data: { code: "too_large" } });
});

test("whoever leaves gives up all of them", () => {
  const { uploads, attempts } = setup();
  uploads.add([file("a"), file("b")]);
  uploads.clear();
  expect(attempts.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  expect(uploads.getSnapshot()).toEqual([]);
});
