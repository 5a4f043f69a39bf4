/**
 * What every fault of every provider comes to, for as long as it lasts. `matrix.test.ts` makes each happen and compares;
 * `docs/faults.md` shows the same table, and is compared too.
 */
export const FAULTS = {
  refused: "connection refused",
  "status 401": "401, the key is wrong",
  "status 402": "402, no credit",
  "status 429": "429, too many requests",
  "status 500": "500",
  stall: "never answers",
  cut: "cut in the middle",
  slow: "slow, within its time",
  malformed: "malformed answer",
  endless: "an answer without end",
} as const;
export type Fault = keyof typeof FAULTS;

/** What the customer sees. */
export const CUSTOMER = {
  answer: "the answer",
  by_words: "the answer, from passages found by their words",
  people: "that the assistant can't answer now, and that a technician has the question",
  cut_answer: "the answer as far as one may go, marked as cut",
  code: "the code",
  told: "that the code could not be sent, and what to do",
  text: "the text, once",
  no_text: "nothing; no text goes twice",
  picture: "nothing: the picture is with the shop",
  no_picture: "nothing; the text itself is with the shop",
} as const;

/** What staff see. */
export const STAFF = {
  nothing: "nothing",
  health: "`/health` is degraded, for 15 minutes after the last failure",
  queue: "the conversation in the queue; `/health` degraded",
  queue_alert: "the conversation in the queue; admins are alerted once; `/health` degraded",
  alert: "admins are alerted once; `/health` degraded until it works again",
  task: "a note in the conversation, which is theirs; `/health` degraded",
  task_alert:
    "a note in the conversation, which is theirs; admins are alerted once; `/health` degraded",
  note: "a note in the conversation that a file is missing",
} as const;

export type Cell = {
  customer: keyof typeof CUSTOMER;
  staff: keyof typeof STAFF;
  /** Within so many seconds of the deployment's clock. */
  within: number;
  /** Requests that reach the provider. */
  requests: number;
  /** Whether the model's tokens are paid for. */
  paid?: true;
};

const cell = (
  customer: Cell["customer"],
  staff: Cell["staff"],
  within: number,
  requests: number,
  paid?: true,
): Cell => ({ customer, staff, within, requests, ...(paid && { paid }) });

type Row = Record<Fault, Cell>;
/** Six sends, and all look-ups of a text that may have arrived. */
const SENT_AGAIN = 1_800;
const LOOKED_UP = 22_000;

export const MATRIX: Record<"model" | "embeddings" | "email" | "texts" | "storage", Row> = {
  model: {
    refused: cell("people", "queue", 5, 0),
    "status 401": cell("people", "queue_alert", 5, 1),
    "status 402": cell("people", "queue_alert", 5, 1),
    "status 429": cell("people", "queue", 5, 4),
    "status 500": cell("people", "queue", 5, 4),
    stall: cell("people", "queue", 60, 2),
    cut: cell("people", "queue", 5, 4, true),
    slow: cell("answer", "nothing", 5, 1, true),
    malformed: cell("people", "queue", 5, 4, true),
    endless: cell("cut_answer", "nothing", 60, 2, true),
  },
  embeddings: {
    refused: cell("by_words", "health", 5, 0),
    "status 401": cell("by_words", "alert", 5, 1),
    "status 402": cell("by_words", "alert", 5, 1),
    "status 429": cell("by_words", "health", 5, 1),
    "status 500": cell("by_words", "health", 5, 1),
    stall: cell("by_words", "health", 7, 1),
    cut: cell("by_words", "health", 5, 1),
    slow: cell("answer", "nothing", 5, 1),
    malformed: cell("by_words", "health", 5, 1),
    endless: cell("by_words", "health", 7, 1),
  },
  email: {
    refused: cell("told", "health", 5, 0),
    "status 401": cell("told", "alert", 5, 1),
    "status 402": cell("told", "alert", 5, 1),
    "status 429": cell("told", "health", 5, 1),
    "status 500": cell("told", "health", 5, 1),
    stall: cell("told", "health", 12, 1),
    cut: cell("told", "health", 5, 1),
    slow: cell("code", "nothing", 5, 1),
    malformed: cell("told", "health", 5, 1),
    endless: cell("told", "health", 12, 1),
  },
  texts: {
    refused: cell("no_text", "task", SENT_AGAIN, 0),
    "status 401": cell("no_text", "task_alert", 5, 1),
    "status 402": cell("no_text", "task_alert", 5, 1),
    "status 429": cell("no_text", "task", SENT_AGAIN, 6),
    "status 500": cell("no_text", "task", LOOKED_UP, 6),
    stall: cell("no_text", "task", LOOKED_UP, 6),
    cut: cell("text", "task", LOOKED_UP, 6),
    slow: cell("text", "nothing", 5, 1),
    malformed: cell("text", "task", LOOKED_UP, 6),
    endless: cell("text", "task", LOOKED_UP, 6),
  },
  storage: {
    refused: cell("no_picture", "note", 60, 0),
    "status 401": cell("no_picture", "note", 60, 0),
    "status 402": cell("no_picture", "note", 60, 0),
    "status 429": cell("no_picture", "note", 60, 0),
    "status 500": cell("no_picture", "note", 60, 0),
    stall: cell("no_picture", "note", 200, 0),
    cut: cell("no_picture", "note", 60, 0),
    slow: cell("picture", "nothing", 10, 0),
    malformed: cell("no_picture", "note", 60, 0),
    endless: cell("no_picture", "note", 200, 0),
  },
};

export type Provider = keyof typeof MATRIX;
export const PROVIDERS = Object.keys(MATRIX) as Provider[];

function said(seconds: number): string {
  if (seconds < 600) return `${seconds} s`;
  return seconds < 7_200 ? `${seconds / 60} min` : `${(seconds / 3_600).toFixed(1)} h`;
}

/** The rows of a provider's table in `docs/faults.md`. */
export const rowsOf = (provider: Provider): string[][] =>
  (Object.keys(FAULTS) as Fault[]).map((fault) => {
    const { customer, staff, within, requests, paid } = MATRIX[provider][fault];
    const tries = provider === "storage" ? "" : `${requests} request${requests === 1 ? "" : "s"}`;
    const cost = [tries, paid && "tokens"].filter(Boolean).join(", ") || "nothing";
    return [FAULTS[fault], CUSTOMER[customer], STAFF[staff], said(within), cost];
  });
