/**
 * Leaf validators, each field declared once. Tables (`schema.ts`), arguments and return values derive
 * from these. Rows that go through several states are unions tagged by one field, so that impossible
 * combinations can't be stored.
 */
export * from "./validators/agents";
export * from "./validators/analytics";
export * from "./validators/base";
export * from "./validators/conversations";
export * from "./validators/knowledge";
export * from "./validators/messages";
export * from "./validators/people";
export * from "./validators/processes";
