/** What an app's own tests share with the tests of this package. */
export { decideReply as decide } from "./model/decide";
export { embedText as embed } from "./openai/embedding";
export { TOOLS } from "./passages.fixture";
export { Shop } from "./twilio/shop.fixture";
