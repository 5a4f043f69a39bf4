/** What a picture's bytes say of it, without drawing it. Pure. ISO/IEC 10918-1 (JPEG), PNG (W3C, third edition). */

/** Pixels of the longer side of what our pages draw anew. */
const MAX_SIDE = 1920;

/** A JPEG or PNG as a page of ours leaves it: of bounded size, and without Exif, XMP or comments, where a place can be. */
export function isBarePicture(bytes: Uint8Array): boolean {
  const found = bytes[0] === 0xff ? readJpeg(bytes) : readPng(bytes);
  return found !== null && found.width > 0 && Math.max(found.width, found.height) <= MAX_SIDE;
}

type Size = { width: number; height: number };

/** Null for what is none, or has more in it than a picture. */
function readJpeg(bytes: Uint8Array): Size | null {
  const view = viewOf(bytes);
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) return null;
  let size: Size | null = null;
  for (let at = 2; at + 4 <= bytes.length;) {
    const marker = view.getUint16(at);
    if (marker === 0xffda) return size;
    if (marker < 0xffc0) return null;
    // Exif, XMP, Photoshop, a comment: APP1 to APP15 but the profile of colours (APP2) and Adobe's colours (APP14).
    const isMore = marker > 0xffe0 && marker <= 0xffef && marker !== 0xffe2 && marker !== 0xffee;
    if (isMore || marker === 0xfffe) return null;
    const isFrame = marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker);
    if (isFrame && at + 9 <= bytes.length) {
      size = { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    }
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

function readPng(bytes: Uint8Array): Size | null {
  const view = viewOf(bytes);
  if (bytes.length < 33 || !PNG.every((byte, i) => bytes[i] === byte)) return null;
  for (let at = 8; at + 12 <= bytes.length;) {
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (/^(?:eXIf|tEXt|zTXt|iTXt)$/.test(kind)) return null;
    if (kind === "IEND") return { width: view.getUint32(16), height: view.getUint32(20) };
    at += 12 + view.getUint32(at);
  }
  return null;
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  new DataView(buffer, byteOffset, byteLength);
