/** One call of every public function that works for whoever may make it. */
import { CHALLENGE, CODE, OPEN_CHALLENGE, type Rows, type Shop } from "./test.functions";

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

type Args = (rows: Rows, shop: Shop) => Record<string, unknown>;

export const CALLS: Record<string, Args> = {
  "users:me": () => ({}),
  "users:createUser": () => ({ email: "new@example.com", name: "New", phone: "+16145550142" }),
  "users:getUserByEmail": () => ({ email: "ann@example.com" }),
  "users:updateUser": () => ({ name: "Another Name" }),
  "users:list": () => ({ role: "customer", paginationOpts: firstPage }),
  "users:setRole": ({ person }) => ({ userId: person, role: "technician" }),
  "users:setBlocked": ({ person }) => ({ userId: person, blocked: true }),

  "auth:createGuestSession": () => ({}),
  "auth:requestCode": () => ({ email: "someone@example.com" }),
  "auth:createSession": () => ({ challenge: OPEN_CHALLENGE, code: CODE }),
  "users:verifyEmail": () => ({ challenge: CHALLENGE, code: CODE }),
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
  "conversations:markRead": ({ asked }) => ({ conversationId: asked }),
  "conversations:rate": ({ asked }) => ({ conversationId: asked, score: 5, comment: "Good." }),
  "conversations:queue": () => ({ view: "all" }),
  "conversations:getForStaff": ({ asked }) => ({ conversationId: asked }),
  "conversations:claim": ({ asked }) => ({ conversationId: asked }),
  "conversations:release": ({ claimed }) => ({ conversationId: claimed }),
  "conversations:assign": ({ asked, staff }) => ({ conversationId: asked, userId: staff }),
  "conversations:snooze": ({ asked }) => ({ conversationId: asked, until: Date.now() + 60_000 }),
  "conversations:resolve": ({ asked }) => ({ conversationId: asked }),
  "conversations:reopen": ({ asked }) => ({ conversationId: asked }),

  "messages:sendMessage": ({ asked }) => ({
    conversationId: asked,
    text: "How long?",
    clientMessageId: "client-2",
    attachments: [],
  }),
  "messages:getMessages": ({ asked }) => ({ conversationId: asked, paginationOpts: firstPage }),
  "messages:subscribeToMessages": ({ asked }) => ({ conversationId: asked }),
  "messages:sendStaffMessage": ({ claimed }) => ({
    conversationId: claimed,
    text: "On it.",
    clientMessageId: "client-3",
  }),
  "messages:addNote": ({ asked }) => ({ conversationId: asked, text: "Known customer." }),
  "messages:rateMessage": ({ answer }) => ({ messageId: answer, score: "up", comment: "Clear." }),
  "messages:generateUploadUrl": () => ({}),

  "replies:subscribeToReply": ({ asked }) => ({ conversationId: asked }),
  "replies:stop": ({ asked }) => ({ conversationId: asked }),
  "replies:retry": ({ asked }) => ({ conversationId: asked }),

  "agents:createAgent": () => newAgent,
  "agents:updateAgent": ({ agent }) => {
    const { slug: _, ...changes } = newAgent;
    return { agentId: agent, ...changes };
  },
  "agents:list": () => ({}),
  "agents:getAvailableAgent": () => ({ capability: "network" }),

  "knowledge:addDocument": () => ({ ...text, slug: "batteries" }),
  "knowledge:replaceDocument": ({ document }) => ({ documentId: document, ...text }),
  "knowledge:publish": ({ document }) => ({ documentId: document }),
  "knowledge:unpublish": ({ document }) => ({ documentId: document }),
  "knowledge:remove": ({ document }) => ({ documentId: document }),
  "knowledge:list": () => ({ category: "prices", paginationOpts: firstPage }),
  "knowledge:get": ({ document }) => ({ documentId: document }),
  "knowledge:search": () => ({ question: "How much is a screen?" }),
  "knowledge:gaps": () => ({}),

  "workflows:list": () => ({ kind: "ingest", state: "done", paginationOpts: firstPage }),
  "workflows:get": ({ process }) => ({ workflowId: process }),

  "analytics:overview": () => ({ from: 0 }),
  "analytics:series": () => ({ period: "day", from: 0 }),
  "analytics:events": ({ asked }) => ({
    type: "claimed",
    conversationId: asked,
    paginationOpts: firstPage,
  }),
};
