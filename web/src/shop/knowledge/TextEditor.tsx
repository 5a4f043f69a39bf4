/** A document's text, with what the customers' page would make of it beside it. */
import { useDeferredValue, useEffect, useId, useRef } from "react";
import { Markdown, PlainText, type MarkProps } from "../../thread/Markdown";
import { Field, TextArea } from "../../ui/controls";
import { findPlace, type Sought } from "./place";
import type { Text } from "./useTyped";

/** As many as it has, within reason: what is below stays near. */
const rowsFor = ({ body }: Text) => Math.min(18, Math.max(10, body.split("\n").length + 2));

export function TextEditor({
  text,
  onChange,
  sought,
  autoFocus = false,
}: {
  text: Text;
  onChange: (text: Text) => void;
  /** Where to begin. */
  sought?: Sought;
  autoFocus?: boolean;
}) {
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  useBeginAt(area, text.body, sought);
  return (
    <div className="flex flex-col gap-4">
      <div className="grid gap-4 sm:grid-cols-[1fr_14rem]">
        <Field
          id={`${id}-title`}
          label="Title"
          required
          maxLength={200}
          autoFocus={autoFocus}
          value={text.title}
          onChange={(event) => onChange({ ...text, title: event.target.value })}
        />
        <Field
          id={`${id}-category`}
          label="Category"
          required
          maxLength={60}
          value={text.category}
          onChange={(event) => onChange({ ...text, category: event.target.value })}
        />
      </div>
      <div className="grid gap-4 lg:grid-cols-2">
        <TextArea
          ref={area}
          id={`${id}-body`}
          label={text.format === "markdown" ? "Text (Markdown)" : "Text"}
          required
          rows={rowsFor(text)}
          maxLength={200_000}
          value={text.body}
          onChange={(event) => onChange({ ...text, body: event.target.value })}
        />
        <Preview text={text} />
      </div>
    </div>
  );
}

/** Once, as the page opens: the line is marked, and in sight. */
function useBeginAt(
  area: React.RefObject<HTMLTextAreaElement | null>,
  body: string,
  sought: Sought | undefined,
): void {
  const first = useRef({ body, sought });
  useEffect(() => {
    const { body, sought } = first.current;
    const place = sought && findPlace(body, sought);
    if (!place || area.current === null) return;
    // Browsers scroll a text to its caret when they focus it.
    area.current.setSelectionRange(...place);
    area.current.blur();
    area.current.focus();
  }, [area]);
}

/** Marks of sources have none here; of comments, which say where in its original a text stands, no page shows one. */
const asWritten = ({ n }: MarkProps) => <>[{n}]</>;
const withoutComments = (body: string) => body.replace(/^<!--[^\n]*-->[ \t]*$/gm, "");

function Preview({ text }: { text: Text }) {
  const body = useDeferredValue(text.body);
  return (
    <div className="flex min-w-0 flex-col">
      <h2 className="mb-1.5 text-[0.8125rem] font-medium text-soft">Preview</h2>
      <div
        tabIndex={0}
        role="region"
        aria-label="Preview of the text"
        className="scroll-calm max-h-[28.5rem] min-h-40 flex-1 rounded-xl border border-line bg-bg px-4 py-3 text-[0.9375rem]"
      >
        {text.format === "markdown" ? (
          <Markdown text={withoutComments(body)} streaming={false} Mark={asWritten} />
        ) : (
          <PlainText text={body} />
        )}
      </div>
    </div>
  );
}
