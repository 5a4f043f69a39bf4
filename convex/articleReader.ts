"use node";
/** Bodies of imported articles as Markdown: in Node, where the reader of HTML runs. */
import { v } from "convex/values";
import { internalAction } from "./functions";
import { ReadFault } from "./lib/readFault";

/** Each alone: its Markdown, or why it has none. */
export const convert = internalAction({
  args: { pages: v.array(v.string()) },
  returns: v.array(v.union(v.object({ markdown: v.string() }), v.object({ error: v.string() }))),
  handler: async (_ctx, { pages }) => {
    const { convertHtml } = await import("./providers/documents/html");
    return await Promise.all(
      pages.map(async (html) => {
        try {
          return { markdown: (await convertHtml(html)).markdown };
        } catch (error) {
          if (error instanceof ReadFault) return { error: error.message };
          // Nested deeper than its parser goes, for example. What it holds is nobody's business but its owner's.
          return { error: `Its HTML can't be read (${(error as Error).name}).` };
        }
      }),
    );
  },
});
