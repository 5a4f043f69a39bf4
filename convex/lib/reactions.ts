/**
 * Reactions that phones send as texts: `Liked “…”` by iPhones, `👍 to “…”` by Androids, in English, German and
 * Spanish, given and taken back. Around what it quotes a phone writes nothing but words of reactions, so a text with
 * any other word in it was written by somebody. Pure; what is quoted counts for nothing.
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
const BEGIN = new RegExp(OPEN, "u");
const CLOSE = '[”"“»]';
const SIGN = /(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f|\u200d)+/u;

/** What a reaction is called; the first that is found decides. */
const NAMES: [RegExp, Reaction["kind"], string][] = [
  [
    /^(?:removed|took back|entfernte?|(?:zur[uü]ck)?genommen|quit[oó]|quitado|elimin[oó]|eliminado|retir[oó]|borr[oó])$/,
    "removed",
    "",
  ],
  [/^(?:disliked?|nicht|no)$/, "dislike", "👎"],
  [/^(?:liked?|gef[aä]llt|geliked|gelikt|gust[aoó]n?)$/, "like", "👍"],
  [
    /^(?:loved?|heart|liebte?|geliebt|liebe|herz(?:en)?|encant[aoó]n?|am[oó]|coraz[oó]n)$/,
    "like",
    "❤️",
  ],
  [/^(?:laugh(?:ed)?|haha|lachte?|gelacht|lachen|ri[oó]|r[ií]e|risa|divirti[oó])$/, "other", "😂"],
  [
    /^(?:emphasi[sz]ed|emphasis|exclamation|hervorgehoben|hervor|betonte?|ausrufezeichen|destac[oó]|enfatiz[oó]|exclam[oó]|exclamaci[oó]n|[eé]nfasis)$/,
    "other",
    "‼️",
  ],
  [
    /^(?:question(?:ed)?|hinterfragte?|fragte?|fragezeichen|cuestion[oó]|pregunt[oó]|interrog[oó]|interrogaci[oó]n|duda)$/,
    "other",
    "❓",
  ],
];
/** What stands around those. */
const FUNCTION =
  /^(?:a|an|the|their|his|her|to|at|from|with|mark|reaction|reacted|took|back|hat|du|hast|hob|mit|mir|ein|eine|einen|einem|das|die|dem|von|aus|bei|auf|f[uü]r|[uü]ber|zu|nach|als|markierte?|reagierte?|versehen|reaktion|le|les|me|se|ha|un|una|el|la|su|de|con|por|en|que|dio|puso|indic[oó]|marc[oó]|reaccion[oó]|reacci[oó]n|signo|sobre)$/;

/** "„Gefällt mir“" is the name of one, and nothing that was said. */
const NAME = `${OPEN}(gef[aä]llt mir(?: nicht)?|liebe?t?|haha|me gusta|no me gusta|me encanta|like|dislike)${CLOSE}`;
const NAME_IN_FRONT = new RegExp(`^([^“"„«”]{0,40})${NAME}(?=[^“"„«”]{1,40}${OPEN})`, "iu");
const NAME_BEHIND = new RegExp(`(?<=${CLOSE}[^“"„«”]{1,40})${NAME}(?=[^“"„«”»]{0,40}$)`, "iu");
/** A picture has no words to quote. */
const PICTURE =
  / (?:an?|one|eine?|einen|una?) (?:image|photo|picture|video|movie|attachment|message|sticker|bild|foto|nachricht|imagen|mensaje)$/i;
/** "A Juan le gustó …" */
const WHOSE = /^a \p{L}{1,20} (?=les? )/iu;

/** Longer than a quote that any phone sends. */
const MAX_CHARS = 1_800;
const MAX_AROUND = 80;

/** The reaction that a text is as a whole, or null. */
export function readReaction(raw: string): Reaction | null {
  if (raw.length > MAX_CHARS) return null;
  const text = raw
    .normalize("NFC")
    .trim()
    .replace(/[^\S\n]+/g, " ")
    .replace(/[.!?…\s]+$/u, "")
    .replace(PICTURE, " “”")
    .replace(NAME_IN_FRONT, "$1$2")
    .replace(NAME_BEHIND, "$1");
  const begun = text.search(BEGIN);
  const ended = Math.max(...["”", '"', "“", "»"].map((mark) => text.lastIndexOf(mark)));
  if (begun < 0 || ended <= begun) return null;
  const around = `${text.slice(0, begun)} ${text.slice(ended + 1)}`.trim();
  if (around.length > MAX_AROUND) return null;
  const named = nameReaction(around.replace(WHOSE, ""));
  return named === null ? null : { ...named, quoted: text.slice(begun + 1, ended).trim() };
}

/** What the words around a quote say, where they say nothing else. */
function nameReaction(around: string): Omit<Reaction, "quoted"> | null {
  const sign = SIGN.exec(around)?.[0];
  const words = around
    .toLowerCase()
    .replace(SIGN, " ")
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== "");
  const found = NAMES.filter(([name]) => words.some((word) => name.test(word)));
  const strange = words.some(
    (word) => !FUNCTION.test(word) && !NAMES.some(([name]) => name.test(word)),
  );
  if (strange) return null;
  const [, kind, usual] = found[0] ?? [];
  if (kind === "removed") {
    return sign !== undefined || found.length > 1 ? { kind, sign: "" } : null;
  }
  if (sign !== undefined) return { kind: kindOf(sign), sign };
  // "No" and "nicht" say nothing without what is not liked.
  const alone =
    kind === "dislike" && found.length === 1 && !words.some((word) => /^dis/.test(word));
  return kind === undefined || alone ? null : { kind, sign: usual! };
}

function kindOf(sign: string): "like" | "dislike" | "other" {
  const [first = ""] = sign;
  if (UP.includes(first)) return "like";
  return DOWN.includes(first) ? "dislike" : "other";
}
