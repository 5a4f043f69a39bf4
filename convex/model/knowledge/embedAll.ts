/** Many texts at once, for what can do without vectors. Apart from the provider: what logs loads the redaction. */
import { EMBEDDING_BATCH, embedTexts } from "../../providers/embeddings";
import { ProviderError } from "../../providers/errors";
import { logWarning } from "../../lib/log";

/**
 * Vectors of any number of texts. Null without a key, and where embeddings don't answer: then `what` happens by words
 * alone, and the log says so.
 */
export async function embedAll(texts: string[], what: string): Promise<number[][] | null> {
  const all: number[][] = [];
  try {
    for (let from = 0; from < texts.length; from += EMBEDDING_BATCH) {
      const vectors = await embedTexts(texts.slice(from, from + EMBEDDING_BATCH));
      if (vectors === null) return null;
      all.push(...vectors);
    }
    return all;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    logWarning(`${what} by words only`, error.message);
    return null;
  }
}
