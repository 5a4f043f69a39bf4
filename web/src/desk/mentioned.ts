/** Whom a note names as "@" and their name: pure. */
import type { Id } from "../api";

export type Colleague = { userId: Id<"users">; name: string };

/** Those whose names have a word that begins so, the first name first. */
export function findColleagues<C extends Pick<Colleague, "name">>(
  colleagues: readonly C[],
  query: string,
): C[] {
  const wanted = query.toLowerCase();
  const rank = ({ name }: C) =>
    ` ${name.toLowerCase()}`.split(/(?=\s)/).findIndex((word) => word.trim().startsWith(wanted));
  return colleagues.filter((one) => rank(one) >= 0).sort((a, b) => rank(a) - rank(b));
}

/** Of two with one name it is whoever was chosen from the list; else both are told. */
export function mentionedIn(
  text: string,
  colleagues: readonly Colleague[],
  picked: ReadonlySet<string> = new Set(),
): Id<"users">[] {
  let rest = text;
  const found: Colleague[] = [];
  // The longest first: "@Sam Okafor" doesn't name Sam.
  const names = [...new Set(colleagues.map(({ name }) => name))];
  for (const name of names.sort((a, b) => b.length - a.length)) {
    const parts = rest.split(new RegExp(`@${escape(name)}(?![\\p{L}\\p{M}\\p{N}])`, "u"));
    if (parts.length === 1) continue;
    rest = parts.join("\n");
    const called = colleagues.filter((one) => one.name === name);
    const chosen = called.filter(({ userId }) => picked.has(userId));
    found.push(...(chosen.length > 0 ? chosen : called));
  }
  return found.map(({ userId }) => userId);
}

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
