/**
 * Sign-in for any React client of this backend: `createBrowserAuth`, `SupportAuthProvider`, `useSession`, and
 * the boundary for sessions that end. Published as `@computer-guys/support-web/auth`.
 */
export { createBrowserAuth, type AuthFunctions } from "./browser";
export { AuthCore, type AuthCoreOptions } from "./core";
export { isSessionOver, serverErrorOf, type ServerError } from "./errors";
export { ErrorBoundary, type ErrorBoundaryProps, type ErrorFallback } from "./ErrorBoundary";
export { isUnreachable, problemOf, type Problem } from "./problem";
export { SupportAuthProvider, useSession } from "./react";
export { SessionBoundary, type SessionBoundaryProps } from "./SessionBoundary";
export { isAccount } from "./types";
export type * from "./types";
