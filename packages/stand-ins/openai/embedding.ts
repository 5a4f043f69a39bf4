/**
 * Texts as vectors. Vectors are hashed features of the text (stemmed words mapped to concepts, word
 * pairs, character n-grams), so that related texts come out near each other with no model and no
 * download.
 */
import { hashText, isCommon, listRelated, readTerms } from "../model/text";

/** Of `text-embedding-3-small`. */
const DEFAULT_DIMENSIONS = 1536;

/** The share of a passage's vector that its title and heading give. */
const LEAD_SHARE = 0.6;

const COMMON_WEIGHT = 0.5;

/**
 * A deterministic unit vector for a text. A passage begins with a line "title › heading", which says
 * what it answers; a long table must not drown that, so the line has a fixed share of the vector.
 */
export function embedText(text: string, dimensions = DEFAULT_DIMENSIONS): number[] {
  const lead = /^[^\n]* › [^\n]*(?=\n)/.exec(text)?.[0];
  if (lead === undefined) return features(text, dimensions);
  const head = features(lead, dimensions);
  const body = features(text.slice(lead.length), dimensions);
  return unit(body.map((x, i) => x * (1 - LEAD_SHARE) + head[i]! * LEAD_SHARE));
}

function unit(vector: number[]): number[] {
  const norm = Math.hypot(...vector) || 1;
  return vector.map((x) => x / norm);
}

/**
 * Signed feature hashing (Weinberger et al., 2009): each feature adds ± its weight at two positions,
 * so that unrelated texts are near orthogonal.
 */
function features(text: string, dimensions: number): number[] {
  const vector = new Float64Array(dimensions);
  const add = (feature: string, weight: number) => {
    for (const seed of [0x811c9dc5, 0x01234567]) {
      const h = hashText(feature, seed);
      const i = h % dimensions;
      vector[i] = vector[i]! + ((h >>> 31) & 1 ? weight : -weight);
    }
  };
  const words = readTerms(text);
  const counts = new Map<string, number>();
  const bump = (key: string, by: number) => counts.set(key, (counts.get(key) ?? 0) + by);
  words.forEach(({ concept, surface }, i) => {
    bump(`w:${concept}`, isCommon(concept) ? COMMON_WEIGHT : 1);
    for (const related of listRelated(concept)) bump(`w:${related}`, 0.5);
    const next = words[i + 1];
    if (next) bump(`p:${[concept, next.concept].sort().join("+")}`, 0.3);
    const padded = `^${surface}$`;
    for (let k = 0; k + 4 <= padded.length; k++) bump(`g:${padded.slice(k, k + 4)}`, 0.12);
  });
  // Sub-linear counts: a word that fills a passage does not drown the others.
  for (const [feature, n] of counts) add(feature, Math.sqrt(n));
  if (counts.size === 0) add(`raw:${text.trim().toLowerCase()}`, 1);
  return unit(Array.from(vector));
}
