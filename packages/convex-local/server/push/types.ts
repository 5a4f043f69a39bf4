/**
 * The shapes of the push protocol, as far as the local deployment reads or writes them. They follow
 * `src/cli/lib/deployApi/` of the `convex` package, where the CLI validates them.
 */
import type { ModuleConfig } from "./bundles";

interface AppDefinitionConfig {
  definition: ModuleConfig | null;
  dependencies: string[];
  schema: ModuleConfig | null;
  changedModules: ModuleConfig[];
  unchangedModuleHashes: { path: string; environment: "isolate" | "node"; sha256: string }[];
  udfServerVersion: string;
}

interface ComponentDefinitionConfig {
  definitionPath: string;
  definition: ModuleConfig;
  dependencies: string[];
  schema: ModuleConfig | null;
  functions: ModuleConfig[];
  udfServerVersion: string;
}

export interface StartPushRequest {
  adminKey: string;
  dryRun: boolean;
  functions: string;
  appDefinition: AppDefinitionConfig;
  componentDefinitions: ComponentDefinitionConfig[];
  nodeDependencies: { name: string; version: string }[];
  nodeVersion?: string;
}

type UdfType = "Query" | "Mutation" | "Action";

export interface AnalyzedFunction {
  name: string;
  pos: null;
  udfType: UdfType;
  visibility: { kind: "public" } | { kind: "internal" };
  /** Validators as JSON strings. */
  args: string | null;
  returns: string | null;
}

export interface CronSpec {
  udfPath: string;
  udfArgs: unknown;
  cronSchedule: Record<string, unknown>;
}

export interface AnalyzedModule {
  functions: AnalyzedFunction[];
  httpRoutes: { method: string; path: string }[] | null;
  cronSpecs: [string, CronSpec][] | null;
  sourceMapped: null;
}

export interface ComponentExports {
  type: "leaf" | "branch";
  leaf?: string;
  branch?: [string, ComponentExports][];
}

export interface ComponentDefinitionMetadata {
  path: string;
  definitionType: { type: "app" } | { type: "childComponent"; name: string };
  childComponents: {
    name: string;
    path: string;
    env?: [string, { type: "value"; value: string } | { type: "envVar"; name: string }][] | null;
  }[];
  httpMounts: Record<string, string>;
  exports: { type: "branch"; branch: [string, ComponentExports][] };
  envVars?: [string, { type: "value"; value: string; optional?: boolean }][] | null;
}

interface IndexDefinition {
  indexDescriptor: string;
  fields: string[];
}

interface SearchIndexDefinition {
  indexDescriptor: string;
  searchField: string;
  filterFields: string[];
}

interface VectorIndexDefinition {
  indexDescriptor: string;
  vectorField: string;
  dimensions: number;
  filterFields: string[];
}

/** Staged indexes and validators are declared and not in force. */
export interface AnalyzedTable {
  tableName: string;
  indexes: IndexDefinition[];
  stagedDbIndexes?: IndexDefinition[];
  searchIndexes?: SearchIndexDefinition[];
  stagedSearchIndexes?: SearchIndexDefinition[];
  vectorIndexes?: VectorIndexDefinition[];
  stagedVectorIndexes?: VectorIndexDefinition[];
  documentType: unknown;
  stagedDocumentType?: unknown;
}

export interface AnalyzedSchema {
  tables: AnalyzedTable[];
  schemaValidation: boolean;
}

export interface EvaluatedDefinition {
  definition: ComponentDefinitionMetadata;
  schema: AnalyzedSchema | null;
  functions: Record<string, AnalyzedModule>;
  udfConfig: {
    serverVersion: string;
    importPhaseRngSeed: unknown;
    importPhaseUnixTimestamp: unknown;
  };
}

export interface CheckedComponent {
  definitionPath: string;
  componentPath: string;
  args: Record<string, unknown>;
  childComponents: Record<string, CheckedComponent>;
  httpRoutes: { httpModuleRoutes: { method: string; path: string }[] | null; mounts: string[] };
  exports: Record<string, unknown>;
}

export interface AuthProvider {
  type?: "customJwt";
  /** For `customJwt` */
  issuer?: string;
  jwks?: string;
  algorithm?: string;
  /** For OIDC */
  domain?: string;
  applicationID: string | null;
}
