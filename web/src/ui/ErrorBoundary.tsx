/** Catches what rendering throws, and says it in words instead of a white page. */
import { Component, type ReactNode } from "react";
import { Button } from "./controls";
import { Logo } from "./Logo";
import { problemOf } from "./problem";

type Props = {
  children: ReactNode;
  onError?: (error: unknown) => void;
  fallback: (error: unknown, reset: () => void) => ReactNode;
};

export class ErrorBoundary extends Component<Props, { error: unknown; failed: boolean }> {
  override state = { error: null as unknown, failed: false };

  static getDerivedStateFromError(error: unknown) {
    return { error, failed: true };
  }

  override componentDidCatch(error: unknown) {
    this.props.onError?.(error);
  }

  readonly reset = () => this.setState({ error: null, failed: false });

  override render() {
    return this.state.failed
      ? this.props.fallback(this.state.error, this.reset)
      : this.props.children;
  }
}

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

export function ErrorPage({ error, reset }: { error: unknown; reset: () => void }) {
  return (
    <MessagePage title="This page has stumbled">
      <p role="alert" className="text-soft">
        {problemOf(error).message} Your conversation is safe.
      </p>
      <div className="flex gap-2">
        <Button look="primary" onClick={reset}>
          Try again
        </Button>
        <Button onClick={() => window.location.reload()}>Reload the page</Button>
      </div>
    </MessagePage>
  );
}
