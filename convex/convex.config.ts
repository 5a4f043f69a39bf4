/** Components bring tables of their own: durable processes, and how far migrations are. */
import migrations from "@convex-dev/migrations/convex.config";
import workflow from "@convex-dev/workflow/convex.config";
import { defineApp } from "convex/server";

const app = defineApp();
app.use(workflow);
// A pool of its own, for what may take long: whoever waits for an answer doesn't wait behind it.
app.use(workflow, { name: "background" });
app.use(migrations);
export default app;
