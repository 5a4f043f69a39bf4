/** An agent as its admin sees it: models to choose from, versions to take back, and a test chat that leaves no trace. */
import { expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api";
import { HOUR } from "../../convex/lib/time";
import { addAgent, addPassage, admin, control, deployment, refusal, snapshot } from "../setup";
import { requestsFor } from "./asking";

const start = async () => {
  const t = deployment();
  const agentId = await addAgent(t, { prompt: "The first prompt." });
  await addPassage(t, "Laptop screens", "A laptop screen is $179.");
  return { t, agentId, sam: await admin(t) };
};
const listRequests = async () => {
  const { requests } = (await control("/requests?provider=openrouter")) as {
    requests: { path: string }[];
  };
  return requests.filter(({ path }) => path.endsWith("/api/v1/models")).length;
};

test("the list of models is asked for once an hour, and kept when OpenRouter has none", async () => {
  const { sam } = await start();
  vi.useFakeTimers({ toFake: ["Date"] });
  const before = await listRequests();
  const { models, asOf } = await sam.t.action(api.agents.models, {});
  expect(models.find(({ id }) => id === "anthropic/claude-sonnet-4.5")).toEqual({
    ...{ id: "anthropic/claude-sonnet-4.5", name: "anthropic/claude-sonnet-4.5" },
    ...{ promptUsd: 3, completionUsd: 15, contextTokens: 128_000, tools: true, pictures: true },
  });
  vi.setSystemTime(asOf + HOUR - 1);
  expect(await sam.t.action(api.agents.models, {})).toEqual({ models, asOf });
  expect(await listRequests()).toBe(before + 1);
  vi.setSystemTime(asOf + HOUR);
  vi.stubEnv("OPENROUTER_API_KEY", "wrong");
  expect(await sam.t.action(api.agents.models, {})).toEqual({ models, asOf });
  vi.stubEnv("OPENROUTER_API_KEY", "");
  expect((await refusal(sam.t.action(api.agents.models, {}))).code).toBe("not_configured");
});

test("without a list, a refusal of OpenRouter is said", async () => {
  const { sam } = await start();
  vi.stubEnv("OPENROUTER_API_KEY", "wrong");
  expect((await refusal(sam.t.action(api.agents.models, {}))).code).toBe("provider_unavailable");
});

test("each change leaves what was before, and is taken back to the letter", async () => {
  const { sam, agentId } = await start();
  const change = (changes: object) =>
    sam.t.mutation(api.agents.updateAgent, { agentId, ...changes });
  const now = async () => (await sam.t.query(api.agents.list, {}))[0]!;
  const first = await now();
  await change({ prompt: "The second.", settings: { effort: "high", maxTokens: 500 } });
  await change({ status: "paused" });
  await change({ tools: ["search_knowledge"] });
  const versions = await sam.t.query(api.agents.versions, { agentId });
  expect(versions.map(({ fields }) => [fields.prompt, fields.tools.length])).toEqual([
    ["The second.", first.tools.length],
    ["The first prompt.", first.tools.length],
  ]);
  await sam.t.mutation(api.agents.takeBack, { agentId, versionId: versions[1]!.versionId });
  const { metrics: _, ...wanted } = first;
  expect(await now()).toMatchObject({ ...wanted, settings: {}, status: "paused" });
  expect(await sam.t.query(api.agents.versions, { agentId })).toHaveLength(3);
});

test("the latest twenty are kept, and no version is another agent's", async () => {
  const { t, sam, agentId } = await start();
  for (let i = 0; i < 23; i++) {
    await sam.t.mutation(api.agents.updateAgent, { agentId, prompt: `Prompt ${i}.` });
  }
  const versions = await sam.t.query(api.agents.versions, { agentId });
  expect(versions.map(({ fields }) => fields.prompt)).toEqual(
    Array.from({ length: 20 }, (_, i) => `Prompt ${21 - i}.`),
  );
  const other = await addAgent(t, { slug: "other" });
  const { versionId } = versions[0]!;
  const back = sam.t.mutation(api.agents.takeBack, { agentId: other, versionId });
  expect((await refusal(back)).code).toBe("not_found");
});

test("a test chat answers as the changed agent would, is paid, and leaves nothing behind", async () => {
  const { t, sam, agentId } = await start();
  const question = "How much is a laptop screen, in a test chat?";
  await control("/script", { match: question, text: "A laptop screen is $179 [1]." });
  const before = await snapshot(t);
  const tried = await sam.t.action(api.trials.ask, {
    agentId,
    change: { prompt: "A draft.", model: "openai/gpt-5", settings: { maxTokens: 300 } },
    said: [
      { role: "customer", text: "Hello." },
      { role: "agent", text: "Hi! What can I do for you?" },
      { role: "customer", text: question },
    ],
  });
  expect(tried).toMatchObject({
    ...{ outcome: "answered", text: "A laptop screen is $179 [1].", model: "openai/gpt-5" },
    ...{ citations: [{ n: 1, title: "Laptop screens" }], found: ["Laptop screens"], refused: 0 },
  });
  const [sent] = await requestsFor(question);
  expect(sent!.body.messages[0]!.content).toContain("A draft.");
  expect(sent!.body).toHaveProperty("max_tokens", 300);
  const after = await snapshot(t);
  for (const table of ["conversations", "messages", "workflows", "agents"] as const) {
    expect(after[table]).toEqual(before[table]);
  }
  const limits = after.rateLimits as { name: string; value: number }[];
  const spent = limits.filter(({ name }) => name === "ai budget");
  expect(spent.map(({ value }) => value)).toEqual([tried.costMicroUsd]);
});

test("a test chat says what a rule hands off, and asks no model", async () => {
  const { sam, agentId } = await start();
  const text = "My battery is swollen, in a test chat";
  const said = [{ role: "customer" as const, text }];
  expect(await sam.t.action(api.trials.ask, { agentId, said })).toMatchObject({
    outcome: "handoff",
    reason: "swollen_battery",
  });
  expect(await requestsFor(text)).toEqual([]);
});

const line = (role: "customer" | "agent") => ({ role, text: "Hello." });
test.each([
  [[], "invalid_input"],
  [[line("agent")], "invalid_input"],
  [Array.from({ length: 21 }, () => line("customer")), "too_large"],
])("a test chat of %j is refused", async (said, code) => {
  const { sam, agentId } = await start();
  expect((await refusal(sam.t.action(api.trials.ask, { agentId, said }))).code).toBe(code);
});

test("with no budget left, a test chat says so", async () => {
  const { sam, agentId } = await start();
  vi.stubEnv("AI_DAILY_BUDGET_USD", "0");
  const said = [{ role: "customer" as const, text: "Hello." }];
  expect((await refusal(sam.t.action(api.trials.ask, { agentId, said }))).code).toBe("conflict");
});
