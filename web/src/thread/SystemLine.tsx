/** What nobody said: who has come, when the shop opens; and, in a card of its own, what to do now to stay safe. */
import { TriangleAlert } from "lucide-react";
import { splitSafety } from "./systemWords";

export function SystemLine({ text }: { text: string }) {
  const { safety, rest } = splitSafety(text);
  return (
    <div data-testid="system-message" data-from-top={safety === null ? undefined : true}>
      {safety !== null && (
        <section
          aria-label="For your safety"
          data-testid="safety"
          className="mb-3 flex gap-3 rounded-2xl border-2 border-danger bg-danger-wash px-4 py-3.5 text-ink"
        >
          <TriangleAlert size={22} aria-hidden className="mt-0.5 shrink-0 text-danger" />
          <div className="min-w-0">
            <p className="text-[1.0625rem] leading-snug font-semibold">{safety.first}</p>
            <ul className="mt-2 list-disc space-y-1.5 pl-5 leading-normal">
              {safety.steps.map((step) => (
                <li key={step}>{step}</li>
              ))}
            </ul>
          </div>
        </section>
      )}
      {rest !== "" && (
        <p className="mx-auto max-w-md py-1 text-center text-[0.8125rem] leading-relaxed text-balance text-soft">
          {rest}
        </p>
      )}
    </div>
  );
}
