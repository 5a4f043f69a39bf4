/** Who the customer of the open conversation is: beside it where there is room, else in a sheet over it. */
import { useMutation, useQuery } from "convex/react";
import { Ban, Combine, Star, X } from "lucide-react";
import { useState, type ReactNode } from "react";
import { Link } from "wouter";
import { api, type CustomerPanel as Panel, type StaffConversation } from "../api";
import { useSession } from "../auth";
import { Button, IconButton } from "../ui/controls";
import { Dialog } from "../ui/Dialog";
import { ProblemNotice } from "../ui/Notice";
import { formatPhone } from "../ui/phone";
import { atTime, dueTime, fullTime, listTime, listTimeInside } from "../ui/time";
import { useNow } from "../ui/useNow";
import { useTask } from "../ui/useTask";
import { BlockDialog } from "./BlockDialog";
import { CustomerFiles } from "./CustomerFiles";
import { CONSENT_WORDS, EMAIL_PROOF, phoneProof, sinceWords, stateWords } from "./customerWords";
import { MergeDialog } from "./MergeDialog";
import { PersonNotes } from "./PersonNotes";
import { PANEL_ID, type CustomerPanelState } from "./useCustomerPanel";
import { customerName } from "./words";

export function CustomerPanel({
  state: { open, wide, close },
  conversation,
}: {
  state: CustomerPanelState;
  conversation: StaffConversation;
}) {
  if (!open) return null;
  const content = <PanelContent conversation={conversation} onLeave={wide ? undefined : close} />;
  if (!wide) {
    return (
      <Dialog open onClose={close} title="Customer" shape="side" testId="customer-panel">
        {content}
      </Dialog>
    );
  }
  return (
    <aside
      id={PANEL_ID}
      tabIndex={-1}
      aria-label="Customer"
      data-testid="customer-panel"
      className="scroll-calm w-[20rem] shrink-0 border-l border-line px-5 pb-6"
    >
      <div className="sticky top-0 z-10 -mr-2 flex items-center justify-between bg-bg py-3">
        <h2 className="font-semibold tracking-tight">Customer</h2>
        <IconButton label="Close the customer panel" small onClick={close}>
          <X size={17} aria-hidden />
        </IconButton>
      </div>
      {content}
    </aside>
  );
}

function PanelContent({
  conversation,
  onLeave,
}: {
  conversation: StaffConversation;
  onLeave: (() => void) | undefined;
}) {
  const about = useQuery(api.customers.panel, { conversationId: conversation._id });
  if (about === undefined) {
    return (
      <p role="status" className="text-sm text-soft">
        Loading…
      </p>
    );
  }
  if (!about.isCustomer || about.leaving) {
    const why = about.leaving
      ? "This person's account is being deleted."
      : "This person works here. There is nothing about them as a customer.";
    return <p className="text-sm text-soft">{why}</p>;
  }
  return (
    <div className="flex flex-col gap-5">
      <Contact about={about} conversation={conversation} />
      <Part title="Notes">
        <PersonNotes userId={about._id} notes={about.notes} />
      </Part>
      <Promises about={about} />
      <Others about={about} onLeave={onLeave} />
      <Devices about={about} />
      {about.files.length > 0 && (
        <Part title="Files they sent">
          <CustomerFiles files={about.files} />
        </Part>
      )}
      <Ratings about={about} />
      <Acts about={about} conversation={conversation} />
    </div>
  );
}

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <section aria-label={title} className="flex flex-col gap-1.5">
    <h3 className="text-[0.8125rem] font-medium text-soft">{title}</h3>
    {children}
  </section>
);

function Contact({ about, conversation }: { about: Panel; conversation: StaffConversation }) {
  const { contact } = conversation;
  const given = [contact?.name, contact?.email, contact?.phone]
    .filter((one) => one !== undefined)
    .filter((one) => ![about.name, about.email, about.phone].includes(one))
    .map(formatPhone);
  return (
    <section aria-label="Contact" className="flex flex-col gap-2 text-sm">
      <p className="text-base font-semibold [overflow-wrap:anywhere]">
        {customerName(conversation)}
      </p>
      <dl className="flex flex-col gap-2">
        <Fact name="E-mail" detail={about.email && EMAIL_PROOF(about.emailVerified)}>
          {about.email ?? "None"}
        </Fact>
        <Fact name="Phone" detail={about.phone && phoneProof(about)}>
          {about.phone === undefined ? "None" : formatPhone(about.phone)}
        </Fact>
        <Fact name="Texts">{CONSENT_WORDS[about.smsConsent]}</Fact>
        {given.length > 0 && (
          <Fact name="Given in this conversation" detail="As they wrote it: nothing confirms it">
            {given.join(" · ")}
          </Fact>
        )}
        <Fact name="Here since">{sinceWords(about.createdAt)}</Fact>
      </dl>
    </section>
  );
}

const Fact = ({
  name,
  detail,
  children,
}: {
  name: string;
  detail?: string | undefined;
  children: ReactNode;
}) => (
  <div>
    <dt className="text-xs text-faint">{name}</dt>
    <dd className="[overflow-wrap:anywhere]">
      {children}
      {detail && <span className="block text-[0.8125rem] text-soft">{detail}</span>}
    </dd>
  </div>
);

