/** Above the composer, where a technician wants it: whose language is which, and the answer in the customer's. */
import { Languages } from "lucide-react";
import type { RefObject } from "react";
import type { ComposerHandle } from "../thread/Composer";
import { languageName } from "../thread/Translated";
import { Button } from "../ui/controls";
import { ProblemNotice } from "../ui/Notice";
import type { Translation } from "./useTranslation";

const OFFERED = "ar de en es fr hi it ja ko pl pt ru so tr uk vi zh".split(" ");

export function TranslateButton({ translation }: { translation: Translation }) {
  return (
    <button
      type="button"
      aria-pressed={translation.isOn}
      onClick={translation.toggle}
      className={`inline-flex h-8 items-center gap-1.5 rounded-full px-3 text-[0.8125rem] font-medium transition-colors ${translation.isOn ? "bg-sunken text-ink" : "text-soft hover:text-ink"}`}
    >
      <Languages size={14} aria-hidden /> <span className="max-sm:sr-only">Translate</span>
    </button>
  );
}

type Props = {
  translation: Translation;
  box: RefObject<ComposerHandle | null>;
  mayAnswer: boolean;
};

export function TranslationBar({ translation, box, mayAnswer }: Props) {
  const { isOn, mine, theirs, reading, answering, written, differs } = translation;
  if (!isOn) return null;
  const languages = OFFERED.includes(mine) ? OFFERED : [mine, ...OFFERED];
  const translate = () => {
    const text = box.current?.read() ?? "";
    if (text.trim() === "" || theirs === undefined) return;
    void answering.run(text, theirs, (words) => box.current?.replace(words));
  };
  return (
    <section
      aria-label="Translation"
      data-testid="translation"
      className="mb-2 flex flex-col gap-2 rounded-2xl border border-line px-4 py-2.5 text-sm"
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <label className="flex items-center gap-2 text-soft">
          You read
          <select
            value={mine}
            onChange={(event) => translation.setMine(event.target.value)}
            className="h-8 rounded-full border border-line-strong bg-surface px-2.5 text-ink"
          >
            {languages.map((code) => (
              <option key={code} value={code}>
                {languageName(code)}
              </option>
            ))}
          </select>
        </label>
        <span role="status" className="min-w-0 flex-1 text-soft">
          {reading.busy
            ? "Translating…"
            : theirs !== undefined && `The customer writes ${languageName(theirs)}.`}
        </span>
        {mayAnswer && theirs !== undefined && written === undefined && (
          <Button size="small" busy={answering.busy} onClick={translate}>
            My answer into {languageName(theirs)}
          </Button>
        )}
      </div>
      {written !== undefined && (
        <div className="flex flex-wrap items-center gap-2">
          <p className="min-w-0 flex-1 [overflow-wrap:anywhere]">
            <span className="text-soft">You wrote:</span> {written.text}
          </p>
          <Button
            size="small"
            onClick={() => {
              box.current?.replace(written.text);
              translation.forget();
            }}
          >
            Back to that
          </Button>
        </div>
      )}
      {differs.length > 0 && (
        <p role="alert" className="text-danger">
          Check before you send: {differs.join(", ")}. Only one of the two has it.
        </p>
      )}
      <ProblemNotice problem={reading.problem} onRetry={() => void reading.run()} />
      <ProblemNotice problem={answering.problem} onRetry={translate} />
    </section>
  );
}
