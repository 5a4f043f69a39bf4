/** What a message kept in a browser still has to upload when it goes. */
import { expect, test } from "vitest";
import type { FileId } from "./files";
import { uploadRest, type SentFile } from "./sentFiles";

const file = new File(["abc"], "a.jpg");
const arrived = (uploadedAt: number): SentFile => ({
  name: "a.jpg",
  file,
  storageId: "old" as FileId,
  uploadedAt,
});

async function deliver(files: SentFile[], { now = 0, failsAt = Infinity } = {}) {
  const kept: (readonly SentFile[])[] = [];
  let uploads = 0;
  const sent = uploadRest(files, {
    now: () => now,
    upload: () => {
      if (++uploads === failsAt) return Promise.reject(new TypeError("no network"));
      return Promise.resolve(`new ${uploads}` as FileId);
    },
    keep: (all) => {
      kept.push(all);
      return Promise.resolve();
    },
  });
  const ids = await sent.then(
    (all) => all.map(({ storageId }) => storageId),
    () => null,
  );
  return { ids, kept, uploads };
}

test("what has arrived is not uploaded again, what has not is, and is kept at once", async () => {
  const { ids, kept } = await deliver([arrived(0), { name: "b.jpg", file }]);
  expect(ids).toEqual(["old", "new 1"]);
  expect(kept.map((all) => all.map(({ storageId }) => storageId))).toEqual([["old", "new 1"]]);
});

test("what waited longer than the shop keeps it is uploaded again", async () => {
  const HOUR = 60 * 60 * 1000;
  expect((await deliver([arrived(0)], { now: HOUR / 2 })).ids).toEqual(["old"]);
  expect((await deliver([arrived(0)], { now: HOUR })).ids).toEqual(["new 1"]);
  // By an older version of the page, which kept no file.
  const { file: _, ...bare } = arrived(0);
  expect((await deliver([bare], { now: HOUR })).ids).toEqual(["old"]);
});

test("a try that breaks off loses nothing of what had arrived", async () => {
  const files = ["b.jpg", "c.jpg"].map((name) => ({ name, file }));
  const { ids, kept } = await deliver(files, { failsAt: 2 });
  expect(ids).toBeNull();
  const again = await deliver([...kept.at(-1)!]);
  expect(again.ids).toEqual(["new 1", "new 1"]);
  expect(again.uploads).toBe(1);
});
