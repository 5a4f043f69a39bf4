/** Pages that stay open: what any commit changes is looked at as whoever has one open is shown it. */
import type { Party, Shop } from "./shop";
import type { Identity } from "./stage";

const PAGE = { paginationOpts: { numItems: 20, cursor: null } };

type Query = [path: string, args: Record<string, unknown>];
const CUSTOMERS: Query[] = [
  ["users:me", {}],
  ["conversations:getUserConversations", PAGE],
];
const STAFFS: Query[] = [
  ["users:me", {}],
  ["users:onDuty", {}],
  ["desk:list", { view: "waiting" }],
  ["conversations:promises", {}],
];
const ofConversation = (conversationId: string): Query[] => [
  ["conversations:get", { conversationId }],
  ["conversations:position", { conversationId }],
  ["messages:subscribeToMessages", { conversationId }],
  ["messages:live", { conversationId, after: 0 }],
  ["replies:subscribeToReply", { conversationId }],
];

type Open = { path: string; identity: Identity; answers: boolean; close: () => void };

export class Pages {
  readonly #open = new Map<string, Open>();

  constructor(readonly shop: Shop) {}

  /** Each has the page of their session open, and of every conversation that they have come to in it. */
  async follow(): Promise<void> {
    await this.shop.stage.shown();
    this.#check();
    const sessions = new Set<string>();
    for (const party of this.shop.parties.values()) {
      sessions.add(party.identity.sid);
      for (const query of queriesOf(party)) this.#watch(party, query);
    }
    for (const [key, { identity, close }] of this.#open) {
      if (sessions.has(identity.sid)) continue;
      close();
      this.#open.delete(key);
    }
  }

  #watch({ name, role, identity }: Party, [path, args]: Query): void {
    const key = JSON.stringify([identity.sid, path, args]);
    if (this.#open.has(key)) return;
    const page: Open = { path, identity, answers: false, close: () => undefined };
    page.close = this.shop.stage.watch(path, args, identity, ({ ok, code, value }) => {
      page.answers = ok;
      if (code === "untyped") this.shop.break(0, `${path} threw, live: ${String(value)}`);
      if (role === "customer") this.shop.look(name, `${path}, live,`, value);
      this.shop.count(`on a page ${code}`);
    });
    this.#open.set(key, page);
  }

  /** 6. The commit that ends a session takes its pages' words away. */
  #check(): void {
    for (const { path, identity, answers } of this.#open.values()) {
      if (answers && this.shop.isOver(identity))
        this.shop.break(6, `${path} goes on showing what it has to a session that has ended`);
    }
  }

  close(): void {
    for (const { close } of this.#open.values()) close();
    this.#open.clear();
  }
}

const queriesOf = ({ role, conversationId }: Party): Query[] =>
  role === "customer"
    ? [...CUSTOMERS, ...(conversationId === undefined ? [] : ofConversation(conversationId))]
    : STAFFS;