function Promises({ about: { promises } }: { about: Panel }) {
  const now = useNow(20_000);
  if (promises.length === 0) return null;
  return (
    <Part title="Promised">
      <ul className="flex flex-col gap-1 text-sm">
        {promises.map(({ workflowId, text, dueAt, lateAt }) => (
          <li key={workflowId} className={lateAt === undefined ? "" : "text-danger"}>
            {text}{" "}
            <span className={lateAt === undefined ? "text-soft" : ""}>
              {lateAt === undefined ? "Due" : "Late: was due"} {atTime(dueTime(dueAt, now))}.
            </span>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Others({ about, onLeave }: { about: Panel; onLeave: (() => void) | undefined }) {
  const { conversations, more } = about;
  return (
    <Part title="Other conversations">
      {conversations.length === 0 && <p className="text-sm text-soft">This is the only one.</p>}
      <ul className="flex flex-col">
        {conversations.map((one) => (
          <li key={one._id}>
            <Link
              href={`/desk/${one._id}`}
              onClick={onLeave}
              className="-mx-2 block rounded-lg px-2 py-1.5 hover:bg-sunken"
            >
              <span className="block truncate text-sm">{one.title || "Nothing written yet"}</span>
              <span className="flex gap-2 text-xs text-soft">
                <span className="min-w-0 flex-1 truncate">
                  {stateWords(one)}
                  {one.channel === "sms" && " · by text"}
                </span>
                <span className="shrink-0 tabular-nums" title={fullTime(one.at)}>
                  {listTime(one.at)}
                </span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {more && <p className="text-xs text-soft">Only the latest are listed.</p>}
    </Part>
  );
}

function Devices({ about: { devices } }: { about: Panel }) {
  if (devices.length === 0) return null;
  return (
    <Part title="Devices">
      <ul className="flex flex-col gap-0.5 text-sm">
        {devices.map(({ device, at }) => (
          <li key={device} className="flex gap-2">
            <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">{device}</span>
            <span className="shrink-0 text-xs leading-5 text-faint tabular-nums">
              {listTime(at)}
            </span>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Ratings({ about: { ratings } }: { about: Panel }) {
  if (ratings.length === 0) return null;
  return (
    <Part title="Ratings">
      <ul className="flex flex-col gap-1 text-sm">
        {ratings.map(({ conversationId, score, comment, at }) => (
          <li key={`${conversationId}${at}`} className="[overflow-wrap:anywhere]">
            <Star size={12} fill="currentColor" aria-hidden className="mb-0.5 inline text-star" />{" "}
            {score} of 5{comment !== undefined && `, “${comment}”`}
            <span className="ml-2 text-xs text-faint tabular-nums">{listTime(at)}</span>
          </li>
        ))}
      </ul>
    </Part>
  );
}

/** Who keeps somebody out is an admin; technicians are told whom to ask. */
function Acts({ about, conversation }: { about: Panel; conversation: StaffConversation }) {
  const isAdmin = useSession().user?.role === "admin";
  const [opened, setOpened] = useState<"block" | "merge" | null>(null);
  const { contact } = conversation;
  const suggested = [contact?.email, contact?.phone]
    .filter((one) => one !== undefined)
    .filter((one) => ![about.email, about.phone].includes(one));
  return (
    <Part title="This person">
      {about.blockedAt !== undefined && <Blocked about={about} isAdmin={isAdmin} />}
      <div className="flex flex-wrap gap-2">
        <Button
          size="small"
          icon={<Combine size={15} aria-hidden />}
          onClick={() => setOpened("merge")}
        >
          Merge…
        </Button>
        {isAdmin && about.blockedAt === undefined && (
          <Button
            size="small"
            look="danger"
            icon={<Ban size={15} aria-hidden />}
            onClick={() => setOpened("block")}
          >
            Block…
          </Button>
        )}
      </div>
      {!isAdmin && (
        <p className="text-xs text-soft">Blocking is for admins: ask one if it is needed.</p>
      )}
      {opened === "block" && (
        <BlockDialog
          userId={about._id}
          name={customerName(conversation)}
          onClose={() => setOpened(null)}
        />
      )}
      {opened === "merge" && (
        <MergeDialog userId={about._id} suggested={suggested} onClose={() => setOpened(null)} />
      )}
    </Part>
  );
}

function Blocked({ about, isAdmin }: { about: Panel; isAdmin: boolean }) {
  const unblock = useMutation(api.users.setBlocked);
  const task = useTask(() => unblock({ userId: about._id, blocked: false }));
  return (
    <div
      data-testid="blocked"
      className="flex flex-col items-start gap-2 rounded-xl bg-danger-wash px-3.5 py-2.5 text-sm text-danger"
    >
      <p>
        Blocked since {listTimeInside(about.blockedAt!)}: signed out everywhere, and no code signs
        them in. What they text or mail still arrives here, and the assistant doesn't answer it.
      </p>
      {isAdmin && (
        <Button size="small" busy={task.busy} onClick={() => void task.run()}>
          Let them in again
        </Button>
      )}
      <ProblemNotice problem={task.problem} />
    </div>
  );
}
