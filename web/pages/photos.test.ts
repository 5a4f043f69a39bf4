/** Photos: made smaller, turned upright and stripped on the device, from wherever they come; seen large by the other side. */
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { exifWithPlace, withExif } from "../src/conversation/exif.fixture";
import { HEIC } from "./heic.fixture";
import {
  ask,
  composer,
  findAxeViolations,
  holdSite,
  screenshot,
  signIn,
  thread,
  type Site,
} from "./harness";

let site: Site;
holdSite((started) => (site = started));

type Picture = { width: number; height: number; first: string; second: string; type: string };

/** Two halves beside each other, as a camera would store them. */
async function draw(page: Page, picture: Picture): Promise<Buffer> {
  const base64 = await page.evaluate(({ width, height, first, second, type }) => {
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext("2d")!;
    context.fillStyle = first;
    context.fillRect(0, 0, width / 2, height);
    context.fillStyle = second;
    context.fillRect(width / 2, 0, width / 2, height);
    return canvas.toDataURL(type, 0.95).split(",")[1]!;
  }, picture);
  return Buffer.from(base64, "base64");
}

/** Held sideways, so that its left half is above, and with the place where it was taken. */
async function takePhoto(page: Page, size: { width: number; height: number }, first = "red") {
  const jpeg = await draw(page, { ...size, first, second: "blue", type: "image/jpeg" });
  return Buffer.from(withExif(jpeg, exifWithPlace({ orientation: 6 })));
}

const asFile = (name: string, buffer: Buffer, mimeType = "image/jpeg") => ({
  name,
  mimeType,
  buffer,
});
const chip = (page: Page, name: string) => page.getByTestId("upload").filter({ hasText: name });
const ready = (page: Page, name: string) =>
  expect.poll(() => chip(page, name).getAttribute("data-state")).toBe("ready");

/** The files of the latest message with any, as the shop has them. */
async function arrived(
  page: Page,
): Promise<{ name: string; contentType: string; bytes: Buffer }[]> {
  const session = await page.evaluate(() => localStorage.getItem("cg.chat.session"));
  const { accessToken } = JSON.parse(session!) as { accessToken: string };
  type Stored = { storageId: string; name: string; contentType: string };
  const attachments = await site.deployment.engine.system("", (db) =>
    [...db.documents("messages")].flatMap((row) => (row.attachments as Stored[] | undefined) ?? []),
  );
  return await Promise.all(
    attachments.map(async ({ storageId, name, contentType }) => {
      const response = await fetch(`${site.deployment.siteUrl}/files?id=${storageId}`, {
        headers: { authorization: `Bearer ${accessToken}` },
      });
      return { name, contentType, bytes: Buffer.from(await response.arrayBuffer()) };
    }),
  ).then((all) => all.filter(({ bytes }) => !bytes.toString("latin1").startsWith("{")));
}

/** How large it is drawn as it is stored, whatever it says of itself, and its colours above and below. */
const look = (page: Page, { bytes, contentType }: { bytes: Buffer; contentType: string }) =>
  page.evaluate(
    async ([base64, type]) => {
      const raw = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
      const blob = new Blob([raw], { type });
      const bitmap = await createImageBitmap(blob, { imageOrientation: "none" });
      const { width, height } = bitmap;
      const canvas = document.createElement("canvas");
      canvas.width = width;
      canvas.height = height;
      const context = canvas.getContext("2d")!;
      context.drawImage(bitmap, 0, 0);
      const colour = (y: number) => {
        const [r, , b] = context.getImageData(width / 2, y, 1, 1).data;
        return r! > b! ? "red" : "blue";
      };
      return { width, height, above: colour(height / 4), below: colour((3 * height) / 4) };
    },
    [bytes.toString("base64"), contentType] as const,
  );

