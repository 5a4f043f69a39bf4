/** A chat with the agent as it is typed: answered by the shop's documents and rules, kept nowhere. */
import { useAction } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { Send } from "lucide-react";
import { useState } from "react";
import { api, type Id } from "../../api";
import { Button, IconButton } from "../../ui/controls";
import { Markdown, type MarkProps } from "../../thread/Markdown";
import { ProblemNotice } from "../../ui/Notice";
import { useTask } from "../../ui/useTask";
import { dollars, type triedOf } from "./agentDraft";

type Answer = FunctionReturnType<typeof api.trials.ask>;
type Line = { question: string; answer: Answer };

export function TestChat({
  agentId,
  change,
}: {
  agentId: Id<"agents">;
  change: ReturnType<typeof triedOf>;
}) {
  const [lines, setLines] = useState<Line[]>([]);
  const [text, setText] = useState("");
  const ask = useAction(api.trials.ask);
  const send = useTask(async () => {
    const question = text.trim();
    const earlier = lines.flatMap((line) => [
      { role: "customer" as const, text: line.question },
      ...(line.answer.text === "" ? [] : [{ role: "agent" as const, text: line.answer.text }]),
    ]);
    const said = [...earlier.slice(-18), { role: "customer" as const, text: question }];
    const answer = await ask({ agentId, change, said });
    setLines((all) => [...all, { question, answer }]);
    setText("");
  });
  return (
    <section
      aria-label="Test chat"
      className="flex flex-col gap-3 rounded-2xl border border-line p-4"
    >
      <div className="flex items-center justify-between gap-3">
        <h4 className="text-sm font-semibold">Test chat</h4>
        {lines.length > 0 && (
          <Button size="small" look="quiet" onClick={() => setLines([])}>
            Begin anew
          </Button>
        )}
      </div>
      <p className="text-[0.8125rem] text-soft">
        With what is typed, saved or not. Nothing of it is kept, and nobody is alerted.
      </p>
      <div role="log" aria-label="Test chat's messages" className="flex flex-col gap-3 text-sm">
        {lines.map(({ question, answer }, i) => (
          <div key={i} className="flex flex-col gap-2">
            <p className="self-end rounded-2xl bg-sunken px-3 py-2 whitespace-pre-wrap [overflow-wrap:anywhere]">
              {question}
            </p>
            <TestAnswer answer={answer} />
          </div>
        ))}
      </div>
      <ProblemNotice problem={send.problem} />
      <form
        className="flex items-center gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== "") void send.run();
        }}
      >
        <input
          aria-label="Ask as a customer"
          placeholder="Ask as a customer"
          className="h-11 min-w-0 flex-1 rounded-xl border border-line-strong bg-surface px-3.5 text-base text-ink placeholder:text-faint focus-visible:outline-offset-0"
          maxLength={2000}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <IconButton label="Ask" type="submit" aria-busy={send.busy || undefined}>
          <Send size={17} aria-hidden />
        </IconButton>
      </form>
      {send.busy && <p className="text-[0.8125rem] text-faint">It is answering…</p>}
    </section>
  );
}

const OUTCOMES: Record<Answer["outcome"], string> = {
  answered: "Answered",
  unsure: "No source: a second one like it offers a person",
  handoff: "Handed over to a person",
  failed: "No model answered",
};

/** The sources are named below the answer. */
const Mark = ({ n }: MarkProps) => <sup className="text-soft">[{n}]</sup>;

function TestAnswer({ answer }: { answer: Answer }) {
  const { outcome, text, reason, citations, refused, model, costMicroUsd, totalMs } = answer;
  const facts = [
    `${OUTCOMES[outcome]}${reason === undefined ? "" : ` (${reason})`}`,
    citations.length > 0 && `from ${[...new Set(citations.map(({ title }) => title))].join(", ")}`,
    refused > 0 && `sent back ${refused === 1 ? "once" : "twice"} by the rules`,
    model,
    totalMs > 0 && `${(totalMs / 1000).toFixed(1)} s, ${dollars(costMicroUsd)}`,
  ].filter(Boolean);
  return (
    <div data-testid="test-answer" className="flex flex-col gap-1">
      {text !== "" && <Markdown text={text} streaming={false} Mark={Mark} />}
      <p className="text-[0.8125rem] text-faint [overflow-wrap:anywhere]">{facts.join(" · ")}</p>
    </div>
  );
}
