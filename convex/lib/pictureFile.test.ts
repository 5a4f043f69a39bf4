/** What a picture's bytes say of it: only one of bounded size with nothing but its picture in it is shown to a model. */
import { expect, test } from "vitest";
import { jpegBytes, pngBytes } from "./pictureFile.fixture";
import { isBarePicture } from "./pictureFile";

test.each([
  ["a PNG", pngBytes({ width: 1920, height: 1 }), true],
  ["a JPEG", jpegBytes({ width: 960, height: 1920 }), true],
  ["one with a profile of its colours", jpegBytes({ marker: 0xe2 }), true],
  ["one with Exif", jpegBytes({ marker: 0xe1 }), false],
  ["one with Photoshop's data", jpegBytes({ marker: 0xed }), false],
  ["one with a comment", jpegBytes({ marker: 0xfe }), false],
  ["a PNG with Exif", pngBytes({ chunk: "eXIf" }), false],
  ["a PNG with words", pngBytes({ chunk: "iTXt" }), false],
  ["a PNG with its density", pngBytes({ chunk: "pHYs" }), true],
  ["one that is too wide", pngBytes({ width: 1921 }), false],
  ["a JPEG that is too high", jpegBytes({ height: 1921 }), false],
  ["one of no size", pngBytes({ width: 0 }), false],
  ["one that breaks off", pngBytes({}).subarray(0, -12), false],
  ["a JPEG that breaks off", jpegBytes({}).subarray(0, 10), false],
  ["a JPEG's beginning alone", new Uint8Array([0xff, 0xd8, 0xff, 0xe0]), false],
  ["nothing", new Uint8Array(), false],
])("%s", (_, bytes, isBare) => {
  expect(isBarePicture(bytes)).toBe(isBare);
});
