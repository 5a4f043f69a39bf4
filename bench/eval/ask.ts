/** Asks the running system what the cases ask: what is found, what the model makes of it, whether people take over. */
import { api } from "../../convex/_generated/api";
import type { Doc } from "../../convex/_generated/dataModel";
import { buildMessages, passageBlock } from "../../convex/model/replies/prompt";
import { toolDefinitions } from "../../convex/model/replies/tools";
import type { FoundPassage, SearchResult } from "../../convex/model/knowledge/search";
import type { ChatMessage } from "../../convex/providers/openrouter";
import type { System } from "../../local/system";
import { guest } from "../customers";
import type { Dialogue } from "./cases";

/** What a question finds: passages in order, and their documents in order of their first one. */
export type Asked = { passages: (FoundPassage & { slug: string })[]; slugs: string[] };

export class Asker {
  private readonly slugOf = new Map<string, string>();

  constructor(private readonly system: System) {}

  /** Reads which document is which, and the agent that answers first. */
  async start(): Promise<void> {
    await this.system.engine.system("", ({ db }) => {
      db._iterateDocs("knowledge", (row) => {
        const { kind, slug, _id } = row as unknown as Doc<"knowledge"> & { slug?: string };
        if (kind === "document") this.slugOf.set(_id, slug);
      });
      db._iterateDocs("agents", (row) => {
        const agent = row as unknown as Doc<"agents">;
        if (agent.slug === "triage") this.prompt = agent.prompt;
      });
    });
  }
  private prompt = "";

  async find(question: string, before?: string): Promise<Asked> {
    const query = before === undefined ? { question } : { question, before };
    const result = await this.system.engine.call("action", "knowledge:find", query);
    const { passages } = result as SearchResult;
    const named = passages.map((one) => ({ ...one, slug: this.slugOf.get(one.documentId)! }));
    return { passages: named, slugs: [...new Set(named.map(({ slug }) => slug))] };
  }

  /** What the model says to a question with what it found; it may search once more, as in a reply. */
  async answer(question: string, found: Asked, before?: string) {
    const context = [
      ...(before === undefined
        ? []
        : [
            { role: "customer" as const, text: before },
            { role: "agent" as const, text: "Let me know if you have any other questions." },
          ]),
      { role: "customer" as const, text: question },
    ];
    const passages = [...found.passages];
    const messages = buildMessages(this.prompt, context, passages);
    for (;;) {
      const said = await this.complete(messages);
      const call = said.tool_calls?.[0];
      if (call?.function.name !== "search_knowledge") {
        const cited = [...(said.content ?? "").matchAll(/\[(\d+)\]/g)].map(([, n]) => Number(n));
        const slugs = cited.map((n) => passages[n - 1]?.slug ?? "none");
        return { text: said.content ?? "", slugs, passages };
      }
      const { query } = JSON.parse(call.function.arguments) as { query: string };
      const more = (await this.find(query)).passages;
      const known = new Set(passages.map(({ passageId }) => passageId));
      const fresh = more.filter(({ passageId }) => !known.has(passageId));
      const first = passages.length + 1;
      passages.push(...fresh);
      messages.push(
        { role: "assistant", content: null, tool_calls: [call] },
        {
          role: "tool",
          tool_call_id: call.id,
          content: fresh.length > 0 ? passageBlock(fresh, first) : "Nothing else was found.",
        },
      );
    }
  }

  private async complete(messages: ChatMessage[]): Promise<Said> {
    const { OPENROUTER_BASE_URL, OPENROUTER_API_KEY } = this.system.providers.env;
    const response = await fetch(`${OPENROUTER_BASE_URL}/chat/completions`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${OPENROUTER_API_KEY}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({
        model: "openai/gpt-4o-mini",
        messages,
        tools: toolDefinitions(["search_knowledge", "escalate_to_human", "set_contact"]),
      }),
    });
    if (!response.ok) throw new Error(`The model refused: ${await response.text()}`);
    const { choices } = (await response.json()) as { choices: { message: Said }[] };
    return choices[0]!.message;
  }

  /** Has a conversation as a guest, to its end: `handoff`, `offer` or `none` after the last message. */
  async converse({ turns, id }: Dialogue): Promise<"handoff" | "offer" | "none"> {
    const { http } = await guest(this.system.deployment.url, `198.51.100.${hash(id) % 250}`);
    const { conversationId } = await http.mutation(api.conversations.createConversation, {});
    let state: "handoff" | "offer" | "none" = "none";
    for (const text of turns) {
      await http.mutation(api.messages.sendMessage, {
        conversationId,
        text,
        clientMessageId: crypto.randomUUID(),
      });
      await this.system.engine.settle();
      state = await this.stateOf(conversationId);
      if (state === "handoff") break;
    }
    return state;
  }

  private async stateOf(conversationId: string): Promise<"handoff" | "offer" | "none"> {
    let row: Doc<"conversations"> | undefined;
    await this.system.engine.system("", ({ db }) => {
      db._iterateDocs("conversations", (one) => {
        const found = one as unknown as Doc<"conversations">;
        if (found._id === conversationId) row = found;
      });
    });
    if (row!.owner.kind !== "ai") return "handoff";
    return row!.offer === undefined ? "none" : "offer";
  }
}

type Said = {
  content: string | null;
  tool_calls?: {
    id: string;
    type: "function";
    function: { name: string; arguments: string };
  }[];
};

const hash = (text: string) => [...text].reduce((n, c) => (n * 31 + c.charCodeAt(0)) % 9973, 7);
