/** The mounted components of a version. */
import type { AppVersion } from "./push";
import type { CheckedComponent, EvaluatedDefinition } from "./types";

export type Mounted = EvaluatedDefinition & { definitionPath: string };

/** By component path, the app (`""`) first. */
export function mountedComponents(version: AppVersion | undefined): Map<string, Mounted> {
  const result = new Map<string, Mounted>();
  const visit = ({ componentPath, definitionPath, childComponents }: CheckedComponent): void => {
    const evaluated = version?.analysis[definitionPath];
    if (evaluated !== undefined) result.set(componentPath, { ...evaluated, definitionPath });
    Object.values(childComponents).forEach(visit);
  };
  if (version !== undefined) visit(version.app);
  return result;
}
