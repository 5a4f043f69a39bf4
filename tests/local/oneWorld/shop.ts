/** Who is in the one world, what they have said and been told, and what must be refused from then on. */
import { MINUTE, SECOND, type Identity, type Row, type Stage } from "./stage";
import type { Website } from "./website";

export type Role = "customer" | "technician" | "admin";
export type Party = {
  name: string;
  role: Role;
  identity: Identity;
  refreshToken?: string;
  email?: string;
  /** Of a customer on the page: the conversation that is open. */
  conversationId?: string;
  /** The latest question's own id, to send it again. */
  last?: { clientMessageId: string; text: string; messageId?: string };
};

/** What a sequence has broken: the first one ends it. */
export class Broken extends Error {
  constructor(
    readonly invariant: number,
    what: string,
  ) {
    super(`${invariant}. ${what}`);
  }
}

export const CUSTOMERS = ["ann", "bob", "eve"] as const;
export const PHONES = ["+12125550142", "+16175550160"] as const;
const MAIL = { bob: "bob@customers.example", dana: "dana@computerguys.example" };
const OWNER = "owner@computerguys.example";
const ELI = "eli@computerguys.example";

/** Rows beside those of the sequence, so that a query that reads too much is seen to. */
const CROWD = 260;
/** Of so many of them one is a guest: who goes by age goes alone, in an action each. */
const GUESTS = 20;
/** Conversations of one person. */
const BOBS = 150;
const AI = { kind: "ai" };
/** A note that stands in Ann's long conversation from the beginning. */
const OLD_NOTE = "zqstaxq";

/** Whom an access token stands for. */
export function identityIn(tokens: unknown): Identity {
  const { accessToken } = tokens as { accessToken: string };
  const claims = Buffer.from(accessToken.split(".")[1]!, "base64url").toString();
  const { sub, sid } = JSON.parse(claims) as { sub: string; sid: string };
  return { subject: sub, sid };
}

export class Shop {
  parties = new Map<string, Party>();
  /** Words that nobody but their owner and staff may see: `zq`, the owner's letter, a number in letters. */
  readonly marks = new Map<string, string>();
  /** What the model made up: nobody may ever see it. */
  readonly invented = new Set<string>();
  /** What customers say that they were told: no answer may say it. */
  readonly claimed = new Set<string>();
  readonly documents: string[] = [];
  /** Numbers that have opted out, and when. */
  readonly stopped = new Map<string, number>();
  /** Those that an import may have forgotten: they are read again in the provider's list. */
  readonly forgotten = new Map<string, number>();
  #serial = 0;
  broken: Broken | null = null;
  /** How often what happened, over all sequences. */
  readonly seen = new Map<string, number>();
  /** When rows of before were put in the place of all. */
  importedAt = 0;
  /** What pages that read along have shown, of each conversation, and when. */
  readonly told = new Map<string, { text: string; at: number }[]>();
  /** Texts of staff, each said once. */
  readonly said = new Set<string>();
  /** Words of those whose account is gone. */
  readonly gone = new Set<string>();
  /** Whether what is old is deleted. */
  forgetsOld = false;
  /** What was exported, for an import to bring back. */
  kept: Awaited<ReturnType<Stage["engine"]["snapshot"]>> | null = null;

  /** `only`: what else is broken is passed over. */
  constructor(
    readonly stage: Stage,
    readonly website: Website,
    readonly only?: readonly number[],
  ) {
    stage.onHung = (what) => this.break(13, `${what} has not ended within ten minutes`);
    stage.onBusy = (what) => this.break(14, `it does not come to rest: ${what}`);
  }

  /** The people and rows that every sequence begins with. */
  async populate(): Promise<void> {
    const { engine } = this.stage;
    await this.stage.during(
      engine.call("mutation", "cli:createUser", { email: ELI, name: "Eli Park" }),
    );
    const dana = await this.#signIn("dana", "technician", MAIL.dana);
    const owner = await this.#signIn("owner", "admin", OWNER);
    const { value } = await this.stage.call(
      "query",
      "users:getUserByEmail",
      { email: ELI },
      owner.identity,
    );
    const eli = (value as { _id: string })._id;
    await this.must(owner, "mutation", "users:setRole", { userId: eli, role: "technician" });
    await this.#signIn("eli", "technician", ELI);
    for (const name of CUSTOMERS) {
      if (name === "bob") await this.#signIn(name, "customer", MAIL.bob);
      else await this.#guest(name);
    }
    await this.#crowd(dana);
    await this.stage.pass(10 * MINUTE);
    await this.stage.keep();
    this.#begun = [...this.parties].map(([name, party]) => [name, { ...party }]);
  }
  #begun: [string, Party][] = [];