test("photos arrive upright, smaller, and without where and with what they were taken; several at once", async () => {
  const page = await site.visit();
  const photo = await takePhoto(page, { width: 3000, height: 1500 });
  expect(photo.toString("latin1")).toContain("Testcam");
  const shot = await draw(page, {
    width: 600,
    height: 800,
    first: "red",
    second: "red",
    type: "image/png",
  });
  await page
    .getByTestId("file-input")
    .setInputFiles([asFile("IMG_1.JPG", photo), asFile("error.png", shot, "image/png")]);
  await ready(page, "IMG_1.JPG");
  await ready(page, "error.png");
  await chip(page, "IMG_1.JPG")
    .getByText(/^\d+ KB$/)
    .waitFor();
  await page.getByText("Pictures aren’t searched for passwords").waitFor();
  expect(await findAxeViolations(page)).toEqual([]);
  await screenshot(page, "photos-ready");
  await ask(page, "Look at this");
  await page.getByTestId("own-message").getByRole("button", { name: "IMG_1.JPG" }).waitFor();
  const [sent, png] = await arrived(page);
  expect(sent).toMatchObject({ name: "IMG_1.JPG", contentType: "image/jpeg" });
  expect(png).toMatchObject({ name: "error.png", contentType: "image/png" });
  for (const { bytes } of [sent!, png!])
    expect(bytes.toString("latin1")).not.toMatch(/Exif|Testcam/);
  expect(await look(page, sent!)).toEqual({
    width: 960,
    height: 1920,
    above: "red",
    below: "blue",
  });
});

test("what is pasted and dropped is attached; a table's words are words; what can't be opened is refused", async () => {
  const page = await site.visit();
  const photo = (await takePhoto(page, { width: 200, height: 100 })).toString("base64");
  const bring = (
    how: "paste" | "drop",
    name: string,
    base64: string,
    words: string | null = null,
  ) =>
    page.evaluate(
      ([how, name, base64, words]) => {
        const data = new DataTransfer();
        const raw = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
        data.items.add(new File([raw], name, { type: "image/jpeg" }));
        if (words !== null) {
          data.setData("text/plain", words);
          data.setData("text/html", words);
        }
        const options = { bubbles: true, cancelable: true };
        const target = how === "paste" ? document.querySelector("textarea")! : document.body;
        const event =
          how === "paste"
            ? new ClipboardEvent("paste", { ...options, clipboardData: data })
            : new DragEvent("drop", { ...options, dataTransfer: data });
        return target.dispatchEvent(event);
      },
      [how, name, base64, words] as const,
    );
  // False: the browser does nothing with it itself.
  expect(await bring("paste", "pasted.jpg", photo)).toBe(false);
  await ready(page, "pasted.jpg");
  expect(await bring("drop", "dropped.jpg", photo)).toBe(false);
  await ready(page, "dropped.jpg");
  expect(await bring("paste", "table.jpg", photo, "one two")).toBe(true);
  expect(await page.getByTestId("upload").count()).toBe(2);
  await bring(
    "drop",
    "broken.jpg",
    Buffer.from("\xff\xd8\xffnothing", "latin1").toString("base64"),
  );
  await chip(page, "broken.jpg").getByText("can't be opened").waitFor();
  await screenshot(page, "photos-pasted");
});

test("a HEIC is decoded where the browser can't, on its way and at who gets one as it is", async () => {
  const page = await site.visit();
  await page.getByTestId("file-input").setInputFiles([asFile("IMG_3.HEIC", HEIC, "image/heic")]);
  await ready(page, "IMG_3.jpg");
  await ask(page, "From a friend's phone");
  await page.getByTestId("own-message").getByRole("button", { name: "IMG_3.jpg" }).waitFor();
  const [sent] = await arrived(page);
  expect(sent).toMatchObject({ name: "IMG_3.jpg", contentType: "image/jpeg" });
  const drawn = { width: 96, height: 192, above: "red", below: "blue" };
  expect(await look(page, sent!)).toEqual(drawn);

  // As one that came by e-mail: with nothing done to it on the way.
  await page.route("**/files?*", async (route) => {
    await route.fulfill({
      body: HEIC,
      headers: { "content-type": "image/heic", "access-control-allow-origin": "*" },
    });
  });
  await page.reload();
  const shown = page.getByTestId("own-message").getByRole("img", { name: "IMG_3.jpg" });
  await expect
    .poll(() =>
      shown.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight]),
    )
    .toEqual([96, 192]);
});

test("a HEIC that can't be decoded goes as a file, without its place, and is shown as one", async () => {
  const page = await site.visit();
  const box = Buffer.from("\0\0\0\x18ftypheic\0\0\0\0heicmif1", "latin1");
  const heic = Buffer.concat([box, exifWithPlace({ orientation: 6 }), Buffer.from("the picture")]);
  await page.getByTestId("file-input").setInputFiles([asFile("IMG_2.HEIC", heic, "image/heic")]);
  await ready(page, "IMG_2.HEIC");
  await ask(page, "From my phone");
  await page.getByText("A photo as HEIC, which can't be shown here").waitFor();
  const [sent] = await arrived(page);
  expect(sent).toMatchObject({ name: "IMG_2.HEIC", contentType: "image/heic" });
  expect(sent!.bytes).toHaveLength(heic.length);
  expect(sent!.bytes.toString("latin1")).toMatch(/Testcam[^]*the picture$/);
  expect(sent!.bytes.toString("latin1")).not.toMatch(/[NE]\0\0\0/);
});

