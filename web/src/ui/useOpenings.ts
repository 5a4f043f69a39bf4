/** The shop's openings of the next fortnight. The answer is shared by everybody who asks within the hour. */
import { useQuery } from "convex/react";
import { useState } from "react";
import { api } from "../api";
import type { Opening } from "./openings";

const HOUR = 60 * 60 * 1000;

export type Shop = { timeZone: string; openings: Opening[] };

/** `wanted` false asks nothing. Undefined while it is loading. */
export function useOpenings(wanted = true): Shop | undefined {
  const [from] = useState(() => {
    const now = Date.now();
    return now - (now % HOUR);
  });
  const answer = useQuery(api.knowledge.hours, wanted ? { from } : "skip");
  return answer && { timeZone: answer.hours.timeZone, openings: answer.openings };
}
