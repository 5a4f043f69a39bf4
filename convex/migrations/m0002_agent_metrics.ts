/**
 * Agents' totals from flat sums to sums with a count of their own. Afterwards `vFlatAgentMetrics` can go
 * from the schema, and `metricsOf` with it.
 */
import { metricsOf } from "../model/agents/agents";
import { migrations } from "./runner";

export const migrate = migrations.define({
  table: "agents",
  migrateOne: (_ctx, agent) => {
    if (!("firstTokenMsSum" in agent.metrics)) return;
    return { metrics: metricsOf(agent) };
  },
});
