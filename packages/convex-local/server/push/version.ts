/** One evaluated version of the app, and the components that it mounts. */
import type { ModuleConfig, PushedModules } from "./bundles";
import type { AuthProvider, CheckedComponent, EvaluatedDefinition } from "./types";

/** Ready to run. */
export interface AppVersion {
  id: number;
  analysis: Record<string, EvaluatedDefinition>;
  app: CheckedComponent;
  auth: AuthProvider[];
  /** By definition path; `""` is the app. */
  implementations: Record<string, PushedModules & { schema: unknown }>;
  /** Sources of the app's own modules, for pushes that send changed modules only. */
  sources: Map<string, ModuleConfig>;
  serverVersion: string;
}

export type Mounted = EvaluatedDefinition & { definitionPath: string };

/** The mounted components of a version by their path, the app (`""`) first. */
export function listMountedComponents(version: AppVersion | undefined): Map<string, Mounted> {
  const result = new Map<string, Mounted>();
  const visit = ({ componentPath, definitionPath, childComponents }: CheckedComponent): void => {
    const evaluated = version?.analysis[definitionPath];
    if (evaluated !== undefined) result.set(componentPath, { ...evaluated, definitionPath });
    Object.values(childComponents).forEach(visit);
  };
  if (version !== undefined) visit(version.app);
  return result;
}
