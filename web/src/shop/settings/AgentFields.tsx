/** What an agent is: words, models with their prices, tools, subjects, limits. */
import { useAction } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { Plus, X } from "lucide-react";
import { api } from "../../api";
import { Button, Field, IconButton, TextArea } from "../../ui/controls";
import { ProblemNotice } from "../../ui/Notice";
import { useTask } from "../../ui/useTask";
import { useEffect, useState } from "react";
import type { AgentDraft } from "./agentDraft";

type Models = FunctionReturnType<typeof api.agents.models>;
type Props = { draft: AgentDraft; change: (part: Partial<AgentDraft>) => void };

const MAX_FALLBACKS = 5;

export function AgentFields({ draft, change }: Props) {
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          id="agent-name"
          label="Name, as customers see it"
          required
          maxLength={60}
          value={draft.name}
          onChange={({ target }) => change({ name: target.value })}
        />
        <Field
          id="agent-description"
          label="What it is for"
          required
          maxLength={300}
          value={draft.description}
          onChange={({ target }) => change({ description: target.value })}
        />
      </div>
      <TextArea
        id="agent-prompt"
        label="Prompt: how it answers"
        required
        rows={9}
        maxLength={6000}
        value={draft.prompt}
        onChange={({ target }) => change({ prompt: target.value })}
      />
      <ModelFields draft={draft} change={change} />
      <Choices
        legend="Tools"
        all={TOOLS}
        chosen={draft.tools}
        choose={(tools) => change({ tools })}
      />
      <Choices
        legend="Subjects that it knows"
        all={SUBJECTS}
        chosen={draft.capabilities}
        choose={(capabilities) => change({ capabilities })}
      />
      <Limits draft={draft} change={change} />
    </>
  );
}

function ModelFields({ draft: { model, fallbackModels, tools, settings }, change }: Props) {
  const [list, setList] = useState<Models | null>(null);
  const load = useAction(api.agents.models);
  const { run, problem } = useTask(async () => setList(await load({})));
  useEffect(() => void run(), [run]);
  const told = { list, tools: tools.length > 0, pictures: settings.pictures === true };
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-2 text-[0.8125rem] font-medium text-soft">
        Models, of OpenRouter's list
      </legend>
      <datalist id="openrouter-models">
        {list?.models.map(({ id, promptUsd, completionUsd }) => (
          <option key={id} value={id}>
            {`$${promptUsd} in, $${completionUsd} out`}
          </option>
        ))}
      </datalist>
      <ModelField
        {...told}
        id="agent-model"
        label="Model"
        value={model}
        change={(next) => change({ model: next })}
      />
      {fallbackModels.map((fallback, i) => (
        <div key={i} className="flex items-start gap-2">
          <div className="min-w-0 flex-1">
            <ModelField
              {...told}
              id={`agent-fallback-${i}`}
              label={`Fallback ${i + 1}`}
              value={fallback}
              change={(next) =>
                change({ fallbackModels: fallbackModels.map((one, at) => (at === i ? next : one)) })
              }
            />
          </div>
          <div className="pt-8">
            <IconButton
              small
              label={`Remove fallback ${i + 1}`}
              onClick={() => change({ fallbackModels: fallbackModels.filter((_, at) => at !== i) })}
            >
              <X size={16} aria-hidden />
            </IconButton>
          </div>
        </div>
      ))}
      <ProblemNotice problem={problem} onRetry={() => void run()} />
      <div className="flex flex-wrap items-center gap-3">
        {fallbackModels.length < MAX_FALLBACKS && (
          <Button
            size="small"
            icon={<Plus size={15} aria-hidden />}
            onClick={() => change({ fallbackModels: [...fallbackModels, ""] })}
          >
            Add a fallback
          </Button>
        )}
        {list !== null && (
          <p className="text-[0.8125rem] text-faint">
            {list.models.length} models, prices of{" "}
            {new Date(list.asOf).toLocaleString("en-US", {
              dateStyle: "medium",
              timeStyle: "short",
            })}
          </p>
        )}
      </div>
    </fieldset>
  );
}

