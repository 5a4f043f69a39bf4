/** How the customer's phone reacted to a text: it hangs at the message that it belongs to. */
export function Reaction({ sign, mine }: { sign: string; mine: boolean }) {
  return (
    <div className={`-mt-3.5 flex ${mine ? "justify-end" : "pl-11"}`}>
      <span
        role="img"
        data-testid="reaction"
        aria-label={`Reaction from the phone: ${sign}`}
        title="Reaction from the phone"
        className="rounded-full border border-line bg-surface px-2 py-0.5 text-sm leading-tight"
      >
        {sign}
      </span>
    </div>
  );
}
