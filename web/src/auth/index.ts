/** Sign-in for any React client of this backend: `SupportAuthProvider`, `useSession`, `createBrowserAuth`. */
export { createBrowserAuth, type AuthFunctions } from "./browser";
export { AuthCore, type AuthCoreOptions } from "./core";
export { isSessionOver, serverErrorOf, type ServerError } from "./errors";
export { SupportAuthProvider, useSession } from "./react";
export type * from "./types";
