/** What the shop has promised this customer and not done yet, by the shop's clock. */
import { CalendarCheck } from "lucide-react";
import type { PublicConversation } from "../api";
import { dueTime } from "../ui/time";
import { useNow } from "../ui/useNow";
import type { Shop } from "../ui/useOpenings";

export default function PromiseNotice({
  promises,
  shop,
}: {
  promises: NonNullable<PublicConversation["promises"]>;
  shop: Shop | undefined;
}) {
  const now = useNow(20_000);
  // Two clocks in a row would be worse than a moment's wait.
  if (shop === undefined) return null;
  return (
    <ul aria-label="What we promised you" className="mb-2.5 flex flex-col gap-2 short:mb-1">
      {promises.map(({ workflowId, text, dueAt, lateAt }) => (
        <li
          key={workflowId}
          data-testid="promised"
          className="flex animate-rise items-start gap-2.5 rounded-2xl bg-person-wash px-4 py-3 text-sm leading-snug short:py-1.5"
        >
          <CalendarCheck size={16} aria-hidden className="mt-0.5 shrink-0 text-person" />
          <p className="min-w-0 [overflow-wrap:anywhere] short:truncate">
            <strong className="font-semibold">{text}</strong>{" "}
            {dueWords(dueTime(dueAt, now, shop.timeZone), {
              past: dueAt < now,
              told: lateAt !== undefined,
            })}
          </p>
        </li>
      ))}
    </ul>
  );
}

/** `told`: the backend has found out, and has alerted the team. */
function dueWords(due: string, { past, told }: { past: boolean; told: boolean }): string {
  if (told) return `was due ${due}. We're late, and sorry: our team has been alerted.`;
  return past ? `was due ${due}. We're late, and sorry.` : `by ${due}.`;
}
