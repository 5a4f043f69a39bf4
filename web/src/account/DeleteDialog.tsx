/** Deleting one's account: what it means, the word, a fresh code if the sign-in is old, and the end. */
import { useState } from "react";
import { useSession } from "../auth";
import { CodeInput } from "../signin/CodeInput";
import { Button, Field } from "../ui/controls";
import { Dialog } from "../ui/Dialog";
import { ProblemNotice } from "../ui/Notice";
import { useTask } from "../ui/useTask";
import { deleteAccount } from "./deleteAccount";

const WORD = "DELETE";

type Step =
  | { kind: "confirm" }
  | { kind: "code"; challenge: string; sentTo: string }
  | { kind: "done"; receiptMailed: boolean };

export function DeleteDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title="Delete my account" testId="delete-dialog">
      <DeleteSteps onClose={onClose} />
    </Dialog>
  );
}

function DeleteSteps({ onClose }: { onClose: () => void }) {
  const { auth, user } = useSession();
  const [step, setStep] = useState<Step>({ kind: "confirm" });

  const remove = async (): Promise<void> => {
    const result = await deleteAccount(auth);
    if (result === "code_needed") {
      const byMail = user?.emailVerified === true || user?.phone === undefined;
      const sentTo = (byMail ? user?.email : user.phone) ?? "";
      const { challenge } = await auth.requestCode(byMail ? { email: sentTo } : { phone: sentTo });
      return setStep({ kind: "code", challenge, sentTo });
    }
    await auth.signOut();
    setStep({ kind: "done", ...result });
  };

  if (step.kind === "done") {
    return <Done receiptMailed={step.receiptMailed} onClose={onClose} />;
  }
  if (step.kind === "code") {
    return (
      <CodeStep
        sentTo={step.sentTo}
        confirm={async (code) => {
          await auth.signIn({ challenge: step.challenge, code });
          await remove();
        }}
      />
    );
  }
  return <ConfirmStep remove={remove} onClose={onClose} />;
}

function ConfirmStep({ remove, onClose }: { remove: () => Promise<void>; onClose: () => void }) {
  const [word, setWord] = useState("");
  const task = useTask(remove);
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (word === WORD) void task.run();
      }}
    >
      <div className="text-[0.9375rem] leading-relaxed text-soft">
        <p>This can't be undone:</p>
        <ul className="mt-2 list-disc pl-5">
          <li>your conversations, files and feedback are deleted,</li>
          <li>open questions are closed unanswered,</li>
          <li>you are signed out on every device, at once.</li>
        </ul>
      </div>
      <Field
        id="delete-word"
        label={`Type ${WORD} to confirm`}
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        value={word}
        onChange={(event) => setWord(event.target.value.trim().toUpperCase())}
      />
      <ProblemNotice problem={task.problem} onRetry={() => void task.run()} />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Keep my account</Button>
        <Button type="submit" look="destroy" busy={task.busy} disabled={word !== WORD}>
          Delete for good
        </Button>
      </div>
    </form>
  );
}

/** The sign-in is older than ten minutes: a code proves that it is surely them. */
function CodeStep({
  sentTo,
  confirm,
}: {
  sentTo: string;
  confirm: (code: string) => Promise<void>;
}) {
  const [code, setCode] = useState("");
  const task = useTask(confirm);
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void task.run(code);
      }}
    >
      <p id="delete-code-hint" className="text-[0.9375rem] leading-relaxed text-soft">
        To be sure that it is you, we've sent a 6-digit code to{" "}
        <strong className="font-semibold text-ink">{sentTo}</strong>.
      </p>
      <CodeInput
        value={code}
        onChange={(next) => {
          setCode(next);
          task.clear();
        }}
        // Deleting waits for the button: nothing irreversible happens by typing.
        onComplete={() => undefined}
        invalid={task.problem?.code === "code_invalid"}
        describedBy="delete-code-hint"
      />
      <ProblemNotice problem={task.problem} />
      <Button type="submit" look="destroy" wide busy={task.busy} disabled={code.length < 6}>
        Delete for good
      </Button>
    </form>
  );
}

function Done({ receiptMailed, onClose }: { receiptMailed: boolean; onClose: () => void }) {
  return (
    <div className="flex flex-col gap-4">
      <p role="status" className="text-[0.9375rem] leading-relaxed text-soft">
        Your account is closed, and everything in it is being deleted now.{" "}
        {receiptMailed && "You'll get a last e-mail that says what was removed and what we keep."}
      </p>
      <Button look="primary" wide onClick={onClose}>
        Close
      </Button>
    </div>
  );
}
