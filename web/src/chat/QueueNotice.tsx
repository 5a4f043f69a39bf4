/** While the customer waits for a technician: one quiet card that says what happens next, and how they are reached meanwhile. */
import { Hourglass } from "lucide-react";
import { useState } from "react";
import type { PublicConversation } from "../api";
import { isAccount, useSession } from "../auth";
import type { Contact, Conversation } from "../conversation/useConversation";
import { Button } from "../ui/controls";
import { ProblemNotice } from "../ui/Notice";
import { formatPhone } from "../ui/phone";
import { useNow } from "../ui/useNow";
import type { Shop } from "../ui/useOpenings";
import { useTask } from "../ui/useTask";
import { TextsGoTo } from "./ByTextNotice";
import { placeWords, whenWords } from "./queueWords";

type Props = {
  conversation: PublicConversation;
  position: Conversation["position"];
  shop: Shop | undefined;
  save: (contact: Contact) => Promise<unknown>;
  onByText: () => void;
};

export default function QueueNotice({ conversation, position, shop, save, onByText }: Props) {
  const now = useNow(20_000);
  return (
    <section
      aria-label="Waiting for a technician"
      data-testid="queue-notice"
      className="mb-2.5 flex animate-rise gap-2.5 rounded-2xl bg-person-wash px-4 py-3 text-sm leading-snug short:mb-1 short:py-1.5"
    >
      <Hourglass size={16} aria-hidden className="mt-0.5 shrink-0 text-person" />
      <div className="min-w-0 flex-1">
        <p>
          <strong className="font-semibold" data-testid="place" role="status">
            {placeWords(position)}
          </strong>{" "}
          <span className="short:hidden">{whenWords(shop, now)}</span>
        </p>
        {/* Above a keyboard the conversation has the room, unless this is what is being typed. */}
        <div className="mt-1.5 text-soft short:not-focus-within:hidden">
          <Reach conversation={conversation} save={save} onByText={onByText} />
        </div>
      </div>
    </section>
  );
}

/** How the shop reaches who has gone: what it knows, or the one question. */
function Reach({
  conversation,
  save,
  onByText,
}: Pick<Props, "conversation" | "save" | "onByText">) {
  const { user } = useSession();
  const [asked, setAsked] = useState(false);
  const { contact, channel, byTextSince } = conversation;
  if (byTextSince !== undefined) return <TextsGoTo onChange={onByText} />;
  const account = isAccount(user) ? (user.emailVerified ? user.email : user.phone) : undefined;
  const known = contact?.phone ?? contact?.email ?? account;
  if (asked) return <ContactForm save={save} onDone={() => setAsked(false)} />;
  return known !== undefined ? (
    <p className="[overflow-wrap:anywhere]">
      We can also reach you at {formatPhone(known)}.{" "}
      <Inline onClick={() => setAsked(true)}>Change</Inline>
    </p>
  ) : (
    <p>
      Have to go? <Inline onClick={() => setAsked(true)}>Leave a contact</Inline>
      {channel === "web" && (
        <>
          {" or "}
          <Inline onClick={onByText}>continue by text</Inline>
        </>
      )}
      .
    </p>
  );
}

/** A button in a sentence. */
function Inline({ onClick, children }: { onClick: () => void; children: string }) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="font-medium text-ink underline underline-offset-4 hover:text-person"
    >
      {children}
    </button>
  );
}

function ContactForm({ save, onDone }: { save: Props["save"]; onDone: () => void }) {
  const [value, setValue] = useState("");
  const task = useTask(async () => {
    const text = value.trim();
    await save(text.includes("@") ? { email: text } : { phone: text });
    onDone();
  });
  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (value.trim() !== "") void task.run();
      }}
    >
      <div className="flex items-center gap-2">
        <input
          value={value}
          onChange={(event) => setValue(event.target.value)}
          autoFocus
          aria-label="E-mail or phone number"
          placeholder="E-mail or phone number"
          autoComplete="email"
          className="h-9 min-w-0 flex-1 rounded-full border border-line-strong bg-surface px-3.5 text-base text-ink placeholder:text-faint sm:text-sm"
        />
        <Button type="submit" size="small" busy={task.busy}>
          Save
        </Button>
      </div>
      <ProblemNotice problem={task.problem} />
    </form>
  );
}
