/** Messages from before they could be searched for. Harmless to those that have their words. */
import { wordsToFind } from "../model/conversations/wordsToFind";
import { migrations } from "./runner";

export const migrate = migrations.define({
  table: "messages",
  migrateOne: (_ctx, message) => {
    // What is being written gets its words when it settles; nobody said the system's lines.
    if (message.settledAt === undefined || message.author.kind === "system") return undefined;
    const searchText = wordsToFind(message);
    return searchText === message.searchText ? undefined : { searchText };
  },
});
