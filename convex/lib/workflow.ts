/**
 * The managers of durable workflows (`@convex-dev/workflow`), each with a pool of its own. A deployment of the free
 * class runs 8 scheduled jobs at a time, replies and the pools' own loops among them: together the pools leave them 3.
 */
import { vWorkflowId, WorkflowManager } from "@convex-dev/workflow";
import { vResultValidator } from "@convex-dev/workpool";
import type { GenericValidator } from "convex/values";
import { components } from "../_generated/api";

const defaultRetryBehavior = { maxAttempts: 4, initialBackoffMs: 500, base: 2 };

/** Pictures of texts, which somebody waits for. */
export const workflow = new WorkflowManager(components.workflow, {
  workpoolOptions: { maxParallelism: 3, defaultRetryBehavior },
});

/** Ingests, sites, exports and deletions: each may take minutes, and wait as long. */
export const background = new WorkflowManager(components.background, {
  workpoolOptions: { maxParallelism: 2, defaultRetryBehavior },
});

const IN_BACKGROUND = new Set(["ingest", "export", "purge", "site"]);
/** The manager that a row of `workflows` was started with. */
export const managerOf = (kind: string) => (IN_BACKGROUND.has(kind) ? background : workflow);

/** What the `onComplete` of a workflow is called with. */
export const endedArgs = <Context extends GenericValidator>(context: Context) => ({
  workflowId: vWorkflowId,
  result: vResultValidator,
  context,
});
