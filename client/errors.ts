/**
 * The backend's expected refusals, as `@computer-guys/support-backend/errors`: what a `catch` needs to tell
 * them apart. Everything that isn't one (no network, a broken invariant) is for the caller's error tracking.
 */
export { ERROR_CODES, isAppError, type AppErrorData, type ErrorCode } from "../convex/lib/errors";
