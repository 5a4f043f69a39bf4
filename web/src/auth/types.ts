/**
 * What the auth core needs from the outside, as small interfaces: a transport, a storage, a lock and a
 * clock. Nothing here knows React, the DOM or this application.
 */
import type { FunctionReference } from "convex/server";

export type AuthUser = {
  _id: string;
  role: "customer" | "technician" | "admin";
  name?: string | undefined;
  email?: string | undefined;
  emailVerified: boolean;
  phone?: string | undefined;
  /** Absent in what a browser kept from before there were numbers. */
  phoneVerified?: boolean | undefined;
};

/** Whether somebody can sign in to it again: a guest's session is all that a guest has. */
export const isAccount = (user: AuthUser | null): user is AuthUser =>
  user !== null && (user.emailVerified || user.phoneVerified === true);

/** Where a code goes: an e-mail address, or a phone number in any spelling. */
export type CodeAddress = { email: string } | { phone: string };

/** What every sign-in and refresh answers. */
export type Tokens = {
  accessToken: string;
  /** Milliseconds since the epoch, by the server's clock. */
  accessTokenExpiresAt: number;
  refreshToken: string;
  user: AuthUser;
};

/** `api.users.verifyEmail` or `api.users.verifyPhone`. */
export type Verification = FunctionReference<"action", "public", Redemption, Tokens>;

export type Challenge = { challenge: string; expiresAt: number };
export type Redemption = { challenge: string; code: string };

/** The backend's auth functions. `accessToken` is passed where a guest's identity matters. */
export interface AuthTransport {
  createGuestSession(): Promise<Tokens>;
  requestCode(address: CodeAddress, accessToken: string | null): Promise<Challenge>;
  createSession(redemption: Redemption, accessToken: string | null): Promise<Tokens>;
  verify(by: Verification, redemption: Redemption, accessToken: string | null): Promise<Tokens>;
  refreshSession(refreshToken: string): Promise<Tokens>;
  logout(accessToken: string): Promise<void>;
}

/** One string, shared by the tabs of one browser. */
export interface AuthStorage {
  read(): string | null;
  write(value: string): void;
  clear(): void;
  /** Calls back when another tab wrote or cleared. Returns the unsubscriber. */
  onExternalChange(callback: () => void): () => void;
}

/** Runs `task` while no other tab runs one under the same lock. */
export type Lock = <T>(task: () => Promise<T>) => Promise<T>;

export interface Clock {
  now(): number;
  /** May return early when there is a reason to try again at once (the network came back). */
  sleep(ms: number): Promise<void>;
}

/** What the page shows. A new object whenever something in it changed, the same one otherwise. */
export type AuthSnapshot = {
  /** Changes with every sign-in, not with a refresh: the identity of the session. */
  sessionId: string | null;
  user: AuthUser | null;
  /** True after the server ended the session (expired, revoked), until the next sign-in. */
  endedByServer: boolean;
};
