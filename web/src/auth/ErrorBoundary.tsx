/** Catches what rendering throws: every query that the server refuses throws where it is used. */
import { Component, type ReactNode } from "react";

/** What to show instead. `retry` renders the children again. */
export type ErrorFallback = (error: unknown, retry: () => void) => ReactNode;

export type ErrorBoundaryProps = {
  children: ReactNode;
  onError?: ((error: unknown) => void) | undefined;
  fallback: ErrorFallback;
};

type State = { error: unknown; failed: boolean };

export class ErrorBoundary extends Component<ErrorBoundaryProps, State> {
  override state: State = { error: null, failed: false };

  static getDerivedStateFromError(error: unknown): State {
    return { error, failed: true };
  }

  override componentDidCatch(error: unknown): void {
    this.props.onError?.(error);
  }

  readonly retry = (): void => this.setState({ error: null, failed: false });

  override render(): ReactNode {
    return this.state.failed
      ? this.props.fallback(this.state.error, this.retry)
      : this.props.children;
  }
}