  /** As it was after `populate`. */
  async begin(): Promise<void> {
    await this.stage.reset();
    this.website.begin();
    this.parties = new Map(this.#begun.map(([name, party]) => [name, { ...party }]));
    this.marks.clear();
    this.invented.clear();
    this.claimed.clear();
    this.documents.length = 0;
    this.stopped.clear();
    this.forgotten.clear();
    this.said.clear();
    this.told.clear();
    this.gone.clear();
    this.kept = null;
    this.forgetsOld = false;
    this.broken = null;
    this.importedAt = 0;
    await this.#prolong();
  }

  /** Sessions are of weeks ago by now. */
  async #prolong(): Promise<void> {
    await this.stage.engine.system("", ({ db }) => {
      for (const { _id } of this.stage.rows("sessions")) {
        db.patch("sessions", _id, { expiresAt: Date.now() + 1e10, rotatedAt: Date.now() });
      }
    });
  }

  party(name: string): Party {
    return this.parties.get(name)!;
  }

  count(what: string): void {
    this.seen.set(what, (this.seen.get(what) ?? 0) + 1);
  }

  break(invariant: number, what: string): void {
    if (this.only?.includes(invariant) === false) return;
    this.broken ??= new Broken(invariant, what);
  }

  serial(): number {
    return ++this.#serial;
  }

  /** A word that only `owner` and staff may see; "staff" for one that no customer may. */
  mark(owner: string): string {
    const letters = [...String(this.serial())].map((digit) => "abcdefghij"[Number(digit)]!);
    const mark = `zq${/^[a-z]{1,3}/.exec(owner)?.[0] ?? "tel"}x${letters.join("")}q`;
    this.marks.set(mark, owner);
    return mark;
  }

  /** A call that may be refused, with a typed error: anything else is a fault. */
  async call(
    by: Party | null,
    type: "query" | "mutation" | "action",
    path: string,
    args: Record<string, unknown> = {},
  ): Promise<{ ok: boolean; code: string; value: unknown }> {
    const revoked = by !== null && this.isOver(by.identity);
    const heard = await this.stage.call(type, path, args, by?.identity ?? null);
    if (heard.code === "untyped") this.break(0, `${path} threw: ${String(heard.value)}`);
    if (revoked && heard.ok) this.break(6, `${path} answered a session that has ended`);
    if (by?.role === "customer") this.look(by.name, `${path}'s answer`, heard.value);
    this.count(`${path.split(":")[1]} ${heard.code}`);
    return heard;
  }

  async must(by: Party, type: "query" | "mutation" | "action", path: string, args = {}) {
    const heard = await this.call(by, type, path, args);
    if (!heard.ok) throw new Error(`${path}: ${JSON.stringify(heard.value)}`);
    return heard.value;
  }

  isOver({ sid }: Identity): boolean {
    const session = this.stage.find("sessions", sid);
    return session === undefined || session.state !== "active";
  }

  /** 5. What somebody is shown holds nobody else's words, and no note. */
  look(name: string, where: string, shown: unknown): void {
    const text = typeof shown === "string" ? shown : JSON.stringify(shown ?? null);
    if (text.includes(OLD_NOTE)) this.break(5, `${where} shows ${name} a note`);
    for (const [mark] of text.matchAll(/zq[a-z]{1,3}x[a-j]+q/g)) {
      const owner = this.marks.get(mark);
      if (owner === undefined || owner === name) continue;
      this.break(5, `${where} shows ${name} what ${owner} said: ${mark}`);
    }
    for (const amount of this.invented) {
      if (text.includes(amount)) this.break(12, `${where} shows ${name} an invented ${amount}`);
    }
  }

  readAlong(name: string, conversationId: string, shown: string): void {
    this.look(name, "the stream", shown);
    const told = this.told.get(conversationId) ?? [];
    told.push({ text: shown, at: Date.now() });
    this.told.set(conversationId, told);
  }

  takeConsent(phone: string, agrees: boolean): void {
    this.forgotten.delete(phone);
    if (agrees) this.stopped.delete(phone);
    else this.stopped.set(phone, Date.now());
  }

