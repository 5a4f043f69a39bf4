/** Stores a file with the metadata that `_storage` documents have; the mock leaves out the type. */
import { createHash } from "node:crypto";
import type { IndexedDatabase } from "./database";

interface Transactions {
  system<T>(component: string, body: (db: IndexedDatabase) => T): Promise<T>;
}

export async function storeFile(
  engine: Transactions,
  component: string,
  blob: Blob,
): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const sha256 = createHash("sha256").update(bytes).digest("base64");
  return await engine.system(component, ({ db }) => {
    const id = db.insert("_storage", {
      size: blob.size,
      sha256,
      ...(blob.type === "" ? {} : { contentType: blob.type }),
    });
    db.storeFile(id, blob);
    return id;
  });
}
