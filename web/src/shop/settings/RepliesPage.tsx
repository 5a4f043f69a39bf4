/** The saved replies, as on the desk. */
import { SavedReplies } from "../../desk/SavedReplies";

export default function RepliesPage() {
  return (
    <div className="max-w-2xl">
      <SavedReplies />
    </div>
  );
}
