/** OpenAI `text-embedding-3-small`: 1536 dimensions, the size of `knowledge.by_embedding`. */
import type OpenAI from "openai";
import { openAiEnv } from "../env";
import { EMBEDDING_DIMENSIONS, EMBEDDING_MODEL } from "../validators";
import { ProviderError, isRetryableStatus, retryAfterMsOf, withDeadline } from "./errors";
import { makeFetch } from "./fetch";

/** Texts per request; OpenAI takes 2,048 and 300,000 tokens. */
export const EMBEDDING_BATCH = 64;
/** Of an answer: a full batch is 2 MiB of numbers. */
const MAX_BYTES = 16 * 1024 * 1024;

/** The model that is asked, or null without a key. Another endpoint's is another model, whatever it calls itself. */
export function embeddingModel(): string | null {
  const env = openAiEnv();
  if (env === null) return null;
  const { hostname } = new URL(env.OPENAI_BASE_URL);
  return hostname === OPENAI_HOST ? EMBEDDING_MODEL : `${EMBEDDING_MODEL}@${hostname}`;
}

const OPENAI_HOST = "api.openai.com";

/** One vector per text, or null without an OpenAI key: search then uses text only. Whoever asks tries again, or not. */
export async function embedTexts(
  texts: string[],
  { timeoutMs = 20_000 } = {},
): Promise<number[][] | null> {
  const env = openAiEnv();
  if (env === null) return null;
  // With the call: mutations beside whoever embeds would load the SDK each time.
  const { OpenAI: Sdk } = await import("openai");
  const client = new Sdk({
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
    return checkEmbeddings(data, texts.length);
  } catch (error) {
    if (error instanceof ProviderError) throw error;
    if (!(error instanceof Sdk.APIError)) {
      // Broken JSON, or a socket that closed, which on Convex is an `Error` like any other.
      const reason = error instanceof Error ? error.message : String(error);
      throw new ProviderError(`Embeddings: the answer was cut off (${reason}).`, true, {
        fault: "cut",
      });
    }
    const status = error.status as number | undefined;
    throw new ProviderError(`Embeddings: ${error.message}`, isRetryableStatus(status), {
      retryAfterMs: retryAfterMsOf(error.headers as Headers | undefined),
      // Credit that is used up comes as a 429.
      fault: error.code === "insufficient_quota" ? "quota" : String(status ?? "unreachable"),
    });
  }
}

type Embeddings = OpenAI.CreateEmbeddingResponse["data"];

/** In the order of the texts. Anything else than asked for is the provider's fault, and the same again won't mend it. */
function checkEmbeddings(data: Embeddings, count: number): number[][] {
  const byIndex = new Map(data.map(({ index, embedding }) => [index, embedding]));
  return Array.from({ length: count }, (_, index) => {
    const embedding = byIndex.get(index);
    if (!Array.isArray(embedding)) throw refused(`${count} vectors were asked for; one is missing`);
    if (embedding.length !== EMBEDDING_DIMENSIONS) {
      throw refused(
        `a vector of ${embedding.length} numbers came; ${EMBEDDING_MODEL} has ${EMBEDDING_DIMENSIONS}`,
      );
    }
    if (!embedding.every(Number.isFinite)) throw refused("a vector came that is not all numbers");
    return embedding;
  });
}

const refused = (why: string) =>
  new ProviderError(`Embeddings: ${why}.`, false, { fault: "malformed" });
