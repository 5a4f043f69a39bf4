/** What of an answer stays that somebody read along when the turn moved on. */
import type { Doc } from "../../convex/_generated/dataModel";
import { CLOCK_SKEW } from "../../convex/model/replies/heard";
import { count } from "../properties";
import type { Change } from "./engine";
import { must } from "./expect";
import type { Check, Writer } from "./world";

type Message = Doc<"messages">;

/** The row of a reply that was stopped while somebody read along is told, once, what they had heard. */
export const isHeardOut = ({ before, after }: Change): boolean => {
  const [old, now] = [before, after] as unknown as (Message | null)[];
  return old?.status === "stopped" && old.readAlong !== undefined && now?.readAlong === undefined;
};

/** How much of its words had been told by then. */
const toldBy = ({ sent = [] }: Writer, at: number): number =>
  sent.findLast((one) => one.at <= at)?.length ?? 0;

/** 1. Of what was told before the turn moved on nothing is lost, and not a word is added that was told after it. */
const heardStays: Check = {
  name: "what was heard stays, and nothing else comes",
  commit: (world, changes) => {
    for (const change of changes) {
      if (change.table !== "messages" || !isHeardOut(change)) continue;
      const row = change.before as unknown as Message;
      const writer = world.writers.find(
        ({ assignment: { fence }, sent }) => sent !== undefined && fence.messageId === row._id,
      )!;
      must(row.attempt, writer.ref.attempt, "the row is its own");
      const text = (change.after?.text as string | undefined) ?? "";
      const sure = toldBy(writer, row.settledAt! - CLOCK_SKEW);
      must(writer.text.startsWith(text), true, "what was told");
      must(text.length >= Math.max(sure, row.text.length), true, "all that was told before");
      must(text.length <= toldBy(writer, row.settledAt!), true, "nothing that was told after");
      count(text === row.text ? "heard no more than is stored" : "heard more than is stored");
    }
  },
};

export const heardChecks: Check[] = [heardStays];
