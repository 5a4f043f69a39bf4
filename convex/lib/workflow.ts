/** The one manager of durable workflows (`@convex-dev/workflow`): ingest, export and purge take it from here. */
import { WorkflowManager } from "@convex-dev/workflow";
import { components } from "../_generated/api";

export const workflow = new WorkflowManager(components.workflow, {
  workpoolOptions: {
    // A Starter deployment runs 8 scheduled jobs at a time: replies come first.
    maxParallelism: 4,
    defaultRetryBehavior: { maxAttempts: 4, initialBackoffMs: 500, base: 2 },
  },
});
