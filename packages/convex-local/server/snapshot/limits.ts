/** Bounds of an import: what is uploaded stays on disk, what is unpacked has to fit into memory. */

export const MAX_UPLOAD_BYTES = 512 * 1024 * 1024;
/** Convex takes fewer than 10,000 parts. */
export const MAX_PARTS = 9_999;
/** Uploads that have been started and not finished. */
export const MAX_OPEN_UPLOADS = 8;
/** Imports that are remembered, with their files while these are still needed. */
export const MAX_IMPORTS = 20;
/** All entries of a ZIP file together, unpacked. */
export const MAX_UNPACKED_BYTES = 512 * 1024 * 1024;
export const MAX_ZIP_ENTRIES = 100_000;
/** One document as text: a document may have 1 MiB, and numbers are longer as text. */
export const MAX_LINE_BYTES = 16 * 1024 * 1024;
/** Convex reads a JSON array as a whole, and no larger one. */
export const MAX_JSON_ARRAY_BYTES = 16 * 1024 * 1024;

export function formatMebibytes(bytes: number): string {
  return `${bytes / (1024 * 1024)} MiB`;
}
