/** An offline stand-in for a Convex deployment: what other packages may use of it. */
export { startDeployment, PortInUseError } from "./server/main";
export type { DeploymentOptions, RunningDeployment } from "./server/main";
export { PUSH, cliVariables, convexCliPath, runConvexCli, startConvexCli } from "./cli";
export type { CliResult, CliTarget, RunningCli } from "./cli";
export { Engine } from "./engine/engine";
export { getIndexedSize } from "./engine/documents";
export type { CallOptions, ComponentVersion, EngineOptions } from "./engine/engine";
export type { CommittedMutation, FunctionEvent, LogLine, RowCost } from "./engine/context";
export { touchesRead } from "./engine/ranges";
export type { Change, Read } from "./engine/ranges";
export type { FunctionResult } from "./engine/results";