function ModelField({
  list,
  tools,
  pictures,
  value,
  change,
  ...field
}: {
  id: string;
  label: string;
  list: Models | null;
  tools: boolean;
  pictures: boolean;
  value: string;
  change: (model: string) => void;
}) {
  const found = list?.models.find(({ id }) => id === value);
  const notes = found
    ? [
        `$${found.promptUsd} in, $${found.completionUsd} out per million tokens`,
        tools && !found.tools && "takes no tools",
        pictures && !found.pictures && "sees no pictures",
      ].filter(Boolean)
    : [list !== null && value !== "" && "Not on OpenRouter's list."];
  const hint = notes.filter(Boolean).join("; ");
  return (
    <Field
      {...field}
      {...(hint !== "" && { hint })}
      list="openrouter-models"
      autoComplete="off"
      required
      maxLength={100}
      value={value}
      onChange={({ target }) => change(target.value)}
    />
  );
}

const TOOLS = [
  ["search_knowledge", "Search the documents again"],
  ["escalate_to_human", "Hand over to a person"],
  ["set_contact", "Note a customer's contact"],
] as const satisfies readonly [AgentDraft["tools"][number], string][];
const SUBJECTS = [
  ["triage", "Anything else"],
  ["hardware", "Hardware"],
  ["software", "Software"],
  ["network", "Network"],
  ["data", "Data"],
  ["accounts", "Accounts"],
  ["billing", "Billing"],
] as const satisfies readonly [AgentDraft["capabilities"][number], string][];

function Choices<T extends string>({
  legend,
  all,
  chosen,
  choose,
}: {
  legend: string;
  all: readonly (readonly [T, string])[];
  chosen: T[];
  choose: (next: T[]) => void;
}) {
  return (
    <fieldset>
      <legend className="mb-2 text-[0.8125rem] font-medium text-soft">{legend}</legend>
      <div className="flex flex-wrap gap-x-5 gap-y-2">
        {all.map(([value, words]) => (
          <Check
            key={value}
            label={words}
            checked={chosen.includes(value)}
            change={(on) => choose(on ? [...chosen, value] : chosen.filter((one) => one !== value))}
          />
        ))}
      </div>
    </fieldset>
  );
}

function Check({
  label,
  checked,
  change,
}: {
  label: string;
  checked: boolean;
  change: (on: boolean) => void;
}) {
  return (
    <label className="flex min-h-6 items-center gap-2 text-sm">
      <input
        type="checkbox"
        className="size-4 accent-accent"
        checked={checked}
        onChange={({ target }) => change(target.checked)}
      />
      {label}
    </label>
  );
}

const EFFORTS = ["none", "minimal", "low", "medium", "high", "xhigh"] as const;

function Limits({ draft: { settings, priority }, change }: Props) {
  const set = (part: Partial<AgentDraft["settings"]>) =>
    change({ settings: { ...settings, ...part } });
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-2 text-[0.8125rem] font-medium text-soft">Limits</legend>
      <div className="grid gap-4 sm:grid-cols-3">
        <Field
          id="agent-tokens"
          label="Tokens of an answer"
          type="number"
          inputMode="numeric"
          min={200}
          max={2000}
          step={1}
          required
          value={settings.maxTokens ?? 2000}
          onChange={({ target }) =>
            set({ maxTokens: target.value === "2000" ? undefined : Number(target.value) })
          }
        />
        <div>
          <label
            htmlFor="agent-effort"
            className="mb-1.5 block text-[0.8125rem] font-medium text-soft"
          >
            Thought before it
          </label>
          <select
            id="agent-effort"
            className="h-11 w-full rounded-xl border border-line-strong bg-surface px-3 text-base text-ink focus-visible:outline-offset-0"
            value={settings.effort ?? ""}
            onChange={({ target }) =>
              set({ effort: EFFORTS.find((effort) => effort === target.value) })
            }
          >
            <option value="">little (as usual)</option>
            {EFFORTS.map((effort) => (
              <option key={effort}>{effort}</option>
            ))}
          </select>
        </div>
        <Field
          id="agent-priority"
          label="Priority"
          type="number"
          step="any"
          required
          value={priority}
          onChange={({ target }) => change({ priority: Number(target.value) })}
        />
      </div>
      <div className="flex flex-wrap gap-x-5 gap-y-2">
        <Check
          label="May see customers' pictures"
          checked={settings.pictures === true}
          change={(on) => set({ pictures: on ? true : undefined })}
        />
        <Check
          label="Only providers that keep nothing"
          checked={settings.dataCollection === "deny"}
          change={(on) => set({ dataCollection: on ? "deny" : undefined })}
        />
      </div>
    </fieldset>
  );
}
