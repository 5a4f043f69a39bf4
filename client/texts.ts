/**
 * How many text messages something takes, as `@computer-guys/support-backend/texts`: the rule by which the backend
 * counts and refuses, for a page that counts while somebody types. No database, no network.
 */
export {
  sizeOf,
  STAFF_SEGMENTS,
  wholeText,
  type Encoding,
  type Size,
} from "../convex/model/outbox/segments";
