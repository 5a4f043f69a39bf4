/** What went wrong, in words instead of a white page. */
import type { ReactNode } from "react";
import { problemOf } from "../auth";
import { Button } from "./controls";
import { Logo } from "./Logo";

/** A whole page of words: for errors, and for addresses that lead nowhere. */
export function MessagePage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="grid h-page place-items-center p-6">
      <div className="flex max-w-sm flex-col items-center gap-4 text-center">
        <Logo size={44} />
        <h1 className="text-xl font-semibold tracking-tight text-balance">{title}</h1>
        {children}
      </div>
    </main>
  );
}

function ErrorPage({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <MessagePage title="This page has stumbled">
      <p role="alert" className="text-soft">
        {problemOf(error).message} Your conversation is safe.
      </p>
      <div className="flex gap-2">
        <Button look="primary" onClick={retry}>
          Try again
        </Button>
        <Button onClick={() => window.location.reload()}>Reload the page</Button>
      </div>
    </MessagePage>
  );
}

/** The fallback of the application's boundaries. */
export const errorPage = (error: unknown, retry: () => void) => (
  <ErrorPage error={error} retry={retry} />
);