test("on a phone the camera is one touch away, and everything fits", async () => {
  const page = await site.visit("/", {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
    colorScheme: "dark",
  });
  await page.getByRole("button", { name: "Take a photo" }).waitFor();
  const input = page.getByTestId("camera-input");
  expect(await input.getAttribute("capture")).toBe("environment");
  const names = ["a.jpg", "a photo with quite a long name of its own.jpg", "c.jpg"];
  await input.setInputFiles([
    asFile(names[0]!, await takePhoto(page, { width: 400, height: 300 })),
  ]);
  for (const name of names.slice(1)) {
    const photo = await takePhoto(page, { width: 300, height: 400 });
    await page.getByTestId("file-input").setInputFiles([asFile(name, photo)]);
  }
  for (const name of names) await ready(page, name);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(390);
  await screenshot(page, "photos-phone");
  await composer(page).press("Enter");
  await page.getByTestId("own-message").getByRole("button", { name: "c.jpg" }).click();
  await page.getByTestId("picture-dialog").getByText("3 of 3").waitFor();
  await screenshot(page, "viewer-phone");
  expect(await findAxeViolations(page)).toEqual([]);
});

test("the desk sees a customer's pictures large and side by side, and sends its own back", async () => {
  const page = await site.visit();
  const files = await Promise.all(
    ["before.jpg", "after.jpg"].map(async (name) =>
      asFile(name, await takePhoto(page, { width: 1600, height: 1200 }, "orange")),
    ),
  );
  await page.getByTestId("file-input").setInputFiles(files);
  for (const { name } of files) await ready(page, name);
  await ask(page, "I want to talk to a person");
  await page.getByText("A technician", { exact: false }).first().waitFor();

  const desk = await site.visit("/desk");
  await signIn(site, desk, "dana@computerguys.example");
  await desk.getByTestId("desk-item").first().click();
  await thread(desk).getByRole("button", { name: "before.jpg" }).click();
  const large = desk.getByTestId("picture-dialog");
  await large.getByText("1 of 2").waitFor();
  await screenshot(desk, "viewer-desk");
  await desk.keyboard.press("ArrowRight");
  await large.getByText("2 of 2").waitFor();
  await large.getByRole("button", { name: "Side by side" }).click();
  for (const { name } of files) await large.getByRole("img", { name }).waitFor();
  await large.getByRole("button", { name: "Actual size" }).click();
  const [actual] = await large
    .locator("img")
    .evaluateAll((all) => all.map((img) => img.clientWidth));
  // Held sideways: 1600 by 1200 stands upright.
  expect(actual).toBe(1200);
  await large.getByRole("button", { name: "Actual size" }).click();
  await screenshot(desk, "viewer-pair");
  expect(await findAxeViolations(desk)).toEqual([]);
  // The focus stays in the dialog, however far one tabs.
  for (let i = 0; i < 12; i++) {
    await desk.keyboard.press("Tab");
    const inside = await desk.evaluate(
      () =>
        document.activeElement === document.body ||
        document.activeElement?.closest("dialog") !== null,
    );
    expect(inside).toBe(true);
  }
  await desk.keyboard.press("Escape");
  await large.waitFor({ state: "hidden" });

  await desk.getByRole("button", { name: "Claim" }).first().click();
  const photo = await takePhoto(desk, { width: 800, height: 600 });
  await desk.getByTestId("file-input").setInputFiles([asFile("the fan.jpg", photo)]);
  await ready(desk, "the fan.jpg");
  await screenshot(desk, "desk-photo-ready");
  await ask(desk, "");
  const received = page
    .getByTestId("technician-message")
    .getByRole("button", { name: "the fan.jpg" });
  await received.waitFor();
  await received.click();
  await page.getByTestId("picture-dialog").getByText("3 of 3").waitFor();
  const saving = page.waitForEvent("download");
  await page
    .getByTestId("picture-dialog")
    .getByRole("button", { name: /^the fan.jpg/ })
    .click();
  const bytes = await readFile(await (await saving).path());
  expect(bytes.toString("latin1")).not.toContain("Exif");
  await page.keyboard.press("Escape");
  await screenshot(page, "photo-from-technician");
});
