/** A question as a customer would ask it: what is found, and what would be answered, before anybody is told so. */
import { useAction } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { useState } from "react";
import { Link } from "wouter";
import { api, type Id } from "../../api";
import { Markdown, type MarkProps } from "../../thread/Markdown";
import { Button, Field } from "../../ui/controls";
import { ProblemNotice } from "../../ui/Notice";
import { useTask } from "../../ui/useTask";
import { Card } from "./parts";
import type { Text } from "./useTyped";

type Tried = FunctionReturnType<typeof api.editing.tryQuestion>;

export function TryQuestion({
  text,
  question: first = "",
}: {
  /** One that is not live, in the place of a document's or beside all. Without it: as things are. */
  text: (Text & { documentId?: Id<"knowledge"> }) | undefined;
  question?: string;
}) {
  const [question, setQuestion] = useState(first);
  const [tried, setTried] = useState<Tried | null>(null);
  const ask = useAction(api.editing.tryQuestion);
  const task = useTask(async () => {
    setTried(null);
    setTried(await ask({ question, ...(text && { text }) }));
  });
  return (
    <Card title="Try a question">
      <p className="text-sm text-soft">
        {text === undefined
          ? "Answered by what is live."
          : "Answered as if the text above was live. Nobody else sees it."}
      </p>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          void task.run();
        }}
      >
        <Field
          id="try-question"
          label="As a customer would ask it"
          required
          maxLength={400}
          value={question}
          onChange={(event) => setQuestion(event.target.value)}
        />
        <ProblemNotice problem={task.problem} />
        <div>
          <Button type="submit" busy={task.busy}>
            Try it
          </Button>
        </div>
      </form>
      {tried !== null && <Result tried={tried} />}
    </Card>
  );
}

const OUTCOMES: Record<Tried["outcome"], string> = {
  answered: "The AI would answer",
  unsure: "The AI would say that it doesn't know",
  handoff: "The AI would hand over to a technician",
  failed: "The AI would fail",
};

const plainMark = ({ n }: MarkProps) => <sup>[{n}]</sup>;

function Result({ tried }: { tried: Tried }) {
  const { outcome, text, citations, found, reason } = tried;
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <section aria-label="What would be answered" data-testid="tried" className="min-w-0">
        <div role="status">
          <h3 className="mb-1 text-[0.8125rem] font-semibold">{OUTCOMES[outcome]}</h3>
        </div>
        {reason !== undefined && <p className="text-sm text-soft">{reason.replaceAll("_", " ")}</p>}
        {text !== "" && (
          <div className="rounded-xl bg-sunken px-3.5 py-2.5 text-sm">
            <Markdown text={text} streaming={false} Mark={plainMark} />
          </div>
        )}
        <ul className="mt-2 text-[0.8125rem] text-soft">
          {citations.map(({ n, title, heading }) => (
            <li key={n}>
              [{n}] {title}
              {heading !== "" && heading !== title && ` › ${heading}`}
            </li>
          ))}
        </ul>
      </section>
      <section aria-label="What is found" data-testid="found" className="min-w-0">
        <h3 className="mb-1 text-[0.8125rem] font-semibold">
          {found.length === 0 ? "Nothing is found" : "What is found, best first"}
        </h3>
        <ol className="flex flex-col gap-2 text-[0.8125rem]">
          {found.map(({ title, heading, text, documentId }, i) => (
            <li key={i}>
              {documentId === undefined ? (
                <span className="font-medium">This text</span>
              ) : (
                <Link
                  href={`/knowledge/${documentId}`}
                  className="font-medium text-accent underline underline-offset-4"
                >
                  {title}
                </Link>
              )}
              {heading !== "" && <span className="text-soft"> › {heading}</span>}
              <p className="line-clamp-3 whitespace-pre-line text-soft wrap-anywhere">{text}</p>
            </li>
          ))}
        </ol>
      </section>
    </div>
  );
}
