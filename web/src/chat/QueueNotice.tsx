/** While the customer waits for a technician: what happens next, and how to be reached meanwhile. */
import { Check, Hourglass } from "lucide-react";
import { useState } from "react";
import type { Contact, Conversation } from "../conversation/useConversation";
import { Button } from "../ui/controls";
import { ProblemNotice } from "../ui/Notice";
import { useNow } from "../ui/useNow";
import type { Shop } from "../ui/useOpenings";
import { useTask } from "../ui/useTask";
import { placeWords, whenWords } from "./queueWords";

export function QueueNotice({
  position,
  shop,
  contact,
  goesByText,
  save,
}: {
  position: Conversation["position"];
  shop: Shop | undefined;
  contact: Contact | undefined;
  /** Then there is nothing to ask for. */
  goesByText: boolean;
  save: (contact: Contact) => Promise<unknown>;
}) {
  const [value, setValue] = useState("");
  const task = useTask(async () => {
    const text = value.trim();
    await save(text.includes("@") ? { email: text } : { phone: text });
  });
  const now = useNow(20_000);
  const known = contact?.phone ?? contact?.email;
  return (
    <section
      aria-label="Waiting for a technician"
      data-testid="queue-notice"
      className="mb-2.5 flex animate-rise flex-col gap-2.5 rounded-2xl bg-person-wash px-4 py-3 text-sm"
    >
      <p className="flex items-start gap-2.5 leading-snug">
        <Hourglass size={16} aria-hidden className="mt-0.5 shrink-0 text-person" />
        <span>
          <strong className="font-semibold" data-testid="place" role="status">
            {placeWords(position)}
          </strong>{" "}
          {whenWords(shop, now)}
        </span>
      </p>
      {goesByText ? null : known !== undefined ? (
        <p className="flex items-center gap-2.5 text-soft">
          <Check size={16} aria-hidden className="shrink-0 text-person" />
          <span className="min-w-0 truncate">We can also reach you at {known}.</span>
        </p>
      ) : (
        <form
          className="flex items-center gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            if (value.trim() !== "") void task.run();
          }}
        >
          <input
            value={value}
            onChange={(event) => setValue(event.target.value)}
            aria-label="E-mail or phone, in case you have to go"
            placeholder="E-mail or phone, in case you have to go"
            className="h-9 min-w-0 flex-1 rounded-full border border-line-strong bg-surface px-3.5 text-base text-ink placeholder:text-faint sm:text-sm"
          />
          <Button type="submit" size="small" busy={task.busy}>
            Save
          </Button>
        </form>
      )}
      <ProblemNotice problem={task.problem} />
    </section>
  );
}
