/**
 * What a consumer relies on, as types. `npx pnpm typecheck` compiles it under `tsconfig.json` (bundler) and
 * `tsconfig.nodenext.json`; nothing here runs. Each `@ts-expect-error` is a mistake that must not compile.
 */
import {
  api,
  type AgentForStaff,
  type Citation,
  type DataModel,
  type Doc,
  type Id,
  type LiveReply,
  type ProcessForStaff,
  type PublicConversation,
  type PublicMessage,
  type OwnUser,
  type StaffConversation,
} from "@computer-guys/support-backend/api";
import {
  ERROR_CODES,
  isAppError,
  type AppErrorData,
  type ErrorCode,
} from "@computer-guys/support-backend/errors";
import {
  createBrowserAuth,
  problemOf,
  SessionBoundary,
  SupportAuthProvider,
  useSession,
  type AuthCore,
} from "@computer-guys/support-web/auth";
import {
  chatQueries,
  Outbox,
  useConversation,
  useFile,
  useOpenConversation,
  type useSaveFile,
  useSmoothText,
  type Conversation,
  type Row,
  type Thread,
  type Upload,
} from "@computer-guys/support-web/conversation";
import { SupportWidget, type SupportWidgetApi } from "@computer-guys/support-web/widget";
import type { ConvexClient, ConvexHttpClient } from "convex/browser";
import { ConvexReactClient, useMutation, usePaginatedQuery, useQuery } from "convex/react";
import type { FunctionArgs, FunctionReference, FunctionReturnType } from "convex/server";
import type { ConvexError } from "convex/values";
import type { ReactNode } from "react";

/** True for equal types only; `any` equals nothing but itself. */
type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type IsAny<T> = 0 extends 1 & T ? true : false;
/** A type parameter that must be `true`: a wrong claim is an error where it is made. */
export declare function claim<_True extends true>(): void;

/** Whether `any` is somewhere in a type, six levels deep. `""` keeps branded ids from being taken apart. */
type HasAny<T, Depth extends unknown[] = []> =
  IsAny<T> extends true
    ? true
    : Depth["length"] extends 6
      ? false
      : T extends string | number | boolean | bigint | null | undefined | ArrayBuffer
        ? false
        : T extends readonly (infer Each)[]
          ? HasAny<Each, [...Depth, 0]>
          : T extends object
            ? true extends { [K in keyof T]-?: HasAny<T[K], [...Depth, 0]> }[keyof T]
              ? true
              : false
            : IsAny<T>;

/** Names of the functions, "module.name", whose arguments or results aren't fully typed. */
type Untyped<Api> = {
  [M in keyof Api & string]: {
    [F in keyof Api[M] & string]: Api[M][F] extends FunctionReference<
      "query" | "mutation" | "action",
      "public",
      infer Args,
      infer Result
    >
      ? true extends HasAny<Args> | HasAny<Result>
        ? `${M}.${F}`
        : never
      : `${M}.${F} is no public function`;
  }[keyof Api[M] & string];
}[keyof Api & string];

claim<Equal<HasAny<{ a: { b: any }[] }>, true>>();
claim<Equal<Untyped<typeof api>, never>>();
claim<
  Equal<
    keyof typeof api,
    | "agents"
    | "analytics"
    | "assists"
    | "auth"
    | "budget"
    | "channels"
    | "conversations"
    | "customers"
    | "desk"
    | "drafts"
    | "editing"
    | "embeddings"
    | "firstDay"
    | "gaps"
    | "guardrails"
    | "health"
    | "holidays"
    | "hours"
    | "labels"
    | "mentions"
    | "imports"
    | "knowledge"
    | "messages"
    | "presence"
    | "recalls"
    | "replies"
    | "savedReplies"
    | "shop"
    | "sources"
    | "staff"
    | "targets"
    | "transcripts"
    | "trials"
    | "users"
    | "versions"
    | "weekly"
    | "workflows"
  >
>();

export function typedQueries(conversationId: Id<"conversations">, userId: Id<"users">) {
  const messages = useQuery(api.messages.subscribeToMessages, { conversationId });
  claim<Equal<typeof messages, PublicMessage[] | undefined>>();
  // The reply being written is the last of them, with what it is doing as long as it has no text.
  const last = messages?.at(-1);
  if (last?.status === "streaming") {
    claim<Equal<typeof last.activity, LiveReply["activity"] | undefined>>();
  }
  // @ts-expect-error an array, not an object around one
  void messages?.reply;
  const { results } = usePaginatedQuery(
    api.messages.getMessages,
    { conversationId },
    { initialNumItems: 10 },
  );
  claim<Equal<typeof results, PublicMessage[]>>();
  const conversation = useQuery(api.conversations.get, { conversationId });
  claim<Equal<typeof conversation, PublicConversation | undefined>>();

  // @ts-expect-error a missing argument
  useQuery(api.conversations.get, {});
  // @ts-expect-error an id of another table
  useQuery(api.conversations.get, { conversationId: userId });
  // @ts-expect-error any string is no id
  useQuery(api.conversations.get, { conversationId: "conversation" });
  // @ts-expect-error a mutation is no query
  useQuery(api.replies.stop, { conversationId });
  // @ts-expect-error there is no such function
  useQuery(api.conversations.getAll, {});
  // @ts-expect-error the pipeline's own step: only the backend may call it
  useMutation(api.messages.sendAgentMessage);
  // @ts-expect-error a module without public functions
  void api.crons;
}

