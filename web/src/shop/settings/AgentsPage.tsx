/** The AI agents: which there are, and the one that is edited. */
import { useMutation, useQuery } from "convex/react";
import { Plus } from "lucide-react";
import { useState } from "react";
import { api, type AgentForStaff, type Id } from "../../api";
import { Button, Field } from "../../ui/controls";
import { Dialog } from "../../ui/Dialog";
import { ActNotice, useAct } from "./act";
import { AgentEditor } from "./AgentEditor";

export default function AgentsPage() {
  const agents = useQuery(api.agents.list);
  const [chosen, choose] = useState<Id<"agents"> | null>(null);
  const [adding, setAdding] = useState(false);
  if (agents === undefined) return <div className="h-40" aria-busy="true" />;
  const agent = agents.find(({ _id }) => _id === chosen) ?? agents[0];
  return (
    <div className="flex flex-col gap-6">
      <p className="max-w-2xl text-sm text-soft">
        The active agent with the highest priority that knows a question's subject answers it. What
        you change here answers from the next question on.
      </p>
      <ul className="grid gap-2 sm:grid-cols-2 lg:grid-cols-3">
        {agents.map((each) => (
          <li key={each._id}>
            <AgentCard
              agent={each}
              isChosen={each._id === agent?._id}
              choose={() => choose(each._id)}
            />
          </li>
        ))}
      </ul>
      <div>
        <Button size="small" icon={<Plus size={15} aria-hidden />} onClick={() => setAdding(true)}>
          Add an agent
        </Button>
      </div>
      {agent && <AgentEditor key={agent._id} agent={agent} />}
      {adding && (
        <NewAgent like={agent} close={() => setAdding(false)} added={(id) => choose(id)} />
      )}
    </div>
  );
}

function AgentCard({
  agent: { name, status, model, priority, metrics },
  isChosen,
  choose,
}: {
  agent: AgentForStaff;
  isChosen: boolean;
  choose: () => void;
}) {
  return (
    <button
      type="button"
      aria-pressed={isChosen}
      onClick={choose}
      className={`w-full rounded-2xl border px-4 py-3 text-left text-sm transition-colors ${isChosen ? "border-accent bg-accent-wash" : "border-line hover:bg-sunken"}`}
    >
      <span className="flex items-baseline justify-between gap-3">
        <span className="min-w-0 truncate font-semibold">{name}</span>
        <span className="shrink-0 text-[0.8125rem] text-soft">
          {status === "active" ? `active, priority ${priority}` : "paused"}
        </span>
      </span>
      <span className="mt-1 block truncate text-[0.8125rem] text-soft">
        {model} · {metrics.replies.toLocaleString("en-US")} answers
      </span>
    </button>
  );
}

/** Begins as a paused copy: nothing answers by it until it is made active. */
function NewAgent({
  like,
  close,
  added,
}: {
  like: AgentForStaff | undefined;
  close: () => void;
  added: (id: Id<"agents">) => void;
}) {
  const [name, setName] = useState("");
  const [slug, setSlug] = useState("");
  const create = useMutation(api.agents.createAgent);
  const add = useAct(async () => {
    const agentId = await create({
      ...{ slug, name, status: "paused", priority: 0 },
      description: like?.description ?? name,
      prompt: like?.prompt ?? "You are a friendly expert. Keep answers short and concrete.",
      model: like?.model ?? "openai/gpt-5-mini",
      fallbackModels: like?.fallbackModels ?? [],
      ...(like?.settings && { settings: like.settings }),
      capabilities: like?.capabilities ?? ["triage"],
      tools: like?.tools ?? ["search_knowledge", "escalate_to_human", "set_contact"],
    });
    added(agentId);
    close();
    return "Added.";
  });
  return (
    <Dialog open title="Add an agent" onClose={close}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void add.run();
        }}
      >
        <Field
          id="new-agent-name"
          label="Name"
          required
          maxLength={60}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
        <Field
          id="new-agent-slug"
          label="Short name, for commands"
          hint="Lower-case letters, digits and hyphens, like printers. It can't be changed."
          required
          pattern="[a-z0-9][a-z0-9\-]{0,39}"
          value={slug}
          onChange={({ target }) => setSlug(target.value)}
        />
        <p className="text-[0.8125rem] text-soft">
          It begins as a paused copy of {like?.name ?? "a plain agent"}: nobody is answered by it
          until you make it active.
        </p>
        <ActNotice acts={[add]} />
        <div>
          <Button type="submit" look="primary" busy={add.busy}>
            Add the agent, paused
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
