/** English numbers in words, up to the thousands: "a hundred and seventy-nine". Pure. */

const ONES =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");

/** One word of a number, for patterns. */
export const NUMBER_WORD = [...ONES, "fourty", ...TENS, "hundred", "thousand"].join("|");

/** The number, or null: that is none. A leading "a" counts as one. */
export function readNumber(words: string): number | null {
  let total = 0;
  let part = 0;
  let seen = false;
  for (const word of words.toLowerCase().split(/[\s-]+/)) {
    if (word === "and" || word === "a" || word === "") continue;
    seen = true;
    const ten = TENS.indexOf(word === "fourty" ? "forty" : word);
    const one = ONES.indexOf(word);
    if (word === "hundred") part = (part || 1) * 100;
    else if (word === "thousand") {
      total += (part || 1) * 1000;
      part = 0;
    } else if (ten >= 0) part += (ten + 2) * 10;
    else if (one >= 0) part += one;
    else return null;
  }
  return seen ? total + part : null;
}