  /** What was so before it is so again: who has gone since is there, and what has come since is not. */
  imported(): void {
    this.importedAt = Date.now();
    this.gone.clear();
    for (const [phone, at] of this.stopped) this.forgotten.set(phone, at);
    this.stopped.clear();
    this.documents.length = 0;
    for (const party of this.parties.values()) {
      if (this.stage.find("conversations", party.conversationId ?? "") === undefined) {
        delete party.conversationId;
      }
      delete party.last;
    }
    this.count("imported");
  }

  conversationsOf(subject: string): Row[] {
    return this.stage.rows("conversations").filter(({ userId }) => userId === subject);
  }

  /** Whose a conversation is, by the name in this world. */
  ownerOf(conversationId: string): string | undefined {
    const userId = this.stage.find("conversations", conversationId)?.userId as string | undefined;
    for (const [name, { identity }] of this.parties) if (identity.subject === userId) return name;
    const user = userId === undefined ? undefined : this.stage.find("users", userId);
    return PHONES.find((phone) => user?.phone === phone || user?.textsFrom === phone);
  }

  async #signIn(name: string, role: Role, email: string): Promise<Party> {
    const asked = await this.stage.call("action", "auth:requestCode", { email }, null);
    const { challenge } = asked.value as { challenge: string };
    const code = /\d{6}/.exec(this.stage.control.emails(email)[0]!.text!)![0];
    const tokens = await this.stage.call("action", "auth:createSession", { challenge, code }, null);
    return this.arrived(name, role, tokens.value, email);
  }

  async #guest(name: string): Promise<Party> {
    const tokens = await this.stage.call("action", "auth:createGuestSession", {}, null);
    return this.arrived(name, "customer", tokens.value);
  }

  arrived(name: string, role: Role, tokens: unknown, email?: string): Party {
    const { refreshToken } = tokens as { refreshToken: string };
    const party: Party = {
      name,
      role,
      identity: identityIn(tokens),
      refreshToken,
      ...(email !== undefined && { email }),
    };
    this.parties.set(name, party);
    return party;
  }

  /** Other customers, each with a settled conversation of some words; Bob has had many, Ann one that is long, and Eli was named in all. */
  async #crowd(staff: Party): Promise<void> {
    const now = Date.now();
    const { subject: ann } = this.party("ann").identity;
    const { subject: bob } = this.party("bob").identity;
    const { subject: eli } = this.party("eli").identity;
    await this.stage.engine.system("", ({ db }) => {
      const talk = (userId: string, at: number, length: number, wasStaffs = false) => {
        const closed = { status: "resolved", resolvedAt: at, lastMessageAt: at };
        const common = { turn: 1, episode: 1 };
        const conversationId = db.insert("conversations", {
          ...closed,
          ...common,
          userId,
          channel: "web",
          owner: wasStaffs ? { kind: "human", userId: staff.identity.subject, since: at } : AI,
          preview: "laptop screen",
          unreadByCustomer: 0,
          unreadByStaff: 0,
          aiReplies: 0,
        });
        for (let i = 0; i < length; i++) {
          const messageId = db.insert("messages", {
            ...common,
            conversationId,
            author: i % 2 === 0 ? { kind: "customer" } : { kind: "system" },
            visibility: i % 7 === 5 ? "staff" : "public",
            status: "complete",
            text: `A laptop screen ${i}${i % 7 === 5 ? ` ${OLD_NOTE}` : ""}`,
            settledAt: at - length + i,
          });
          if (i > 0) continue;
          db.insert("workflows", {
            ...{ kind: "mention", state: "queued", step: "named in a note", attempt: 1 },
            ...{ userId: eli, conversationId, messageId },
          });
        }
      };
      talk(ann, now - CROWD * SECOND, CROWD);
      for (let i = 0; i < BOBS; i++) talk(bob, now - (2 * CROWD + i) * SECOND, 1, i % 3 === 0);
      for (let i = 0; i < CROWD; i++) {
        const user = { role: "customer", name: `C ${i}`, smsConsent: "unknown" };
        const isGuest = i % GUESTS === 0;
        const account = { ...user, email: `c${i}@customers.example`, emailVerifiedAt: now };
        const userId = db.insert("users", isGuest ? user : account);
        talk(userId, now - (CROWD - i) * SECOND, 2, i % 3 === 0);
      }
    });
  }
}
