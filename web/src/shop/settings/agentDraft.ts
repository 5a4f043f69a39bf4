/** An agent as it is being edited: what differs from the one that is live. */
import type { AgentForStaff, Id } from "../../api";

type Settings = NonNullable<AgentForStaff["settings"]>;
export type AgentDraft = Pick<
  AgentForStaff,
  | "name"
  | "description"
  | "prompt"
  | "model"
  | "fallbackModels"
  | "capabilities"
  | "tools"
  | "priority"
> & { settings: Settings };

/** A trial that was started, and of what (`written`). */
export type Tried = { trialId: Id<"workflows">; change: string };

export const draftOf = (agent: AgentForStaff): AgentDraft => ({
  name: agent.name,
  description: agent.description,
  prompt: agent.prompt,
  model: agent.model,
  fallbackModels: agent.fallbackModels,
  capabilities: agent.capabilities,
  tools: agent.tools,
  priority: agent.priority,
  settings: agent.settings ?? {},
});

/** What is `undefined` is not there. */
const tidy = (settings: Settings): Settings =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));

/** The fields that differ: what is saved. */
export function changesOf(draft: AgentDraft, agent: AgentForStaff): Partial<AgentDraft> {
  const live = draftOf(agent);
  const edited = {
    ...draft,
    settings: tidy(draft.settings),
    fallbackModels: draft.fallbackModels.filter((model) => model.trim() !== ""),
  };
  const names = Object.keys(live) as (keyof AgentDraft)[];
  return Object.fromEntries(
    names
      .filter((name) => written(edited[name]) !== written(live[name]))
      .map((name) => [name, edited[name]]),
  );
}

/** Those of the changes that a trial and a test chat can tell. */
export function triedOf({ prompt, model, fallbackModels, settings, tools }: Partial<AgentDraft>) {
  return {
    ...(prompt !== undefined && { prompt }),
    ...(model !== undefined && { model }),
    ...(fallbackModels !== undefined && { fallbackModels }),
    ...(settings !== undefined && { settings }),
    ...(tools !== undefined && { tools }),
  };
}

/** Whatever the order of an object's fields. */
export const written = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

const FIELD_WORDS: Record<keyof AgentDraft, string> = {
  name: "name",
  description: "description",
  prompt: "prompt",
  model: "model",
  fallbackModels: "fallbacks",
  capabilities: "subjects",
  tools: "tools",
  priority: "priority",
  settings: "limits",
};

export const fieldWords = (names: string[]): string =>
  names.map((name) => FIELD_WORDS[name as keyof AgentDraft]).join(", ");

/** Dollars of a small sum. */
export const dollars = (microUsd: number): string =>
  `$${(microUsd / 1e6).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 4 })}`;
