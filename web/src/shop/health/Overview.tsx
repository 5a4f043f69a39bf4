/** What works and what does not, now: providers, jobs, vectors, the last export. */
import { useMutation, useQuery } from "convex/react";
import { useState } from "react";
import { Link } from "wouter";
import { api } from "../../api";
import { Button } from "../../ui/controls";
import { ProblemNotice } from "../../ui/Notice";
import { duration, fullTime } from "../../ui/time";
import { useNow } from "../../ui/useNow";
import { useTask } from "../../ui/useTask";
import { ConversationLink, LIST, Part, Quiet, Tag, type Tone } from "./parts";
import { agoWords, faultWords } from "./words";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Upkeep finds what was lost within ten minutes. */
const OVERDUE = 15 * MINUTE;
/** Older than this a restore would lose a week. */
const OLD_BACKUP = 7 * DAY;

export function Overview() {
  return (
    <>
      <Providers />
      <Jobs />
      <Backup />
    </>
  );
}

type Provider = (typeof api.health.providers)["_returnType"][number];

function Providers() {
  const now = useNow(MINUTE);
  // By the minute: each `now` is a subscription of its own, and failures that passed are told by the clock.
  const providers = useQuery(api.health.providers, { now: Math.floor(now / MINUTE) * MINUTE });
  const [last, setLast] = useState<Provider[]>();
  if (providers !== undefined && providers !== last) setLast(providers);
  const shown = providers ?? last;
  return (
    <Part title="What the shop leans on">
      {shown === undefined ? (
        <Quiet>Looking…</Quiet>
      ) : (
        <ul className={LIST}>
          {shown.map((provider) => (
            <ProviderRow key={provider.provider} provider={provider} now={now} />
          ))}
        </ul>
      )}
    </Part>
  );
}

function stateOf({ configured, failing, lastSuccessAt }: Provider): [Tone, string] {
  if (failing) return ["bad", "Fails"];
  if (!configured) return ["none", "Not set up"];
  return lastSuccessAt === undefined ? ["none", "Not used yet"] : ["good", "Works"];
}

function ProviderRow({ provider, now }: { provider: Provider; now: number }) {
  const { name, lastSuccessAt, lastFailureAt, fault, advice, failing, conversationId } = provider;
  const [tone, state] = stateOf(provider);
  return (
    <li className="px-4 py-3" data-testid={`provider-${provider.provider}`}>
      <div className="flex items-center gap-3">
        <p className="min-w-0 flex-1 font-medium">{name}</p>
        <Tag tone={tone}>{state}</Tag>
      </div>
      {lastSuccessAt !== undefined && (
        <Quiet>
          Last worked <time title={fullTime(lastSuccessAt)}>{agoWords(lastSuccessAt, now)}</time>.
        </Quiet>
      )}
      {lastFailureAt !== undefined && (
        <p className={`text-[0.8125rem] ${failing ? "text-danger" : "text-faint"}`}>
          Last failed <time title={fullTime(lastFailureAt)}>{agoWords(lastFailureAt, now)}</time>:{" "}
          {faultWords(fault ?? "failed")}
          {conversationId && (
            <>
              , in <ConversationLink id={conversationId} />
            </>
          )}
          .
        </p>
      )}
      {failing && advice !== undefined && (
        <p className="mt-1 text-[0.8125rem] font-medium">What to do: {advice}.</p>
      )}
    </li>
  );
}

function Jobs() {
  const work = useQuery(api.health.work, {});
  const vectors = useQuery(api.embeddings.progress, {});
  const now = useNow(MINUTE);
  if (work === undefined) return <Part title="Jobs">{<Quiet>Counting…</Quiet>}</Part>;
  const sum = (state: "queued" | "running" | "failed") =>
    work.reduce((total, kind) => total + kind[state], 0);
  const since = work.flatMap(({ waitingSince }) => waitingSince ?? []);
  const late = work.flatMap(({ nextDueAt = now }) => (now - nextDueAt > OVERDUE ? nextDueAt : []));
  const failed = sum("failed");
  return (
    <Part
      title="Jobs"
      aside={
        <Link
          href="/health/processes"
          className="text-[0.8125rem] font-medium text-accent underline underline-offset-4"
        >
          See each
        </Link>
      }
    >
      <dl className="grid grid-cols-2 gap-3 sm:grid-cols-4">
        <Count name="Waiting" value={sum("queued")}>
          {since.length > 0
            ? `the oldest for ${duration(now - Math.min(...since))}`
            : "nothing waits"}
        </Count>
        <Count name="At work" value={sum("running")}>
          timers included
        </Count>
        <Count name="Failed" value={failed} bad={failed > 0}>
          {failed > 0 ? "retry or leave them" : "nothing failed"}
        </Count>
        <Count name="Overdue" value={late.length} bad={late.length > 0}>
          {late.length > 0 ? `by ${duration(now - Math.min(...late))}` : "every timer is in time"}
        </Count>
      </dl>
      {vectors !== undefined && vectors.waiting > 0 && <Vectors {...vectors} />}
    </Part>
  );
}

function Count({
  name,
  value,
  bad = false,
  children,
}: {
  name: string;
  value: number;
  bad?: boolean;
  children: React.ReactNode;
}) {
  return (
    <div className="rounded-2xl border border-line bg-surface px-4 py-3">
      <dt className="text-[0.8125rem] text-soft">{name}</dt>
      <dd>
        <span
          className={`block text-2xl font-semibold tracking-tight tabular-nums ${bad ? "text-danger" : ""}`}
        >
          {value}
        </span>
        <span className="block text-[0.8125rem] text-faint">{children}</span>
      </dd>
    </div>
  );
}

function Vectors({ waiting, hasMore, error }: (typeof api.embeddings.progress)["_returnType"]) {
  const resume = useMutation(api.embeddings.resume);
  const task = useTask(() => resume({}));
  return (
    <div className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-2 text-sm">
      <p className="min-w-0 flex-1">
        {waiting}
        {hasMore ? " or more" : ""} {waiting === 1 ? "document is" : "documents are"} found by words
        only, until search has read {waiting === 1 ? "it" : "them"}.
        {error !== null && <span className="text-danger"> {error}</span>}
      </p>
      <Button size="small" busy={task.busy} onClick={() => void task.run()}>
        Read them now
      </Button>
      <ProblemNotice problem={task.problem} />
    </div>
  );
}

function Backup() {
  const backup = useQuery(api.health.backup, {});
  const now = useNow(MINUTE);
  return (
    <Part title="Backups">
      {backup === undefined ? (
        <Quiet>Looking…</Quiet>
      ) : (
        <div
          className="rounded-2xl border border-line bg-surface px-4 py-3 text-sm"
          data-testid="backup"
        >
          <BackupWords backup={backup} now={now} />
          <Quiet>
            Exports made by <code>npx pnpm run export</code> are on record here. Those of Convex's
            dashboard are not: nothing tells the shop of them.
          </Quiet>
        </div>
      )}
    </Part>
  );
}

function BackupWords({
  backup,
  now,
}: {
  backup: (typeof api.health.backup)["_returnType"];
  now: number;
}) {
  if (backup === null) return <p className="font-medium">No export is on record.</p>;
  const { at, withFiles } = backup;
  const old = now - at > OLD_BACKUP;
  return (
    <p className={`font-medium ${old ? "text-danger" : ""}`}>
      The last export on record is from <time title={fullTime(at)}>{agoWords(at, now)}</time>,{" "}
      {withFiles ? "with" : "without"} files.
      {old && " Make a new one."}
    </p>
  );
}
