/** What does each step: the same parts as on the page where it is changed later. */
import { useMutation, useQuery } from "convex/react";
import { useState, type ReactNode } from "react";
import { Link } from "wouter";
import { api } from "../../api";
import { Button } from "../../ui/controls";
import { AddAddress, Readings } from "../knowledge/AddSources";
import { DropFiles } from "../knowledge/DropFiles";
import { TryQuestion } from "../knowledge/TryQuestion";
import { ActNotice, useAct } from "../settings/act";
import { useHoursDraft } from "../settings/hours/useHoursDraft";
import type { Hours } from "../settings/hours/week";
import { Week, ZoneField } from "../settings/hours/WeekEditor";
import { Invite } from "../settings/staff/Invite";
import { WidgetSteps } from "../settings/WidgetSteps";

const Words = ({ children }: { children: ReactNode }) => (
  <p className="text-sm text-soft">{children}</p>
);

const LINK = "font-medium text-accent underline underline-offset-4";

export function HoursStep({ isSet }: { isSet: boolean }) {
  const [from] = useState(() => Date.now());
  const answer = useQuery(api.knowledge.hours, { from });
  if (answer === undefined) return <div className="h-40" aria-busy="true" />;
  // Until they are set the answer is an example: its week is a start, its place and holidays are another shop's.
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return <HoursForm stored={isSet ? answer.hours : { ...answer.hours, timeZone, holidays: [] }} />;
}

function HoursForm({ stored }: { stored: Hours }) {
  const { hours, change, save } = useHoursDraft("start", stored);
  return (
    <>
      <Words>
        Customers are told by them when you are there, and hand-offs and alerts wait for them.
        Holidays come later, in{" "}
        <Link className={LINK} href="/settings/hours">
          the settings
        </Link>
        .
      </Words>
      <ZoneField zone={hours.timeZone} onChange={(timeZone) => change({ timeZone })} />
      <Week hours={hours} onChange={(weekly) => change({ weekly })} />
      <div>
        <Button look="primary" busy={save.busy} onClick={() => void save.run()}>
          Save the hours
        </Button>
      </div>
      <ActNotice acts={[save]} />
    </>
  );
}

export const DocumentsStep = () => (
  <>
    <Words>
      The AI answers from your documents alone. Paste your website's address, or drop price lists
      and leaflets. What is read is kept in{" "}
      <Link className={LINK} href="/knowledge">
        Knowledge
      </Link>
      .
    </Words>
    <div className="grid items-start gap-4 sm:grid-cols-2">
      <AddAddress siteFirst />
      <DropFiles />
    </div>
    <Readings />
  </>
);

export const QuestionStep = () => (
  <>
    <Words>
      Ask for something that your documents say. The step is done once an answer names its source.
    </Words>
    <TryQuestion text={undefined} />
  </>
);

export const StaffStep = () => <Invite />;

export function WidgetStep({ isThere }: { isThere: boolean }) {
  const mark = useMutation(api.firstDay.mark);
  const say = useAct(async () => {
    await mark({ step: "widget", as: isThere ? "open" : "done" });
    return isThere ? "Noted: it is not there." : "Noted: it is there.";
  });
  return (
    <>
      <ul className="flex flex-col gap-2 text-sm">
        <WidgetSteps />
      </ul>
      <Words>We can't see your site from here. Once the chat shows on it, say so.</Words>
      <div>
        <Button look={isThere ? "quiet" : "primary"} busy={say.busy} onClick={() => void say.run()}>
          {isThere ? "It is not on my site" : "It is on my site"}
        </Button>
      </div>
      <ActNotice acts={[say]} />
    </>
  );
}
