/**
 * Whether a text, as a whole, is a rating from 1 (bad) to 5 (good): the answer to the question of
 * `model/outbox/ratingQuestion.ts`. A number in a sentence is none: "5 years old" is about a laptop. Pure;
 * `readRating.cases.ts` tables what counts and what must not, in English, German and Spanish.
 */

const NUMBERS: Record<string, number> = {
  ...{ one: 1, two: 2, three: 3, four: 4, five: 5 },
  ...{ eins: 1, ein: 1, einen: 1, zwei: 2, drei: 3, vier: 4, fünf: 5, fuenf: 5 },
  ...{ uno: 1, una: 1, dos: 2, tres: 3, cuatro: 4, cinco: 5 },
};
const ups = ["👍", "thumbs up", "daumen hoch", "pulgar arriba"];
const downs = ["👎", "thumbs down", "daumen runter", "pulgar abajo"];
const UP = 5;
const DOWN = 1;

const anyOf = (words: readonly string[]) => `(?:${words.join("|")})`;
const NUMBER = `([1-5]|${Object.keys(NUMBERS).join("|")})`;
/** What is counted, and out of how many. */
const UNIT = anyOf([
  "stars?",
  "⭐",
  "points?",
  "stern(?:en?)?",
  "punkt(?:en?)?",
  "estrellas?",
  "puntos?",
]);
const OUT_OF = `(?:/|out of|of|von|de) ?${anyOf(["5", "five", "fünf", "fuenf", "cinco"])}`;
const THANKS = anyOf([
  "(?:many )?thanks(?: (?:a lot|so much|very much))?",
  "thank you(?: (?:so|very) much)?",
  "thx",
  "ty",
  "(?:vielen |besten )?dank(?:e)?(?: ?(?:schön|schoen|sehr))?",
  "(?:muchas |mil )?gracias",
]);
/** What looks on and says nothing of its own: no thumb, no star. */
const FACES = String.raw`(?: ?(?![👍👎⭐])\p{Extended_Pictographic})*`;
const thanked = (body: string) =>
  new RegExp(`^(?:${THANKS} )?${body}(?: ?${THANKS})?${FACES}$`, "u");

const COUNTED = thanked(`${NUMBER}(?: ?${UNIT})?(?: ?${OUT_OF}(?: ?${UNIT})?)?(?: ?(👍|👎)+)?`);
const THUMB_UP = thanked(`${anyOf(ups)}+`);
const THUMB_DOWN = thanked(`${anyOf(downs)}+`);
const STARS = thanked("((?:⭐ ?){2,5})");

/** Longer than any rating. */
const MAX_CHARS = 60;

/** The rating that a text is, or null for a text that somebody must read. */
export function readRating(text: string): 1 | 2 | 3 | 4 | 5 | null {
  if (text.length > MAX_CHARS) return null;
  const said = plain(text);
  const score = counted(said) ?? stars(said) ?? thumb(said);
  return score as 1 | 2 | 3 | 4 | 5 | null;
}

/** Not one that a thumb beside it contradicts. */
function counted(said: string): number | null {
  const [, number, thumb] = COUNTED.exec(said) ?? [];
  if (number === undefined) return null;
  const score = NUMBERS[number] ?? Number(number);
  if (thumb === undefined) return score;
  return (thumb === "👍" ? score >= 4 : score <= 2) ? score : null;
}

/** One star alone may be praise. */
function stars(said: string): number | null {
  const row = STARS.exec(said)?.[1];
  return row === undefined ? null : [...row].filter((one) => one === "⭐").length;
}

function thumb(said: string): number | null {
  if (THUMB_UP.test(said)) return UP;
  return THUMB_DOWN.test(said) ? DOWN : null;
}

/** Skin tones, the look of an emoji, the frame of a keycap. */
const DRESS = /\p{Emoji_Modifier}|\ufe0f|\u20e3/gu;
/** What ends a sentence and asks nothing. Within a number it is part of it. */
const POINTS = /(?<!\d)[.,:]|[.,:](?!\d)|[;!¡"'“”„‘’«»()*]/gu;

const plain = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(DRESS, "")
    .replace(POINTS, " ")
    .replace(/\s+/g, " ")
    .replace(/ ?\/ ?/g, "/")
    .trim();
