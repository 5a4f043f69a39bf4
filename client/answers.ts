/**
 * Citation marks in answers, as `@computer-guys/support-backend/answers`: the rule by which the backend reads them, for
 * a page that draws them. Stored answers have them as `[n]`. No database, no network.
 */
export { findMarks, withoutHalfMark, writeMarks } from "../convex/lib/citationMarks";
