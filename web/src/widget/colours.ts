/** The shop's colour in the chat: colours only, and every pair that carries text keeps 4.5 : 1 (WCAG 2.2 AA). Pure. */

/** `#rrggbb`. */
export type Colour = string;
type Rgb = [number, number, number];

/** A colour as it is written (`#7a2048`, `#728`) or as browsers compute it (`rgb(122, 32, 72)`); null for all else. */
export function readColour(text: string): Colour | null {
  const [, hex] = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(text.trim()) ?? [];
  if (hex !== undefined)
    return `#${hex.length === 3 ? hex.replace(/./g, "$&$&") : hex}`.toLowerCase();
  const [, ...parts] = /^rgb\((\d{1,3}), (\d{1,3}), (\d{1,3})\)$/.exec(text.trim()) ?? [];
  const rgb = parts.map(Number);
  return rgb.length === 3 && rgb.every((part) => part <= 255) ? write(rgb as Rgb) : null;
}

const write = (rgb: Rgb): Colour =>
  `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
const read = (colour: Colour): Rgb =>
  [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)) as Rgb;

/** Relative luminance (WCAG 2.2). */
function luminance(colour: Colour): number {
  const [r, g, b] = read(colour).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(a: Colour, b: Colour): number {
  const [low, high] = [luminance(a), luminance(b)].sort((one, other) => one - other);
  return (high! + 0.05) / (low! + 0.05);
}

/** What is written on a colour. One of the two always has 4.5 : 1. */
export const textOn = (colour: Colour): Colour =>
  contrast(colour, "#ffffff") >= 4.5 ? "#ffffff" : "#000000";

const mix = (colour: Colour, other: Colour, share: number): Colour => {
  const from = read(colour);
  const to = read(other);
  return write(from.map((part, at) => part + (to[at]! - part) * share) as Rgb);
};

const ENOUGH = 4.6;

/** The colour, moved towards `end` until it can be read on all of `grounds`. */
function readable(colour: Colour, grounds: Colour[], end: Colour): Colour {
  for (let share = 0; share < 1; share += 0.05) {
    const moved = mix(colour, end, share);
    if (grounds.every((ground) => contrast(moved, ground) >= ENOUGH)) return moved;
  }
  return end;
}

/** The style sheet's tokens that follow the shop's colour, for a light page or a dark one (`styles.css`). */
export function tokensOf(colour: Colour, dark: boolean): Record<string, Colour> {
  const [paper, surface, sunken, end] = dark
    ? ["#171614", "#201f1c", "#292724", "#ffffff"]
    : ["#fbfaf8", "#ffffff", "#f3f1ec", "#000000"];
  const wash = mix(colour, surface, dark ? 0.8 : 0.9);
  const accent = readable(colour, [paper, surface, sunken, wash], end);
  const bubble = dark ? mix(colour, "#000000", 0.45) : colour;
  return {
    accent,
    "accent-strong": mix(accent, end, 0.25),
    "accent-wash": wash,
    "on-accent": textOn(accent),
    bubble,
    "on-bubble": textOn(bubble),
  };
}
