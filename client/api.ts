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
import type * as assists from "../convex/assists";
import type * as auth from "../convex/auth";
import type * as budget from "../convex/budget";
import type * as channels from "../convex/channels";
import type * as conversations from "../convex/conversations";
import type * as customers from "../convex/customers";
import type * as desk from "../convex/desk";
import type * as drafts from "../convex/drafts";
import type * as editing from "../convex/editing";
import type * as embeddings from "../convex/embeddings";
import type * as firstDay from "../convex/firstDay";
import type * as gaps from "../convex/gaps";
import type * as health from "../convex/health";
import type * as guardrails from "../convex/guardrails";
import type * as holidays from "../convex/holidays";
import type * as hours from "../convex/hours";
import type * as imports from "../convex/imports";
import type * as knowledge from "../convex/knowledge";
import type * as labels from "../convex/labels";
import type * as mentions from "../convex/mentions";
import type * as messages from "../convex/messages";
import type { PublicMessage } from "../convex/model/conversations/publicMessage";
import type { vAgentForStaff } from "../convex/model/agents/agents";
import type { vProcessForStaff } from "../convex/model/processes/processes";
import type { CustomerPanel } from "../convex/model/desk/customerPanel";
import type { MergePreview } from "../convex/model/accounts/merge";
import type { vStaffConversation } from "../convex/model/conversations/publicConversation";
import type * as presence from "../convex/presence";
import type * as recalls from "../convex/recalls";
import type * as replies from "../convex/replies";
import type * as savedReplies from "../convex/savedReplies";
import type * as shop from "../convex/shop";
import type * as sources from "../convex/sources";
import type * as staff from "../convex/staff";
import type * as targets from "../convex/targets";
import type * as transcripts from "../convex/transcripts";
import type * as trials from "../convex/trials";
import type * as users from "../convex/users";
import type * as versions from "../convex/versions";
import type * as weekly from "../convex/weekly";
import type * as workflows from "../convex/workflows";

type Modules = ApiFromModules<{
  agents: typeof agents;
  analytics: typeof analytics;
  assists: typeof assists;
  auth: typeof auth;
  budget: typeof budget;
  channels: typeof channels;
  conversations: typeof conversations;
  customers: typeof customers;
  desk: typeof desk;
  drafts: typeof drafts;
  editing: typeof editing;
  embeddings: typeof embeddings;
  firstDay: typeof firstDay;
  gaps: typeof gaps;
  guardrails: typeof guardrails;
  health: typeof health;
  holidays: typeof holidays;
  hours: typeof hours;
  imports: typeof imports;
  knowledge: typeof knowledge;
  labels: typeof labels;
  mentions: typeof mentions;
  messages: typeof messages;
  presence: typeof presence;
  recalls: typeof recalls;
  replies: typeof replies;
  savedReplies: typeof savedReplies;
  shop: typeof shop;
  sources: typeof sources;
  staff: typeof staff;
  targets: typeof targets;
  transcripts: typeof transcripts;
  trials: typeof trials;
  users: typeof users;
  versions: typeof versions;
  weekly: typeof weekly;
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
/** What the desk shows about a conversation's customer, and what merging them with another person would do. */
export type { CustomerPanel, MergePreview };
/** An AI agent with its prompt, models and figures. */
export type AgentForStaff = Infer<typeof vAgentForStaff>;
/** A durable process: a reply, the reading in of a document. */
export type ProcessForStaff = Infer<typeof vProcessForStaff>;
