/** OpenAI `text-embedding-3-small`: 1536 dimensions, the size of `knowledge.by_embedding`. */
import { openAiEnv } from "../env";
import { EMBEDDING_DIMENSIONS, EMBEDDING_MODEL } from "../validators";
import { ProviderError, isRetryableStatus, retryAfterMsOf } from "./errors";

/** Texts per request; OpenAI takes 2,048 and 300,000 tokens. */
export const EMBEDDING_BATCH = 64;

/** One vector per text, or null without an OpenAI key: search then uses text only. */
export async function embedTexts(
  texts: string[],
  { timeoutMs = 20_000, maxRetries = 2 } = {},
): Promise<number[][] | null> {
  const env = openAiEnv();
  if (env === null) return null;
  // With the call: mutations beside whoever embeds would load the SDK each time.
  const { default: OpenAI } = await import("openai");
  const client = new OpenAI({
    apiKey: env.OPENAI_API_KEY,
    baseURL: env.OPENAI_BASE_URL,
    timeout: timeoutMs,
    maxRetries,
    dangerouslyAllowBrowser: true,
  });
  try {
    // Asked for by name: the SDK's default is base64, which it decodes to 32-bit floats in a way that
    // depends on the runtime.
    const { data } = await client.embeddings.create({
      model: EMBEDDING_MODEL,
      input: texts,
      encoding_format: "float",
    });
    return data.sort((a, b) => a.index - b.index).map(({ embedding }) => checkLength(embedding));
  } catch (error) {
    // Broken JSON, or a socket that closed: the answer was cut.
    if (error instanceof SyntaxError || error instanceof TypeError) {
      throw new ProviderError(`Embeddings: the answer was cut off (${error.message}).`, true);
    }
    if (!(error instanceof OpenAI.APIError)) throw error;
    const status = error.status as number | undefined;
    const wait = retryAfterMsOf(error.headers as Headers | undefined);
    throw new ProviderError(`Embeddings: ${error.message}`, isRetryableStatus(status), wait);
  }
}

/** The index takes no other length: what answers then is another model, which the same again won't mend. */
function checkLength(embedding: number[]): number[] {
  if (embedding.length === EMBEDDING_DIMENSIONS) return embedding;
  throw new ProviderError(
    `Embeddings: a vector of ${embedding.length} numbers came; ${EMBEDDING_MODEL} has ${EMBEDDING_DIMENSIONS}.`,
    false,
  );
}
