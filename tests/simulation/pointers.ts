/** Checks of what is armed: the pointers of a conversation, the rows, and what the model says agree. */
import type { Doc } from "../../convex/_generated/dataModel";
import { HOUR } from "../../convex/lib/time";
import { must } from "./expect";
import { isCurrent } from "./timers";
import type { Check, World } from "./world";

const KINDS = ["handoff", "follow_up", "snooze"] as const;

function checkPointers(world: World): void {
  const live = new Map<string, Doc<"workflows">>();
  for (const row of world.engine.rows("workflows")) {
    const timed = row.kind === "promise" || KINDS.some((kind) => kind === row.kind);
    if (timed && row.finishedAt === undefined) live.set(row._id, row);
  }
  for (const { id, talk } of world.conversations) {
    const { timers, promises = [], episode } = world.rowOf(id);
    for (const kind of KINDS) {
      const pointer = timers?.[kind];
      const token = talk.tokens[kind];
      must(pointer !== undefined, token !== null, `a ${kind} timer is armed if one is needed`);
      if (pointer === undefined) continue;
      must(world.timers.get(pointer)?.token === token, true, "the timer of this wait");
      const row = live.get(pointer);
      must([row?.kind, row?.conversationId, row?.episode], [kind, id, episode]);
      live.delete(pointer);
    }
    must(
      promises.map((one) => [one.workflowId, one.dueAt, one.lateAt !== undefined]),
      talk.promises.map((one) => [one.workflowId, one.dueAt, one.late]),
    );
    for (const { workflowId } of promises) {
      must(live.get(workflowId)?.kind, "promise");
      live.delete(workflowId);
    }
  }
  must([...live.values()], [], "no timer is live that nobody points at");
}

export const timerChecks: Check[] = [
  {
    name: "pointers, rows and what is needed agree",
    commit: (world, changes) => {
      const touched = changes.some(
        ({ table }) => table === "workflows" || table === "conversations",
      );
      if (touched) checkPointers(world);
    },
    end: (world) => {
      for (const timer of world.timers.values()) {
        const overdue = isCurrent(timer) && timer.dueAt < Date.now() - 2 * HOUR && !timer.failed;
        must(overdue, false, `a ${timer.kind} timer that is due has acted`);
      }
      const alerts = world.engine.rows("workflows").filter(({ kind }) => kind === "alert");
      must(
        alerts.filter(
          ({ state, dueAt = 0 }) => state === "running" && dueAt < Date.now() - 2 * HOUR,
        ),
        [],
        "every digest is written",
      );
    },
  },
];
