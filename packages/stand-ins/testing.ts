/** What an app's own tests share with the tests of this package. */
export { decide } from "./model/decide";
export { embed } from "./openai/openai";
export { TOOLS } from "./passages.fixture";
export { Shop } from "./twilio/shop.fixture";
