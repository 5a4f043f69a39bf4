/**
 * Reactions that phones send as texts: `Liked “…”` by iPhones, `👍 to “…”` by Androids, in English, German and
 * Spanish, given and taken back. Pure; one look at the ends of the text, so that nothing that is quoted counts.
 */

/** Signs of a yes and of a no. */
export const UP = ["👍", "👌", "✅", "🙏", "❤", "♥", "💯", "👏", "✔", "☑", "🆗"];
export const DOWN = ["👎", "❌", "🙅", "✖", "🚫"];

export type Reaction = {
  kind: "like" | "dislike" | "other" | "removed";
  /** The sign to show. */
  sign: string;
  /** What was reacted to, as the phone quotes it: long texts are cut. */
  quoted: string;
};

const OPEN = '[“"„«”]';
const CLOSE = '[”"“»]';
const SIGN = "(?:\\p{Extended_Pictographic}|\\p{Emoji_Modifier}|[\\ufe0f\\u200d])+";

type Form = [RegExp, Reaction["kind"], string];
const form = (words: string, kind: Reaction["kind"], sign: string): Form => [
  new RegExp(`^(?:${words}) ?${OPEN}`, "iu"),
  kind,
  sign,
];
const FORMS: Form[] = [
  form(
    `(?:removed|took back) (?:an? |the )?(?:like|heart|dislike|laugh|exclamation|question mark|${SIGN})(?: reaction)? from|(?:hat )?(?:ein(?:en?)? |das |die )?(?:like|herz|gefällt mir|gefällt mir nicht|lachen|ausrufezeichen|fragezeichen|${SIGN})(?:-reaktion)? entfernt (?:von|aus|bei)|entfernte (?:ein(?:en?)? )?[^“"„«]{1,30} (?:von|bei|aus)|(?:quit[oó]|elimin[oó]|(?:ha )?quitado|se (?:quit[oó]|elimin[oó])) (?:un |una |el |la )?[^“"„«]{1,30}? (?:de|a)`,
    "removed",
    "",
  ),
  form(
    "disliked|gef[aä]llt (?:mir )?nicht|no (?:le|me) gust[aoó]n?|no le gust[oó]",
    "dislike",
    "👎",
  ),
  form("liked|gef[aä]llt(?: mir)?|hat geliked|(?:le|me) gust[aoó]", "like", "👍"),
  form("loved|liebt|hat geliebt|(?:le|me) encant[aoó]|am[oó]", "like", "❤️"),
  form("laughed at|lacht(?:e)? [uü]ber|se ri[oó] de|se r[ií]e de", "other", "😂"),
  form("emphasi[sz]ed|hervorgehoben|betont(?:e)?|hob hervor|destac[oó]|enfatiz[oó]", "other", "‼️"),
  form(
    "questioned|hinterfragt(?:e)?|fragt(?:e)? (?:nach|zu)|cuestion[oó]|pregunt[oó] sobre",
    "other",
    "❓",
  ),
];
const ANDROID = new RegExp(
  `^(?:reacted (?:with )?|reagierte mit |hat mit |reaccion[oó] con )?(${SIGN}) (?:to|auf|zu|a) ${OPEN}`,
  "iu",
);
/** German puts the verb behind: Hat „…“ mit „Gefällt mir“ markiert. */
const BEHIND = new RegExp(
  `^(?:hat |du hast )?${OPEN}([^]{1,1700})${CLOSE} (?:mit ${OPEN}?(gef[aä]llt mir(?: nicht)?|liebt|haha|${SIGN})${CLOSE}? (?:markiert|reagiert)|(geliked|geliebt|gelikt))$`,
  "iu",
);
/** A picture has no words to quote. */
const PICTURE =
  /^(liked|loved|disliked|laughed at|emphasi[sz]ed|questioned) an? (?:image|photo|picture|video|movie|attachment)$/i;
/** Longer than a quote that any phone sends. */
const MAX_CHARS = 1_800;

/** The reaction that a text is as a whole, or null. */
export function readReaction(raw: string): Reaction | null {
  if (raw.length > MAX_CHARS) return null;
  const text = raw
    .normalize("NFC")
    .trim()
    .replace(/[^\S\n]+/g, " ")
    .replace(/[.!?…\s]+$/u, "");
  const behind = readBehind(text);
  if (behind !== null) return behind;
  const picture = PICTURE.exec(text);
  const whole = picture === null ? text : `${picture[1]} “”`;
  if (!/[”"“»]$/u.test(whole)) return null;
  for (const [pattern, kind, sign] of FORMS) {
    const found = pattern.exec(whole);
    if (found !== null) return { kind, sign, quoted: whole.slice(found[0].length, -1).trim() };
  }
  const found = ANDROID.exec(text);
  if (found === null) return null;
  const quoted = text.slice(found[0].length, -1).trim();
  return { kind: kindOf(found[1]!), sign: found[1]!, quoted };
}

function readBehind(text: string): Reaction | null {
  const found = BEHIND.exec(text);
  if (found === null) return null;
  const how = (found[2] ?? found[3]!).toLowerCase();
  const quoted = found[1]!.trim();
  if (how.endsWith("nicht")) return { kind: "dislike", sign: "👎", quoted };
  if (how.startsWith("gef") || how.startsWith("gelik")) return { kind: "like", sign: "👍", quoted };
  if (how.startsWith("lieb") || how.startsWith("geliebt"))
    return { kind: "like", sign: "❤️", quoted };
  return how === "haha"
    ? { kind: "other", sign: "😂", quoted }
    : { kind: kindOf(how), sign: how, quoted };
}

function kindOf(sign: string): "like" | "dislike" | "other" {
  const [first = ""] = sign;
  if (UP.includes(first)) return "like";
  return DOWN.includes(first) ? "dislike" : "other";
}