export async function typedClients(http: ConvexHttpClient, live: ConvexClient) {
  const { accessToken, user } = await http.action(api.auth.createGuestSession, {});
  claim<Equal<typeof accessToken, string>>();
  claim<Equal<typeof user, OwnUser>>();
  const { conversationId } = await http.mutation(api.conversations.createConversation, {});
  claim<Equal<typeof conversationId, Id<"conversations">>>();
  live.onUpdate(api.replies.subscribeToReply, { conversationId }, (reply) => {
    claim<Equal<typeof reply, LiveReply | null>>();
  });
  await http.mutation(api.messages.sendMessage, { conversationId, text: "Hello" });
  // @ts-expect-error the text is a string
  await http.mutation(api.messages.sendMessage, { conversationId, text: 1 });
  // @ts-expect-error no such argument
  await http.mutation(api.messages.sendMessage, { conversationId, text: "", urgent: true });
}

/** The internal API has no way in: not by a name, not by a path. */
// @ts-expect-error not exported
export type { internal } from "@computer-guys/support-backend/api";
// @ts-expect-error not exported by the package
export type { Doc as Deep } from "@computer-guys/support-backend/convex/_generated/dataModel";

export function typedErrors(error: unknown): string {
  if (!isAppError(error)) return problemOf(error).message;
  claim<Equal<typeof error, ConvexError<AppErrorData>>>();
  const code: ErrorCode = error.data.code;
  // @ts-expect-error the codes are a closed union
  if (code === "not_there") return "";
  return `${ERROR_CODES.indexOf(code)}: ${error.data.message}`;
}

claim<Equal<Citation["n"], number>>();
claim<Equal<StaffConversation["_id"], Id<"conversations">>>();
claim<Equal<AgentForStaff["_id"], Id<"agents">>>();
claim<Equal<ProcessForStaff["_id"], Id<"workflows">>>();
claim<Equal<Doc<"messages">["_id"], Id<"messages">>>();
claim<Equal<"conversations" extends keyof DataModel ? true : false, true>>();
claim<Equal<FunctionReturnType<typeof api.users.me>, OwnUser>>();
claim<Equal<FunctionArgs<typeof api.replies.stop>, { conversationId: Id<"conversations"> }>>();
// @ts-expect-error there is no such table
export type Nothing = Doc<"orders">;

const url = "https://example.convex.cloud";
const auth: AuthCore = createBrowserAuth(url, api.auth, "shop");
const client = new ConvexReactClient(url, { initialAuthTokenReuse: true });

export function Provided({ children }: { children: ReactNode }) {
  return (
    <SupportAuthProvider auth={auth} client={client}>
      <SessionBoundary fallback={(error, retry) => <Retry words={typedErrors(error)} on={retry} />}>
        {children}
      </SessionBoundary>
    </SupportAuthProvider>
  );
}

declare function Retry(props: { words: string; on: () => void }): ReactNode;

export function typedHooks() {
  const { sessionId } = useSession();
  claim<Equal<typeof sessionId, string | null>>();
  const { view, onCreated, open } = useOpenConversation();
  const chat = useConversation(view.conversationId, onCreated);
  claim<Equal<typeof chat, Conversation>>();
  claim<Equal<HasAny<Conversation>, false>>();
  claim<Equal<(typeof chat)["rows"], Row[]>>();
  claim<Equal<Thread["live"], LiveReply | null>>();
  claim<Equal<ReturnType<typeof chat.send>, string>>();
  claim<Equal<(typeof chat)["uploads"], readonly Upload[]>>();
  chat.attach([new File([], "photo.png")]);
  const attachment = chat.rows[0]?.message?.attachments?.[0];
  const { src } = useFile(attachment?.url ?? null);
  claim<Equal<typeof src, string | null>>();
  claim<Equal<ReturnType<typeof useSaveFile>, (url: string, name: string) => Promise<void>>>();
  // @ts-expect-error a score is a number
  void chat.rate("good");
  // @ts-expect-error an id of another table
  open(chat.rows[0]?.id);
  const { text, caughtUp } = useSmoothText("", { done: false, attempt: 1 });
  claim<Equal<typeof text, string>>();
  return { caughtUp, queries: chatQueries };
}

export const outbox = new Outbox({ deliver: () => Promise.resolve() });

export function typedWidget(api: SupportWidgetApi): ReactNode[] {
  claim<Equal<ReturnType<typeof api.open>, void>>();
  const origin = "https://support.joes.shop";
  return [
    <SupportWidget origin={origin} accent="#7a2048" onUnread={(unread) => unread.toFixed()} />,
    <SupportWidget origin={origin} identity={{ visitor: "7", token: async () => "signed" }} />,
    // @ts-expect-error where the chat is must be said
    <SupportWidget />,
    // @ts-expect-error there are two sides
    <SupportWidget origin={origin} side="top" />,
    // @ts-expect-error a token is somebody's
    <SupportWidget origin={origin} identity={{ token: "signed" }} />,
  ];
}
