/**
 * What a page says and checks without asking, as `@computer-guys/support-backend/texts`: how many text messages something
 * takes, by the rule by which the backend counts and refuses; why people took over, in the words that search finds it by;
 * the variables of saved replies. No
 * database, no network.
 */
export {
  sizeOf,
  STAFF_SEGMENTS,
  wholeText,
  type Encoding,
  type Size,
} from "../convex/model/outbox/segments";
export {
  fillReply,
  findGap,
  REPLY_VARIABLES,
  type ReplyValues,
  type ReplyVariable,
} from "../convex/lib/replyVariables";
export { REASON_WORDS } from "../convex/model/conversations/reasonWords";
