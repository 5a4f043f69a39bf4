/** Texts, e-mail, the widget: which step of each is done, what is missing, and a test message. */
import { useAction, useQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import type { ReactNode } from "react";
import { api } from "../../api";
import { Button } from "../../ui/controls";
import { duration } from "../../ui/time";
import { useNow } from "../../ui/useNow";
import { ActNotice, useAct } from "./act";
import { Step, WidgetSteps } from "./WidgetSteps";

type State = FunctionReturnType<typeof api.channels.state>;
type Channel = State["variables"][number]["channel"];

const MINUTE = 60_000;
const ago = (at: number, now: number) => `${duration(Math.max(0, now - at))} ago`;

export default function ChannelsPage() {
  const state = useQuery(api.channels.state);
  const now = useNow(MINUTE);
  const health = useQuery(api.health.providers, { now: Math.floor(now / MINUTE) * MINUTE });
  if (state === undefined) return <div className="h-60" aria-busy="true" />;
  const went = (provider: "texts" | "email") => health?.find((one) => one.provider === provider);
  return (
    <div className="flex max-w-2xl flex-col gap-8">
      <p className="text-sm text-soft">
        Values are kept on the deployment and shown nowhere. Each is set by{" "}
        <code>npx convex env set NAME</code>, which asks for it.
      </p>
      <ChannelPart title="Texts" channel="texts" state={state}>
        <WebhookStep url={state.webhooks.texts} seenAt={state.seen.texts} who="Twilio" now={now} />
        <SentStep health={went("texts")} now={now} />
        <TestMessage channel="texts" to={state.own.texts} />
      </ChannelPart>
      <ChannelPart title="E-mail" channel="email" state={state}>
        <WebhookStep url={state.webhooks.email} seenAt={state.seen.email} who="Resend" now={now} />
        <SentStep health={went("email")} now={now} />
        <TestMessage channel="email" to={state.own.email} />
      </ChannelPart>
      <ChannelPart title="Widget" channel="widget" state={state}>
        <WidgetSteps />
      </ChannelPart>
    </div>
  );
}

function ChannelPart({
  title,
  channel,
  state,
  children,
}: {
  title: string;
  channel: Channel;
  state: State;
  children: ReactNode;
}) {
  const variables = state.variables.filter((one) => one.channel === channel);
  const isReady = variables.every((one) => !one.needed || one.state === "set");
  return (
    <section aria-label={title} className="flex flex-col gap-3 rounded-2xl border border-line p-4">
      <div className="flex items-baseline justify-between gap-3">
        <h3 className="font-semibold">{title}</h3>
        <p className="text-[0.8125rem] text-soft">{isReady ? "Set up" : "Not set up"}</p>
      </div>
      <ul className="flex flex-col gap-2 text-sm">
        {variables.map(({ name, state: how, needed }) => (
          <Step
            key={name}
            how={how === "set" ? "done" : how === "invalid" || needed ? "wrong" : "open"}
          >
            <code className="[overflow-wrap:anywhere]">{name}</code>: {VARIABLE_WORDS[how]}
            {!needed && how === "missing" && ", and not needed"}
          </Step>
        ))}
        {children}
      </ul>
    </section>
  );
}

const VARIABLE_WORDS = {
  set: "set",
  missing: "not set",
  invalid: "set, but not valid",
};

function WebhookStep({
  url,
  seenAt,
  who,
  now,
}: {
  url: string;
  seenAt: number | undefined;
  who: string;
  now: number;
}) {
  return (
    <Step how={seenAt === undefined ? "open" : "done"}>
      Webhook:{" "}
      {seenAt === undefined
        ? `${who} has never called. In its console, have it call `
        : `${who} called ${ago(seenAt, now)} `}
      <code className="text-[0.8125rem] text-soft [overflow-wrap:anywhere]">{url}</code>
    </Step>
  );
}

type Health = FunctionReturnType<typeof api.health.providers>[number];

function SentStep({ health, now }: { health: Health | undefined; now: number }) {
  if (health === undefined) return null;
  const { failing, fault, advice, lastSuccessAt } = health;
  if (failing) {
    return (
      <Step how="wrong">
        The last one failed ({fault}){advice === undefined ? "." : `: ${advice}.`}
      </Step>
    );
  }
  return (
    <Step how={lastSuccessAt === undefined ? "open" : "done"}>
      {lastSuccessAt === undefined
        ? "Nothing has been sent yet."
        : `The last one was taken ${ago(lastSuccessAt, now)}.`}
    </Step>
  );
}

function TestMessage({ channel, to }: { channel: "texts" | "email"; to: string | undefined }) {
  const send = useAction(api.channels.sendTest);
  const test = useAct(async () => {
    const sent = await send({ channel });
    return `Sent to ${sent.to}. It should be there within a minute.`;
  });
  const what = channel === "texts" ? "text" : "e-mail";
  return (
    <li className="mt-1 flex flex-col gap-2">
      <ActNotice acts={[test]} />
      <div className="flex flex-wrap items-center gap-3">
        <Button size="small" busy={test.busy} onClick={() => void test.run()}>
          Send a test {what}
        </Button>
        <p className="text-[0.8125rem] text-faint">
          {to === undefined
            ? `Your account has no confirmed ${channel === "texts" ? "number" : "address"}.`
            : `To your own, ${to}.`}
        </p>
      </div>
    </li>
  );
}
