/**
 * Turns `[n]` in the text into elements of their own, so that they can be shown as quiet chips. Works on
 * the parsed tree: marks inside code and links are left alone.
 */
import type { PhrasingContent, Root } from "mdast";
import { findAndReplace } from "mdast-util-find-and-replace";

/** The word before, one or more marks, and the punctuation behind: a line may not break inside. */
const RUN = /([^\s[\]]{0,30})((?:\s?\[\d{1,3}\])+)([.,;:!?)]?)/g;

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
  };
}

/** As an emphasis by another name: a text node would be merged with the text around it. */
function element(
  hName: string,
  hProperties: Record<string, string>,
  children: PhrasingContent[] = [],
): PhrasingContent {
  return { type: "emphasis", children, data: { hName, hProperties } };
}
