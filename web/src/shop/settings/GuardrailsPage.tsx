/** What the AI may not say, beside the built-in rules: saved while the examples that test it come out as they say. */
import { useMutation, useQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { Plus, X } from "lucide-react";
import { useState, type ReactNode } from "react";
import { api } from "../../api";
import { Button, Field, IconButton, TextArea } from "../../ui/controls";
import { ActNotice, useAct } from "./act";

type Guardrails = FunctionReturnType<typeof api.guardrails.get>;
type Case = Guardrails["cases"][number];
/** As it is typed: a line each. */
type Draft = {
  topics: { name: string; phrases: string }[];
  words: string;
  hosts: string;
  cases: Case[];
};

const MAX_BYTES = 4_096;

const linesOf = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
const draftOf = ({ topics, words, hosts, cases }: Guardrails): Draft => ({
  topics: topics.map(({ name, phrases }) => ({ name, phrases: phrases.join("\n") })),
  words: words.join("\n"),
  hosts: hosts.join("\n"),
  cases,
});
const rulesOf = ({ topics, words, hosts, cases }: Draft): Guardrails => ({
  topics: topics.map(({ name, phrases }) => ({ name, phrases: linesOf(phrases) })),
  words: linesOf(words),
  hosts: linesOf(hosts),
  cases,
});
const count = (n: number, one: string) => `${n} ${n === 1 ? one : `${one}s`}`;

export default function GuardrailsPage() {
  const rules = useQuery(api.guardrails.get);
  if (rules === undefined) return <div className="h-40" aria-busy="true" />;
  return <GuardrailsForm rules={rules} />;
}

function GuardrailsForm({ rules }: { rules: Guardrails }) {
  /** Null: nothing is typed, and what is shown is what another admin has saved, too. */
  const [typed, setDraft] = useState<Draft | null>(null);
  const draft = typed ?? draftOf(rules);
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const set = useMutation(api.guardrails.save);
  const save = useAct(async () => {
    const next = rulesOf(draft);
    await set(next);
    setDraft(null);
    const { topics, words, hosts, cases } = next;
    const saved = [
      count(topics.length, "topic"),
      count(words.length, "word"),
      count(hosts.length, "host"),
    ].join(", ");
    return `Saved: ${saved}. ${cases.length === 0 ? "There are no examples that test them." : `${count(cases.length, "example")} came out as written.`}`;
  });
  const bytes = new TextEncoder().encode(JSON.stringify(rulesOf(draft))).length;
  return (
    <form
      className="flex max-w-2xl flex-col gap-7"
      onSubmit={(event) => {
        event.preventDefault();
        void save.run();
      }}
    >
      <p className="text-sm text-soft">
        These rules stand beside the built-in ones, which can't be switched off: dangers, scams,
        ransomware, lost data, legal matters and refunds always go to a person, prices and other
        facts are said only as your documents have them, and nothing is claimed that wasn't done.
      </p>
      <Topics topics={draft.topics} change={(topics) => change({ topics })} />
      <Part
        title="Words that no answer has"
        about="One word or phrase a line. An answer with one is written again; if that has one too, the customer is offered a person. A star finds each word that begins so: promise* finds promised."
      >
        <TextArea
          id="guardrail-words"
          label="Words and phrases, one a line"
          rows={4}
          value={draft.words}
          onChange={({ target }) => change({ words: target.value })}
        />
      </Part>
      <Part
        title="Where answers may link"
        about="Hosts alone, one a line, like book.example.com, or *.example.com for all below it. Your own pages, and what your documents link to, may be linked to in any case."
      >
        <TextArea
          id="guardrail-hosts"
          label="Hosts, one a line"
          rows={3}
          value={draft.hosts}
          onChange={({ target }) => change({ hosts: target.value })}
        />
      </Part>
      <Cases cases={draft.cases} change={(cases) => change({ cases })} />
      <ActNotice acts={[save]} />
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button type="submit" look="primary" busy={save.busy}>
          Check the examples and save
        </Button>
        <p className={`text-[0.8125rem] ${bytes > MAX_BYTES ? "text-danger" : "text-faint"}`}>
          {bytes.toLocaleString("en-US")} of {MAX_BYTES.toLocaleString("en-US")} bytes
        </p>
      </div>
    </form>
  );
}

function Part({ title, about, children }: { title: string; about: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-3">
      <div>
        <h3 className="text-sm font-semibold">{title}</h3>
        <p className="mt-1 text-[0.8125rem] text-soft">{about}</p>
      </div>
      {children}
    </section>
  );
}

type Parts<K extends "topics" | "cases"> = { [key in K]: Draft[K] } & {
  change: (next: Draft[K]) => void;
};

const without = <T,>(all: T[], at: number) => all.filter((_, i) => i !== at);
const withChange = <T,>(all: T[], at: number, part: Partial<T>) =>
  all.map((one, i) => (i === at ? { ...one, ...part } : one));

function Topics({ topics, change }: Parts<"topics">) {
  return (
    <Part
      title="Topics that always go to a person"
      about="A customer's message with one of a topic's words is handed over at once, however it is meant, with the topic's name in the brief."
    >
      {topics.map(({ name, phrases }, i) => (
        <div key={i} className="flex items-start gap-2 rounded-2xl border border-line p-3">
          <div className="grid min-w-0 flex-1 gap-3 sm:grid-cols-2">
            <Field
              id={`topic-${i}-name`}
              label="Topic"
              required
              maxLength={60}
              value={name}
              onChange={({ target }) => change(withChange(topics, i, { name: target.value }))}
            />
            <TextArea
              id={`topic-${i}-phrases`}
              label="Its words and phrases, one a line"
              required
              value={phrases}
              onChange={({ target }) => change(withChange(topics, i, { phrases: target.value }))}
            />
          </div>
          <IconButton
            small
            label={`Remove the topic ${name}`}
            onClick={() => change(without(topics, i))}
          >
            <X size={16} aria-hidden />
          </IconButton>
        </div>
      ))}
      <div>
        <Button
          size="small"
          icon={<Plus size={15} aria-hidden />}
          onClick={() => change([...topics, { name: "", phrases: "" }])}
        >
          Add a topic
        </Button>
      </div>
    </Part>
  );
}

const SELECT =
  "h-11 w-full rounded-xl border border-line-strong bg-surface px-3 text-base text-ink focus-visible:outline-offset-0";
/** What an example is of, and how it must come out. */
const MEANINGS: { label: string; by: Case["by"]; caught: boolean }[] = [
  { label: "Customer: goes to a person", by: "customer", caught: true },
  { label: "Customer: the AI may answer", by: "customer", caught: false },
  { label: "Answer: must not be said", by: "answer", caught: true },
  { label: "Answer: may be said", by: "answer", caught: false },
];

function Cases({ cases, change }: Parts<"cases">) {
  return (
    <Part
      title="Examples that test the rules"
      about="Sentences that must be stopped, and some like them that must not. They are checked by the very rules before anything is saved; prices in them are not looked at."
    >
      {cases.map(({ by, text, caught }, i) => (
        <div key={i} className="flex items-center gap-2">
          <div className="grid min-w-0 flex-1 gap-2 sm:grid-cols-[17.5rem_1fr]">
            <select
              aria-label={`What example ${i + 1} is`}
              className={SELECT}
              value={MEANINGS.findIndex((one) => one.by === by && one.caught === caught)}
              onChange={({ target }) => {
                const { label: _, ...meaning } = MEANINGS[Number(target.value)]!;
                change(withChange(cases, i, meaning));
              }}
            >
              {MEANINGS.map(({ label }, at) => (
                <option key={label} value={at}>
                  {label}
                </option>
              ))}
            </select>
            <input
              aria-label={`Example ${i + 1}`}
              className={SELECT}
              required
              maxLength={300}
              value={text}
              onChange={({ target }) => change(withChange(cases, i, { text: target.value }))}
            />
          </div>
          <IconButton
            small
            label={`Remove example ${i + 1}`}
            onClick={() => change(without(cases, i))}
          >
            <X size={16} aria-hidden />
          </IconButton>
        </div>
      ))}
      <div>
        <Button
          size="small"
          icon={<Plus size={15} aria-hidden />}
          onClick={() => change([...cases, { by: "customer", text: "", caught: true }])}
        >
          Add an example
        </Button>
      </div>
    </Part>
  );
}
