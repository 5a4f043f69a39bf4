/** `---`, lines of `name: value`, `---`: what documents of other systems begin with. It is no text to answer from. */
const FRONT_MATTER =
  /^\uFEFF?---[ \t]*\n((?:[\w-]+:[^\n]*\n|[ \t]+[^\n]*\n|[ \t]*\n)*)---[ \t]*(?:\n|$)/;
const MAX_CHARS = 4_000;

type Named = { title: string; category: string; text: string };

/** A document's text, and the title and category that it names before it; empty where it names none. */
export function readFrontMatter(document: string): Named {
  const lines = document.replace(/\r\n/g, "\n");
  const found = FRONT_MATTER.exec(lines.slice(0, MAX_CHARS));
  if (found === null) return { title: "", category: "", text: document };
  const named = found[1]!;
  return {
    title: /^title:[ \t]*["']?(.*?)["']?[ \t]*$/im.exec(named)?.[1] ?? "",
    category: /^category:[ \t]*["']?(.*?)["']?[ \t]*$/im.exec(named)?.[1] ?? "",
    text: lines.slice(found[0].length),
  };
}
