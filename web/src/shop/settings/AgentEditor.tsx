/** One agent: its fields, a test chat and a trial of what is typed beside them, and its versions. */
import { useMutation } from "convex/react";
import { useState } from "react";
import { api, type AgentForStaff } from "../../api";
import { Button } from "../../ui/controls";
import { ActNotice, useAct } from "./act";
import { AgentFields } from "./AgentFields";
import { AgentTrial } from "./AgentTrial";
import { AgentVersions } from "./AgentVersions";
import {
  changesOf,
  draftOf,
  fieldWords,
  triedOf,
  written,
  type AgentDraft,
  type Tried,
} from "./agentDraft";
import { TestChat } from "./TestChat";

export function AgentEditor({ agent }: { agent: AgentForStaff }) {
  /** Null: nothing is typed. */
  const [typed, setDraft] = useState<AgentDraft | null>(null);
  const [tried, setTried] = useState<Tried | null>(null);
  const draft = typed ?? draftOf(agent);
  const changes = changesOf(draft, agent);
  const change = triedOf(changes);
  const names = Object.keys(changes);
  const isTried = tried !== null && tried.change === written(change);
  const update = useMutation(api.agents.updateAgent);
  const save = useAct(async () => {
    const trial = isTried ? { trialId: tried.trialId } : {};
    await update({ agentId: agent._id, ...changes, ...trial });
    setDraft(null);
    return `Saved: ${fieldWords(names)}. ${agent.status === "active" ? "It answers so from the next question on." : "It is paused."}`;
  });
  const turn = useAct(async () => {
    const status = agent.status === "active" ? "paused" : "active";
    await update({ agentId: agent._id, status });
    return status === "active" ? `${agent.name} answers now.` : `${agent.name} answers no more.`;
  });
  return (
    <section aria-label={agent.name} className="flex flex-col gap-6 border-t border-line pt-6">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h3 className="font-semibold">{agent.name}</h3>
        <Button size="small" busy={turn.busy} onClick={() => void turn.run()}>
          {agent.status === "active" ? "Pause this agent" : "Make this agent active"}
        </Button>
      </div>
      <div className="grid items-start gap-8 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <form
          className="flex min-w-0 flex-col gap-5"
          onSubmit={(event) => {
            event.preventDefault();
            void save.run();
          }}
        >
          <AgentFields draft={draft} change={(part) => setDraft({ ...draft, ...part })} />
          <ActNotice acts={[save, turn]} />
          <div className="flex flex-wrap items-center gap-3">
            <Button type="submit" look="primary" busy={save.busy} disabled={names.length === 0}>
              {isTried ? "Save what was tried" : "Save the agent"}
            </Button>
            {names.length > 0 && (
              <Button look="quiet" onClick={() => setDraft(null)}>
                Throw the changes away
              </Button>
            )}
            <p className="text-[0.8125rem] text-faint">
              {names.length === 0 ? "Nothing is changed." : `Changed: ${fieldWords(names)}.`}
            </p>
          </div>
        </form>
        <div className="flex min-w-0 flex-col gap-8">
          <TestChat agentId={agent._id} change={change} />
          <AgentTrial agentId={agent._id} change={change} tried={setTried} />
          <AgentVersions agent={agent} takenBack={() => setDraft(null)} />
        </div>
      </div>
    </section>
  );
}
