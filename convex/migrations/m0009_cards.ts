/** Conversations from before they could be searched for by contact, device and reason. */
import { cardOf } from "../model/conversations/card";
import { migrations } from "./runner";

export const migrate = migrations.define({
  table: "conversations",
  migrateOne: (_ctx, conversation) => {
    const card = cardOf(conversation);
    return card === conversation.card ? undefined : { card };
  },
});
