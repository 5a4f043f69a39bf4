/**
 * Turns citation marks into elements of their own, so that they can be shown as quiet chips. What is a mark is the
 * backend's rule, read over the whole text: the parsed tree no longer knows what stood before a mark.
 */
import { writeMarks } from "@computer-guys/support-backend/answers";
import type { PhrasingContent, Root, RootContent } from "mdast";
import { findAndReplace } from "mdast-util-find-and-replace";

/** Makes a mark out of brackets, until the tree is drawn: no text has it, and Markdown gives it no meaning. */
const SIGN = "\ue000";
/** The word before, one or more marks, and the punctuation behind: a line may not break inside. */
const RUN = new RegExp(`([^\\s[\\]]{0,30})((?:\\s?\\[${SIGN}\\d{1,3}\\])+)([.,;:!?)]?)`, "g");

/** The text whose marks `citationMarks` finds. */
export const signMarks = (markdown: string): string =>
  writeMarks(markdown.replaceAll(SIGN, ""), (numbers) =>
    numbers.map((n) => `[${SIGN}${n}]`).join(""),
  );

/**
 * A remark plugin. `<cite-run>` holds what stays on one line, `<cite-mark n="…">` is a mark; `Markdown`
 * says how they look.
 */
export function citationMarks() {
  return (tree: Root) => {
    findAndReplace(
      tree,
      [
        [
          RUN,
          (_match: string, word: string, marks: string, after: string) =>
            element("cite-run", {}, [
              { type: "text", value: word },
              ...[...marks.matchAll(/\d+/g)].map(([n]) => element("cite-mark", { n })),
              { type: "text", value: after },
            ]),
        ],
      ],
      { ignore: ["link", "linkReference", "inlineCode", "code"] },
    );
    unsign(tree);
  };
}

/** Where no mark can be (a link, code by its indentation) the brackets stay. */
function unsign(node: Root | RootContent): void {
  if ("value" in node) node.value = node.value.replaceAll(SIGN, "");
  if ("url" in node) node.url = node.url.replaceAll(encodeURI(SIGN), "").replaceAll(SIGN, "");
  if ("children" in node) node.children.forEach(unsign);
}

/** As an emphasis by another name: a text node would be merged with the text around it. */
function element(
  hName: string,
  hProperties: Record<string, string>,
  children: PhrasingContent[] = [],
): PhrasingContent {
  return { type: "emphasis", children, data: { hName, hProperties } };
}
