/** What an app's own tests share with the tests of this package. */
export { decideReply } from "./model/decide";
export { embedText } from "./openai/embedding";
export { TOOLS } from "./passages.fixture";
export { Shop } from "./twilio/shop.fixture";
