/** OpenAI `text-embedding-3-small`: 1536 dimensions, the size of `knowledge.by_embedding`. */
import OpenAI from "openai";
import { openAiEnv } from "../env";
import { EMBEDDING_DIMENSIONS, EMBEDDING_MODEL } from "../validators";
import { ProviderError, isRetryableStatus, retryAfterMsOf, withDeadline } from "./errors";
import { makeFetch } from "./fetch";

/** Texts per request; OpenAI takes 2,048 and 300,000 tokens. */
export const EMBEDDING_BATCH = 64;
/** Of an answer: a full batch is 2 MiB of numbers. */
const MAX_BYTES = 16 * 1024 * 1024;

/** One vector per text, or null without an OpenAI key: search then uses text only. Whoever asks tries again, or not. */
export async function embedTexts(
  texts: string[],
  { timeoutMs = 20_000 } = {},
): Promise<number[][] | null> {
  const env = openAiEnv();
  if (env === null) return null;
  const client = new OpenAI({
    apiKey: env.OPENAI_API_KEY,
    baseURL: env.OPENAI_BASE_URL,
    fetch: makeFetch({ maxBytes: MAX_BYTES }),
    // It would end with the headers: ours is for the whole answer.
    timeout: 2 * timeoutMs,
    maxRetries: 0,
    dangerouslyAllowBrowser: true,
  });
  try {
    // Asked for by name: the SDK's default is base64, which it decodes to 32-bit floats in a way that
    // depends on the runtime.
    const { data } = await withDeadline(timeoutMs, "Embeddings: OpenAI", (signal) =>
      client.embeddings.create(
        { model: EMBEDDING_MODEL, input: texts, encoding_format: "float" },
        { signal },
      ),
    );
    return data.sort((a, b) => a.index - b.index).map(({ embedding }) => checkLength(embedding));
  } catch (error) {
    // Broken JSON, or a socket that closed: the answer was cut.
    if (error instanceof SyntaxError || error instanceof TypeError) {
      throw new ProviderError(`Embeddings: the answer was cut off (${error.message}).`, true, {
        fault: "cut",
      });
    }
    if (!(error instanceof OpenAI.APIError)) throw error;
    const status = error.status as number | undefined;
    throw new ProviderError(`Embeddings: ${error.message}`, isRetryableStatus(status), {
      retryAfterMs: retryAfterMsOf(error.headers as Headers | undefined),
      // Credit that is used up comes as a 429.
      fault: error.code === "insufficient_quota" ? "quota" : String(status ?? "unreachable"),
    });
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
