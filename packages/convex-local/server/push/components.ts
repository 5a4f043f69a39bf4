/** How a push changes the mounted components: what `finish_push` reports and the CLI prints. */
import { diffIndexes, type IndexDiff } from "./indexes";
import { listMountedComponents, type AppVersion, type Mounted } from "./version";

interface ComponentDiff {
  diffType: { type: "create" | "modify" | "unmount" | "remount" };
  moduleDiff: { added: string[]; removed: string[] };
  udfConfigDiff: null;
  cronDiff: { added: string[]; updated: string[]; deleted: string[] };
  indexDiff: IndexDiff;
  schemaDiff: null;
}

/** What `finish_push` reports. `known` are components that were mounted once and have kept their data. */
export function diffComponents(
  before: AppVersion | undefined,
  after: AppVersion,
  known: ReadonlySet<string>,
): Record<string, ComponentDiff> {
  const old = listMountedComponents(before);
  const now = listMountedComponents(after);
  const indexes = diffIndexes(before, after);
  const none = {
    added_indexes: [],
    removed_indexes: [],
    enabled_indexes: [],
    disabled_indexes: [],
  };
  const result: Record<string, ComponentDiff> = {};
  for (const path of new Set([...now.keys(), ...old.keys()])) {
    const type = now.has(path)
      ? old.has(path)
        ? "modify"
        : path !== "" && known.has(path)
          ? "remount"
          : "create"
      : "unmount";
    result[path] = {
      diffType: { type },
      moduleDiff: diffKeys(old.get(path)?.functions, now.get(path)?.functions),
      udfConfigDiff: null,
      cronDiff: diffCrons(old.get(path), now.get(path)),
      indexDiff: indexes[path] ?? none,
      schemaDiff: null,
    };
  }
  return result;
}

function diffKeys(before: object | undefined, after: object | undefined) {
  const old = new Set(Object.keys(before ?? {}));
  const now = new Set(Object.keys(after ?? {}));
  return {
    added: [...now].filter((key) => !old.has(key)),
    removed: [...old].filter((key) => !now.has(key)),
  };
}

function diffCrons(before: Mounted | undefined, after: Mounted | undefined) {
  const old = new Map(before?.functions["crons.js"]?.cronSpecs ?? []);
  const now = new Map(after?.functions["crons.js"]?.cronSpecs ?? []);
  const { added, removed } = diffKeys(Object.fromEntries(old), Object.fromEntries(now));
  const updated = [...now.keys()].filter(
    (name) => old.has(name) && JSON.stringify(old.get(name)) !== JSON.stringify(now.get(name)),
  );
  return { added, updated, deleted: removed };
}
