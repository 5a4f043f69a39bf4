/**
 * Convex's deployment classes: how much runs at a time, and how much is written. The figures are those of
 * its page on limits, and the defaults of the backend's `crates/common/src/knobs.rs`, which are those of S16.
 */

export interface DeploymentClass {
  name: string;
  queries: number;
  mutations: number;
  /** Called ones, scheduled ones and HTTP actions together. */
  actions: number;
  /** Of the whole deployment, components included. Cron jobs have as many of their own. */
  scheduledJobs: number;
  bytesWrittenPerSecond: number;
}

const MIB = 1024 * 1024;

const CLASSES: Record<string, DeploymentClass> = {
  S16: {
    name: "S16",
    queries: 16,
    mutations: 16,
    actions: 64,
    scheduledJobs: 8,
    bytesWrittenPerSecond: 4 * MIB,
  },
  S256: {
    name: "S256",
    queries: 256,
    mutations: 256,
    actions: 512,
    scheduledJobs: 256,
    bytesWrittenPerSecond: 8 * MIB,
  },
};

/** `null` for "none": nothing is limited. */
export function findClass(name: string): DeploymentClass | null {
  if (name === "none") return null;
  const found = CLASSES[name];
  if (found !== undefined) return found;
  const names = [...Object.keys(CLASSES), "none"].join(", ");
  throw new Error(`There is no deployment class "${name}": CONVEX_LOCAL_CLASS is one of ${names}`);
}
