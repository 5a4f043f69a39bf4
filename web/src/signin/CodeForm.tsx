/** The second step of everything that a code proves: the six digits, sending them again, and the way back. */
import { ArrowLeft } from "lucide-react";
import { useState, type ReactNode } from "react";
import type { CodeAddress } from "../auth";
import { Button } from "../ui/controls";
import { ProblemNotice, useCountdown } from "../ui/Notice";
import { useTask } from "../ui/useTask";
import { CodeInput } from "./CodeInput";

/** A second one right away helps nobody: the first is usually on its way. */
const RESEND_AFTER_MS = 30_000;

type CodeRequest = {
  run: () => Promise<boolean>;
  busy: boolean;
  problem: ReturnType<typeof useTask>["problem"];
};

type Props = {
  address: CodeAddress;
  sentAt: number;
  /** Sends another. */
  request: CodeRequest;
  /** What the button says once the digits are there. */
  act: string;
  redeem: (code: string) => Promise<unknown>;
  onDone: () => void;
  onBack: () => void;
};

export function CodeForm({ address, sentAt, request, act, redeem, onDone, onBack }: Props) {
  const [code, setCode] = useState("");
  const task = useTask(redeem);
  const submit = async (digits: string) => {
    if (await task.run(digits)) onDone();
  };
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(code);
      }}
    >
      <p id="code-hint" className="text-[0.9375rem] leading-relaxed text-soft">
        <Sent address={address} />
      </p>
      <CodeInput
        value={code}
        onChange={(next) => {
          setCode(next);
          task.clear();
        }}
        onComplete={(digits) => void submit(digits)}
        invalid={task.problem?.code === "code_invalid"}
        describedBy="code-hint"
      />
      <ProblemNotice
        problem={task.problem}
        {...(task.problem?.code !== "code_invalid" && { onRetry: () => void submit(code) })}
      />
      <Button type="submit" look="primary" wide busy={task.busy} disabled={code.length < 6}>
        {code.length < 6 ? "Enter the 6 digits" : act}
      </Button>
      <ProblemNotice problem={request.problem} />
      <div className="flex items-center justify-between">
        <Button
          look="quiet"
          size="small"
          icon={<ArrowLeft size={15} aria-hidden />}
          onClick={onBack}
        >
          {"email" in address ? "Other e-mail" : "Other number"}
        </Button>
        <Again
          at={sentAt + RESEND_AFTER_MS}
          busy={request.busy}
          onClick={() => {
            setCode("");
            task.clear();
            void request.run();
          }}
        />
      </div>
    </form>
  );
}

const Strong = ({ children }: { children: ReactNode }) => (
  <strong className="font-semibold whitespace-nowrap text-ink">{children}</strong>
);

/** Where it went. A number that gets no texts from us is not told apart from others. */
function Sent({ address }: { address: CodeAddress }) {
  if ("email" in address) {
    return (
      <>
        We've sent a 6-digit code to{" "}
        <strong className="font-semibold text-ink">{address.email}</strong>. It may take a minute;
        look in the spam folder, too.
      </>
    );
  }
  return (
    <>
      We've texted a 6-digit code to <Strong>{address.phone}</Strong>. It may take a minute. If you
      once texted us STOP, text START first.
    </>
  );
}

function Again({ at, busy, onClick }: { at: number; busy: boolean; onClick: () => void }) {
  const wait = useCountdown(at);
  return (
    <Button look="quiet" size="small" busy={busy} disabled={wait > 0} onClick={onClick}>
      {wait > 0 ? `Send again in ${wait} s` : "Send a new code"}
    </Button>
  );
}
