/** Who may call what, and one call of every public function that works for whoever may make it. */
import type { ErrorCode } from "../../convex/lib/errors";
import { CHALLENGE, CODE, OPEN_CHALLENGE, type Callers, type Rows, type Shop } from "./functions";

type Kind = keyof Callers;
type Outcome = "ok" | ErrorCode;
type Row = Record<Kind, Outcome>;

export const KINDS: Kind[] = [
  "nobody",
  "guest",
  "owner",
  "other",
  "technician",
  "admin",
  "revoked",
];

const row = (rest: Outcome, special: Partial<Row> = {}): Row => ({
  nobody: "unauthenticated",
  guest: rest,
  owner: rest,
  other: rest,
  technician: rest,
  admin: rest,
  revoked: "session_expired",
  ...special,
});
/** No session is needed, and a dead one does no harm. */
const anybody = row("ok", { nobody: "ok", revoked: "ok" });
const signedIn = row("ok");
const ownerOnly = row("not_found", { owner: "ok" });
const ownerAndStaff = row("not_found", { owner: "ok", technician: "ok", admin: "ok" });
const staff = row("forbidden", { technician: "ok", admin: "ok" });
const adminOnly = row("forbidden", { admin: "ok" });

export const TABLE: Record<string, Row> = {
  "users:me": signedIn,
  "users:createUser": staff,
  "users:getUserByEmail": staff,
  "users:updateUser": signedIn,
  "users:list": staff,
  "users:setRole": adminOnly,
  "users:setBlocked": adminOnly,
  "users:setAvailability": staff,
  "users:heartbeat": staff,
  "users:endShift": adminOnly,
  "users:onDuty": staff,
  "users:exportMyData": signedIn,
  "users:getDataExport": signedIn,
  "users:markExportRead": ownerOnly,
  // The only admin.
  "users:deleteMyAccount": row("ok", { admin: "conflict" }),

  "auth:createGuestSession": anybody,
  "auth:requestCode": anybody,
  "auth:createSession": anybody,
  // Only the session that asked for the code.
  "users:verifyEmail": row("code_invalid", { owner: "ok" }),
  "users:verifyPhone": row("code_invalid", { owner: "ok" }),
  "users:removePhone": signedIn,
  "auth:refreshSession": anybody,
  "auth:validateSession": anybody,
  "auth:logout": signedIn,
  "auth:listSessions": signedIn,
  "auth:revokeSession": ownerOnly,
  "auth:revokeOtherSessions": signedIn,

  "conversations:createConversation": signedIn,
  "conversations:getUserConversations": signedIn,
  "conversations:get": ownerAndStaff,
  "conversations:updateConversation": ownerAndStaff,
  "conversations:escalateConversation": ownerAndStaff,
  "conversations:answerOffer": ownerOnly,
  "conversations:position": ownerAndStaff,
  "conversations:continueByText": ownerOnly,
  "conversations:onPage": ownerOnly,
  "conversations:markRead": ownerAndStaff,
  "conversations:rate": ownerOnly,
  "conversations:queue": staff,
  "conversations:getForStaff": staff,
  "conversations:claim": staff,
  "conversations:release": staff,
  // To the technician: their own take-over. Nobody who is not on a shift is given anything by others.
  "conversations:assign": row("forbidden", { technician: "ok", admin: "conflict" }),
  "conversations:requeue": staff,
  "conversations:snooze": staff,
  "conversations:resolve": staff,
  "conversations:reopen": staff,
  "conversations:promises": staff,
  "conversations:makePromise": staff,
  "conversations:keepPromise": staff,

  // Staff don't write as customers.
  "messages:sendMessage": ownerOnly,
  "messages:getMessages": ownerAndStaff,
  "messages:live": ownerAndStaff,
  "messages:subscribeToMessages": ownerAndStaff,
  // The technician has claimed it.
  "messages:sendStaffMessage": row("forbidden", { technician: "ok", admin: "conflict" }),
  "messages:addNote": staff,
  "messages:openOriginal": staff,
  "messages:rateMessage": ownerOnly,
  "messages:markSourceRead": ownerOnly,

  "replies:subscribeToReply": ownerAndStaff,
  "replies:watch": ownerAndStaff,
  "replies:stop": ownerOnly,
  "replies:retry": ownerOnly,

  "agents:createAgent": adminOnly,
  "agents:updateAgent": adminOnly,
  "agents:list": staff,
  "agents:getAvailableAgent": signedIn,

  "trials:start": adminOnly,
  "trials:get": adminOnly,

  "knowledge:addDocument": adminOnly,
  "knowledge:replaceDocument": adminOnly,
  "knowledge:publish": adminOnly,
  "knowledge:unpublish": adminOnly,
  "knowledge:remove": adminOnly,
  // No hours are set.
  "holidays:previewHolidays": row("forbidden", { admin: "conflict" }),
  "holidays:importHolidays": row("forbidden", { admin: "conflict" }),
  "knowledge:setHours": adminOnly,
  "knowledge:setLinkHosts": adminOnly,
  "knowledge:linkHosts": staff,
  "knowledge:hours": signedIn,
  "knowledge:list": staff,
  "knowledge:get": staff,
  "knowledge:search": staff,
  "knowledge:gaps": staff,

  "workflows:list": staff,
  "workflows:get": staff,
  "workflows:cancel": staff,
  "workflows:retry": staff,

  "analytics:overview": staff,
  "analytics:series": staff,
  "analytics:events": adminOnly,
  "analytics:checks": adminOnly,
  "health:providers": adminOnly,
};

