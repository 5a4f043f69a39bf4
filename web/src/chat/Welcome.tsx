/** The first screen: who answers, what was asked before, and questions to start with. */
import { ArrowUpRight } from "lucide-react";
import type { ConversationId } from "../api";
import { EXAMPLE_QUESTIONS } from "../config";
import { Logo } from "../ui/Logo";
import { useShopName } from "../ui/useShopName";
import { History } from "./History";

/** Of the conversations, at first. */
const FEW = 3;

export function Welcome({
  onAsk,
  onOpen,
}: {
  onAsk: (question: string) => void;
  onOpen: (conversationId: ConversationId) => void;
}) {
  const shop = useShopName();
  return (
    <div className="scroll-calm min-h-0 flex-1">
      <div className="mx-auto flex min-h-full w-full max-w-2xl flex-col justify-center gap-8 px-5 py-8 sm:px-6">
        <div className="flex flex-col gap-4">
          <span className="max-sm:hidden">
            <Logo size={48} />
          </span>
          <h2 className="text-[1.75rem] leading-tight font-semibold tracking-[-0.02em] text-balance sm:text-4xl">
            What's going on with your computer?
          </h2>
          <p className="max-w-lg text-[1.0625rem] leading-relaxed text-pretty text-soft">
            Ask {shop} anything about repairs, prices or getting unstuck. Our AI assistant answers
            from the shop's own guides and shows its sources.
            <span className="max-sm:hidden"> A technician is one click away.</span>
          </p>
        </div>
        <History current={null} pageSize={FEW} heading="Your conversations" onOpen={onOpen} />
        <ul className="grid gap-2.5 sm:grid-cols-2" aria-label="Example questions">
          {EXAMPLE_QUESTIONS.map((question) => (
            <li key={question}>
              <button
                type="button"
                data-testid="example-question"
                onClick={() => onAsk(question)}
                className="group flex h-full w-full items-start justify-between gap-3 rounded-2xl border border-line bg-surface px-4 py-3.5 text-left text-[0.9375rem] leading-snug text-ink transition-[border-color,box-shadow] hover:border-line-strong hover:shadow-raised"
              >
                {question}
                <ArrowUpRight
                  size={17}
                  aria-hidden
                  className="mt-0.5 shrink-0 text-faint transition-colors group-hover:text-accent"
                />
              </button>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
