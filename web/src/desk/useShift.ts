/**
 * Whether this technician is on a shift, and the desk's word that it is still open. One tab of a browser says it,
 * whichever holds the lock; a browser that is closed or offline says nothing, and the shift ends with its lease.
 */
import { useConvex, useConvexConnectionState, useMutation, useQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { useEffect, useState } from "react";
import { api } from "../api";
import { useSession } from "../auth";

/** The lease is more than twice as long. */
const HEARTBEAT_MS = 240_000;
/** A tab that is closed says so, and may be heard after the next has begun: that one beats twice. */
const AGAIN_MS = 20_000;

export type OnDuty = FunctionReturnType<typeof api.users.onDuty>[number];
export type Skill = OnDuty["skills"][number];

export type Shift = {
  /** Undefined while it is loading, null when there is none. */
  mine: OnDuty | null | undefined;
  /** It ended although nobody here ended it: the desk was not heard of, or an admin did. */
  lost: boolean;
  begin: (changes?: { skills: Skill[]; capacity: number }) => Promise<void>;
  end: () => Promise<void>;
};

export function useShift(): Shift {
  const { user } = useSession();
  const onDuty = useQuery(api.users.onDuty);
  const setAvailability = useMutation(api.users.setAvailability);
  const mine =
    onDuty === undefined ? undefined : (onDuty.find((one) => one.userId === user?._id) ?? null);
  const working = mine !== undefined && mine !== null;
  // What this desk last asked for: a shift that is gone without that was lost.
  const [wanted, setWanted] = useState(false);
  useEffect(() => {
    if (working) setWanted(true);
  }, [working]);
  useHeartbeat(working ? user?._id : undefined);
  return {
    mine,
    lost: mine === null && wanted,
    begin: async (changes) => {
      await setAvailability({ available: true, ...changes });
    },
    end: async () => {
      setWanted(false);
      await setAvailability({ available: false });
    },
  };
}

function useHeartbeat(userId: string | undefined): void {
  const convex = useConvex();
  const { isWebSocketConnected } = useConvexConnectionState();
  useEffect(() => {
    // A beat that waits for the connection would tell of a past that nobody asks about.
    if (userId === undefined || !isWebSocketConnected) return;
    // One that fails is followed by the next; a shift that has ended shows by itself.
    const beat = (leaving?: boolean) =>
      void convex.mutation(api.users.heartbeat, { leaving }).catch(() => undefined);
    const leave = new AbortController();
    void holdLock(`support.heartbeat.${userId}`, leave.signal, () => {
      beat();
      const again = setTimeout(beat, AGAIN_MS);
      const timer = setInterval(beat, HEARTBEAT_MS);
      const close = () => beat(true);
      window.addEventListener("pagehide", close);
      return () => {
        window.removeEventListener("pagehide", close);
        clearTimeout(again);
        clearInterval(timer);
      };
    });
    return () => leave.abort();
  }, [convex, userId, isWebSocketConnected]);
}

/** Runs `work` while this tab has the lock, and its end on `signal`. Where there are no locks, every tab works. */
async function holdLock(name: string, signal: AbortSignal, work: () => () => void): Promise<void> {
  const hold = async () => {
    if (signal.aborted) return;
    const stop = work();
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    stop();
  };
  const { locks } = navigator as Partial<Navigator>;
  if (locks === undefined) return await hold();
  // Left while it was waiting for its turn.
  await locks.request(name, { signal }, hold).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