const firstPage = { numItems: 10, cursor: null };
const newAgent = {
  slug: "network",
  name: "Network desk",
  description: "Wi-Fi.",
  prompt: "You know networks.",
  model: "openai/gpt-5-mini",
  fallbackModels: [],
  capabilities: ["network"],
  tools: ["search_knowledge"],
  status: "active",
  priority: 1,
};
const text = {
  title: "Batteries",
  category: "prices",
  format: "markdown",
  body: "# Batteries\n$89.",
};
const weekday = [["09:00", "18:00"]];
const newHours = {
  timeZone: "America/New_York",
  weekly: {
    mon: weekday,
    tue: weekday,
    wed: weekday,
    thu: weekday,
    fri: weekday,
    sat: [],
    sun: [],
  },
  holidays: [{ date: "2026-12-25", name: "Christmas Day" }],
};

type Args = (rows: Rows, shop: Shop) => Record<string, unknown>;

export const CALLS: Record<string, Args> = {
  "users:me": () => ({}),
  "users:createUser": () => ({ email: "new@example.com", name: "New", phone: "+16145550142" }),
  "users:getUserByEmail": () => ({ email: "ann@example.com" }),
  "users:updateUser": () => ({ name: "Another Name" }),
  "users:list": () => ({ role: "customer", paginationOpts: firstPage }),
  "users:exportMyData": () => ({}),
  "users:getDataExport": () => ({}),
  "users:markExportRead": ({ exported }) => ({ exportId: exported }),
  "users:deleteMyAccount": () => ({ confirm: "DELETE" }),
  "users:setRole": ({ person }) => ({ userId: person, role: "technician" }),
  "users:setAvailability": () => ({ available: true, skills: ["hardware"], capacity: 3 }),
  "users:heartbeat": () => ({}),
  "users:endShift": ({ staff }) => ({ userId: staff }),
  "users:onDuty": () => ({}),
  "users:setBlocked": ({ person }) => ({ userId: person, blocked: true }),

  "auth:createGuestSession": () => ({}),
  "auth:requestCode": () => ({ email: "someone@example.com" }),
  "auth:createSession": () => ({ challenge: OPEN_CHALLENGE, code: CODE }),
  "users:verifyEmail": () => ({ challenge: CHALLENGE, code: CODE }),
  "users:verifyPhone": () => ({ challenge: CHALLENGE, code: CODE }),
  "users:removePhone": () => ({}),
  "auth:refreshSession": (_, { refreshToken }) => ({ refreshToken }),
  "auth:validateSession": () => ({ accessToken: "not.a.token" }),
  "auth:logout": () => ({}),
  "auth:listSessions": () => ({}),
  "auth:revokeSession": ({ session }) => ({ sessionId: session }),
  "auth:revokeOtherSessions": () => ({}),

  "conversations:createConversation": () => ({
    message: { text: "Hello", clientMessageId: "client-1" },
  }),
  "conversations:getUserConversations": () => ({ paginationOpts: firstPage }),
  "conversations:get": ({ asked }) => ({ conversationId: asked }),
  "conversations:updateConversation": ({ asked }) => ({
    conversationId: asked,
    contact: { name: "Ann", email: "ann@example.com", phone: "+16145550142" },
  }),
  "conversations:escalateConversation": ({ asked }) => ({
    conversationId: asked,
    note: "A person, please.",
  }),
  "conversations:answerOffer": ({ asked }) => ({ conversationId: asked, accept: true }),
  "conversations:position": ({ asked }) => ({ conversationId: asked }),
  "conversations:continueByText": ({ asked }) => ({ conversationId: asked, on: false }),
  "conversations:onPage": ({ asked, answer }) => ({
    conversationId: asked,
    shows: answer,
    leaving: true,
  }),
  "conversations:markRead": ({ asked }) => ({ conversationId: asked }),
  "conversations:rate": ({ asked }) => ({ conversationId: asked, score: 5, comment: "Good." }),
  "conversations:queue": () => ({ view: "all" }),
  "conversations:getForStaff": ({ asked }) => ({ conversationId: asked }),
  "conversations:claim": ({ asked }) => ({ conversationId: asked }),
  "conversations:release": ({ claimed }) => ({ conversationId: claimed }),
  "conversations:assign": ({ asked, staff }) => ({
    conversationId: asked,
    userId: staff,
    note: "Knows this customer.",
  }),
  "conversations:requeue": ({ claimed }) => ({ conversationId: claimed, note: "Not my field." }),
  "conversations:snooze": ({ asked }) => ({ conversationId: asked, until: Date.now() + 60_000 }),
  "conversations:resolve": ({ asked }) => ({ conversationId: asked, summary: "A new cable." }),
  "conversations:reopen": ({ asked }) => ({ conversationId: asked }),
  "conversations:promises": () => ({}),
  "conversations:makePromise": ({ claimed }) => ({
    conversationId: claimed,
    text: "We call you by three.",
    dueAt: Date.now() + 60_000,
  }),
  "conversations:keepPromise": ({ promised }) => ({ workflowId: promised }),

  "messages:sendMessage": ({ asked }) => ({
    conversationId: asked,
    text: "How long?",
    clientMessageId: "client-2",
    attachments: [],
  }),
  "messages:live": ({ asked }) => ({ conversationId: asked, after: 0 }),
  "messages:getMessages": ({ asked }) => ({ conversationId: asked, paginationOpts: firstPage }),
  "messages:subscribeToMessages": ({ asked }) => ({ conversationId: asked }),
  "messages:sendStaffMessage": ({ claimed }) => ({
    conversationId: claimed,
    text: "On it.",
    clientMessageId: "client-3",
  }),
  "messages:addNote": ({ asked }) => ({ conversationId: asked, text: "Known customer." }),
  "messages:openOriginal": ({ question }) => ({ messageId: question }),
  "messages:rateMessage": ({ answer }) => ({ messageId: answer, score: "up", comment: "Clear." }),
  "messages:markSourceRead": ({ answer }) => ({ messageId: answer, n: 1 }),

  "replies:subscribeToReply": ({ asked }) => ({ conversationId: asked }),
  "replies:watch": ({ asked }) => ({ conversationId: asked }),
  "replies:stop": ({ asked }) => ({ conversationId: asked }),
  "replies:retry": ({ asked }) => ({ conversationId: asked }),

  "agents:createAgent": () => newAgent,
  "agents:updateAgent": ({ agent }) => {
    const { slug: _, ...changes } = newAgent;
    return { agentId: agent, ...changes };
  },
  "agents:list": () => ({}),
  "agents:getAvailableAgent": () => ({ capability: "network" }),

  "trials:start": ({ agent }) => ({
    agentId: agent,
    change: { model: "openai/gpt-5" },
    exchanges: 0,
    lines: [{ question: "How much is a screen?", slugs: [] }],
    limitUsd: 1,
  }),
  "trials:get": ({ trial }) => ({ trialId: trial }),

  "knowledge:addDocument": () => ({ ...text, slug: "batteries" }),
  "knowledge:replaceDocument": ({ document }) => ({ documentId: document, ...text }),
  "knowledge:publish": ({ document }) => ({ documentId: document }),
  "knowledge:unpublish": ({ document }) => ({ documentId: document }),
  "knowledge:remove": ({ document }) => ({ documentId: document }),
  "holidays:previewHolidays": () => ({ source: { kind: "region", region: "US-OH" } }),
  "holidays:importHolidays": () => ({ source: { kind: "region", region: "US-OH" } }),
  "knowledge:setHours": () => ({ hours: newHours }),
  "knowledge:setLinkHosts": () => ({ hosts: ["book.example.com"] }),
  "knowledge:linkHosts": () => ({}),
  "knowledge:hours": () => ({ from: Date.UTC(2026, 10, 25) }),
  "knowledge:list": () => ({ category: "prices", paginationOpts: firstPage }),
  "knowledge:get": ({ document }) => ({ documentId: document }),
  "knowledge:search": () => ({ question: "How much is a screen?" }),
  "knowledge:gaps": () => ({}),

  "workflows:list": () => ({ kind: "ingest", state: "done", paginationOpts: firstPage }),
  "workflows:get": ({ process }) => ({ workflowId: process }),
  "workflows:cancel": ({ promised }) => ({ workflowId: promised }),
  "workflows:retry": ({ stuck }) => ({ workflowId: stuck }),

  "analytics:overview": () => ({ from: 0 }),
  "analytics:series": () => ({ period: "day", from: 0 }),
  "analytics:checks": () => ({}),
  "health:providers": () => ({ now: 0 }),
  "analytics:events": ({ asked }) => ({
    type: "claimed",
    conversationId: asked,
    paginationOpts: firstPage,
  }),
};
