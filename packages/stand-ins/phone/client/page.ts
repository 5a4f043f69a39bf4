/** The phone on the screen: which phone it is, its thread with one of the shop's numbers, and the composer. */
import type { Segments } from "../../twilio/segments";
import type { PhoneView } from "../view";
import { Thread } from "./thread";
import { formatSize, formatNumber } from "./words";

const FIRST_PHONE = "+12125550101";
const E164 = /^\+[1-9]\d{6,14}$/;
const MAX_PICTURE_BYTES = 5_000_000;
/** Twilio's limit for a text. */
const MAX_CHARACTERS = 1_600;

function find<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`no #${id}`);
  return found;
}

const number = find("number", HTMLSelectElement);
const signal = find("signal", HTMLSelectElement);
const shop = find("shop", HTMLSelectElement);
const elsewhere = find("elsewhere", HTMLButtonElement);
const composer = find("composer", HTMLFormElement);
const text = find("text", HTMLTextAreaElement);
const file = find("file", HTMLInputElement);
const sendButton = find("send", HTMLButtonElement);
const problem = find("problem", HTMLElement);
const shopName = find("shop-name", HTMLElement).textContent ?? "";
const thread = new Thread(find("thread", HTMLOListElement), shopName);

const asked = new URLSearchParams(location.search).get("number") ?? "";
// A plus sign in a query is a space, unless somebody has escaped it.
const given = asked.trim().replace(/^(?=\d)/, "+");
const phone = E164.test(given) ? given : FIRST_PHONE;

let view: PhoneView | undefined;
let shownUntil = 0;

const open = (which: string) => location.assign(`/phone?number=${encodeURIComponent(which)}`);

/** Fictional numbers: 555-0100 to 555-0199 of an area. */
function newPhone(taken: readonly string[]): string {
  const all = ["212", "312", "415", "646", "718"].flatMap((area) =>
    Array.from({ length: 100 }, (_, i) => `+1${area}55501${String(i).padStart(2, "0")}`),
  );
  const free = all.filter((each) => !taken.includes(each));
  return free[Math.floor(Math.random() * free.length)] ?? FIRST_PHONE;
}

function options(select: HTMLSelectElement, values: readonly string[], chosen: string): void {
  const current = [...select.options].map(({ value }) => value);
  if (current.join() !== values.join()) {
    select.replaceChildren(...values.map((value) => new Option(formatNumber(value), value)));
  }
  select.value = chosen;
}

function render(): void {
  if (!view) return;
  const { shops, messages, webhook } = view;
  options(number, view.phones, phone);
  const numbers = shops.map((each) => each.number);
  options(shop, numbers, shop.value || (messages.at(-1)?.shop ?? numbers[0]!));
  signal.value = view.signal;
  const here = messages.filter((message) => message.shop === shop.value);
  thread.show(here);
  find("empty", HTMLElement).hidden = here.length > 0;
  find("opted-out", HTMLElement).hidden = !shops.some(
    (each) => each.number === shop.value && each.optedOut,
  );
  find("webhook", HTMLElement).textContent =
    webhook === null ? "Nobody listens at the shop: no webhook is set." : `Texts go to ${webhook}`;
  const other = messages.findLast(
    (message) => !message.mine && message.shop !== shop.value && message.at > shownUntil,
  );
  elsewhere.hidden = other === undefined;
  elsewhere.value = other?.shop ?? "";
  elsewhere.textContent = other ? `New message from ${formatNumber(other.shop)}` : "";
}

/** How often it was measured: an answer that a newer text has overtaken is not shown. */
let measurings = 0;

async function measure(): Promise<void> {
  const picture = file.files?.[0];
  sendButton.disabled = text.value.trim() === "" && !picture;
  find("picture", HTMLElement).hidden = !picture;
  find("picture-name", HTMLElement).textContent = picture?.name ?? "";
  text.style.setProperty("height", "auto");
  text.style.setProperty("height", `${Math.min(text.scrollHeight, 132)}px`);
  const measuring = ++measurings;
  const words = picture ? "MMS" : await describeText(text.value);
  if (measuring === measurings) find("meter", HTMLOutputElement).value = words;
}

async function describeText(body: string): Promise<string> {
  if (body === "") return "";
  if (body.length > MAX_CHARACTERS) return `${body.length} of ${MAX_CHARACTERS} characters`;
  const response = await post("/phone/segments", { body }).catch(() => undefined);
  if (!response) return "";
  const segments = (await response.json()) as Segments;
  const [alone, joined] = segments.encoding === "GSM-7" ? [160, 153] : [70, 67];
  const room = segments.count === 1 ? alone : segments.count * joined;
  return `${formatSize(segments)}, ${segments.units} of ${room}`;
}

async function post(path: string, body: unknown): Promise<Response> {
  const response = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (response.ok) return response;
  const { error } = (await response.json()) as { error: { message: string } };
  throw new Error(error.message);
}

/** Tells what went wrong, where there was something. */
async function attempt(work: () => Promise<unknown>): Promise<boolean> {
  problem.hidden = true;
  try {
    await work();
    return true;
  } catch (error) {
    problem.textContent = `Not sent: ${error instanceof Error ? error.message : String(error)}`;
    problem.hidden = false;
    return false;
  }
}

async function base64(picture: File): Promise<string> {
  const bytes = new Uint8Array(await picture.arrayBuffer());
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

const textShop = (body: string, picture?: File) =>
  attempt(async () => {
    if (picture && picture.size > MAX_PICTURE_BYTES) throw new Error("pictures over 5 MB");
    const media = picture
      ? [{ contentType: picture.type || "image/jpeg", data: await base64(picture) }]
      : [];
    await post("/phone/messages", { from: phone, to: shop.value, body, media });
  });

async function submit(): Promise<void> {
  if (sendButton.disabled) return;
  const [body, picture] = [text.value, file.files?.[0]];
  [text.value, file.value] = ["", ""];
  void measure();
  text.focus();
  if (await textShop(body, picture)) return;
  // What was not sent is not lost.
  text.value ||= body;
  void measure();
}

composer.addEventListener("submit", (event) => {
  event.preventDefault();
  void submit();
});
text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  void submit();
});
text.addEventListener("input", () => void measure());
file.addEventListener("change", () => void measure());
find("picture-remove", HTMLButtonElement).addEventListener("click", () => {
  file.value = "";
  void measure();
  text.focus();
});
for (const chip of document.querySelectorAll(".chips button")) {
  chip.addEventListener("click", () => void textShop(chip.textContent ?? ""));
}
number.addEventListener("change", () => open(number.value));
find("new-phone", HTMLButtonElement).addEventListener("click", () =>
  open(newPhone(view?.phones ?? [])),
);
signal.addEventListener("change", () => {
  void attempt(() => post("/phone/signal", { number: phone, signal: signal.value }));
});
function turnTo(which: string): void {
  shop.value = which;
  shownUntil = view?.messages.at(-1)?.at ?? 0;
  render();
}
shop.addEventListener("change", () => turnTo(shop.value));
elsewhere.addEventListener("click", () => turnTo(elsewhere.value));

document.title = `Phone ${formatNumber(phone)}`;
const events = new EventSource(`/phone/events?number=${encodeURIComponent(phone)}`);
events.addEventListener("message", ({ data }: MessageEvent<string>) => {
  const first = view === undefined;
  view = JSON.parse(data) as PhoneView;
  if (first) shownUntil = view.messages.at(-1)?.at ?? 0;
  render();
});
text.focus();
