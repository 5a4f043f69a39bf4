/**
 * What other packages call this backend with, as `@computer-guys/support-backend/api`: the public functions
 * with the types of their arguments and results, and the shapes that they answer. `internal` is not here.
 *
 * The modules are named one by one because the generated `api` also holds the modules of `model/` and
 * `providers/`: a consumer's editor would read all of their types to find that none of it is public.
 * `api.test.ts` holds this list to the generated one.
 */
import {
  anyApi,
  type ApiFromModules,
  type FilterApi,
  type FunctionReference,
  type FunctionType,
} from "convex/server";
import type { Infer } from "convex/values";
import type * as agents from "../convex/agents";
import type * as analytics from "../convex/analytics";
import type * as auth from "../convex/auth";
import type * as conversations from "../convex/conversations";
import type * as health from "../convex/health";
import type * as holidays from "../convex/holidays";
import type * as knowledge from "../convex/knowledge";
import type * as messages from "../convex/messages";
import type { PublicMessage } from "../convex/model/conversations/publicMessage";
import type { vAgentForStaff } from "../convex/model/agents/agents";
import type { vProcessForStaff } from "../convex/model/processes/processes";
import type { vStaffConversation } from "../convex/model/conversations/publicConversation";
import type * as replies from "../convex/replies";
import type * as trials from "../convex/trials";
import type * as users from "../convex/users";
import type * as workflows from "../convex/workflows";

type Modules = ApiFromModules<{
  agents: typeof agents;
  analytics: typeof analytics;
  auth: typeof auth;
  conversations: typeof conversations;
  health: typeof health;
  holidays: typeof holidays;
  knowledge: typeof knowledge;
  messages: typeof messages;
  replies: typeof replies;
  trials: typeof trials;
  users: typeof users;
  workflows: typeof workflows;
}>;

/**
 * The public functions, for `useQuery`, `ConvexHttpClient` and every other client of Convex:
 * `api.messages.sendMessage`. Expected refusals are errors of `@computer-guys/support-backend/errors`.
 */
export const api = anyApi as unknown as FilterApi<
  Modules,
  FunctionReference<FunctionType, "public">
>;

export type { DataModel, Doc, Id, TableNames } from "../convex/_generated/dataModel";
export type { LiveReply, PublicMessage } from "../convex/model/conversations/publicMessage";
export type { PublicConversation } from "../convex/model/conversations/publicConversation";
export type { OwnUser, PublicUser } from "../convex/model/accounts/publicUser";

/** A passage that an answer rests on. `n` is its number in the text, `[n]`. */
export type Citation = NonNullable<PublicMessage["citations"]>[number];
/** A conversation as the technicians' desk shows it. */
export type StaffConversation = Infer<typeof vStaffConversation>;
/** An AI agent with its prompt, models and figures. */
export type AgentForStaff = Infer<typeof vAgentForStaff>;
/** A durable process: a reply, the reading in of a document. */
export type ProcessForStaff = Infer<typeof vProcessForStaff>;
