/**
 * Previews and hand-off briefs from before they were redacted: each keeps its secrets until the next message, which for
 * most never comes. Harmless to what is clean, so `reset` runs it again when the rules know more secrets.
 */
import { previewOf } from "../lib/text";
import { withoutSecrets } from "../model/handoff/brief";
import { migrations } from "./runner";

export const migrate = migrations.define({
  table: "conversations",
  migrateOne: (_ctx, { preview, brief }) => {
    const safe = {
      preview: previewOf(preview),
      ...(brief !== undefined && { brief: withoutSecrets(brief) }),
    };
    const same = safe.preview === preview && JSON.stringify(safe.brief) === JSON.stringify(brief);
    return same ? undefined : safe;
  },
});
