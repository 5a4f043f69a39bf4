import { expect, test } from "vitest";
import { ACT_NAMES, ACTS, actOf, keyWords, type Pressed } from "./keys";

const press = (key: string, more: Partial<Pressed> = {}): Pressed => ({
  key,
  code: "",
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  isComposing: false,
  defaultPrevented: false,
  ...more,
});
const open = { inField: false, covered: false, singleKeys: true };

test("no two acts have a key in common, and each is found by its own", () => {
  expect(new Set(ACT_NAMES.map((name) => ACTS[name].key)).size).toBe(ACT_NAMES.length);
  for (const name of ACT_NAMES) {
    const key = ACTS[name].key;
    const pressed = key.startsWith("mod+") ? press(key.at(-1)!, { ctrlKey: true }) : press(key);
    expect([name, actOf(pressed, open)]).toEqual([name, name]);
  }
});

test.each([
  ["QWERTY", press("j", { code: "KeyJ" }), "next"],
  ["Dvorak: the letter counts, not its place", press("j", { code: "KeyC" }), "next"],
  ["Dvorak: what stands where J is elsewhere", press("h", { code: "KeyJ" }), null],
  ["Caps Lock", press("J", { code: "KeyJ" }), "next"],
  ["Russian: the place counts", press("о", { code: "KeyJ" }), "next"],
  ["Greek", press("ξ", { code: "KeyJ" }), "next"],
  ["Hebrew", press("ח", { code: "KeyJ" }), "next"],
  ["a letter of Latin that is none of ours", press("ö", { code: "Semicolon" }), null],
  ["? where it is with Shift", press("?", { code: "Slash" }), "help"],
  ["? on a German keyboard", press("?", { code: "Minus" }), "help"],
  ["? in Arabic", press("؟", { code: "Slash" }), "help"],
  ["1 on a French keyboard, with Shift", press("1", { code: "Digit1" }), "viewWaiting"],
  ["Ctrl K", press("k", { ctrlKey: true }), "palette"],
  ["Command K in Russian", press("л", { code: "KeyK", metaKey: true }), "palette"],
])("%s", (_, pressed, act) => {
  expect(actOf(pressed, open)).toBe(act);
});

test("a key is the page's where somebody writes, composes, has a dialog open, or holds a modifier", () => {
  expect(actOf(press("e"), { ...open, inField: true })).toBeNull();
  expect(actOf(press("e"), { ...open, covered: true })).toBeNull();
  expect(actOf(press("e", { isComposing: true }), open)).toBeNull();
  expect(actOf(press("e", { defaultPrevented: true }), open)).toBeNull();
  for (const modifier of ["ctrlKey", "metaKey", "altKey"] as const) {
    expect(actOf(press("e", { [modifier]: true }), open)).toBeNull();
  }
  // AltGr is both, on Windows.
  expect(actOf(press("k", { ctrlKey: true, altKey: true }), open)).toBeNull();
});

test("keys of one character can be switched off; the palette stays, also while one writes", () => {
  const off = { ...open, singleKeys: false };
  expect(ACT_NAMES.filter((name) => actOf(press(ACTS[name].key), off) !== null)).toEqual([]);
  const palette = press("k", { metaKey: true });
  expect(actOf(palette, { ...off, inField: true })).toBe("palette");
});

test("held down, a key goes through the list and does nothing else twice", () => {
  expect(actOf(press("j", { repeat: true }), open)).toBe("next");
  expect(actOf(press("e", { repeat: true }), open)).toBeNull();
});

test("keys are written as the machine's keyboard has them", () => {
  expect([keyWords("palette", true), keyWords("palette", false)]).toEqual(["⌘ K", "Ctrl K"]);
  expect(keyWords("resolve", true)).toBe("e");
});
