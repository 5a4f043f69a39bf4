/** What an agent was before its latest changes, each to be taken back. */
import { useMutation, useQuery } from "convex/react";
import { api, type AgentForStaff, type Id } from "../../api";
import { Button } from "../../ui/controls";
import { ActNotice, useAct } from "./act";
import { draftOf, fieldWords, written, type AgentDraft } from "./agentDraft";

export function AgentVersions({
  agent,
  takenBack,
}: {
  agent: AgentForStaff;
  takenBack: () => void;
}) {
  const versions = useQuery(api.agents.versions, { agentId: agent._id });
  const takeBack = useMutation(api.agents.takeBack);
  const back = useAct(async (versionId: Id<"knowledge">) => {
    await takeBack({ agentId: agent._id, versionId });
    takenBack();
    return "Taken back: it answers as it did then.";
  });
  const live = draftOf(agent);
  return (
    <section
      aria-label="Versions"
      className="flex flex-col gap-3 rounded-2xl border border-line p-4"
    >
      <h4 className="text-sm font-semibold">Earlier versions</h4>
      <ActNotice acts={[back]} />
      {versions?.length === 0 && (
        <p className="text-[0.8125rem] text-soft">There are none: it was never changed.</p>
      )}
      <ul className="flex flex-col gap-3 text-sm">
        {versions?.map(({ versionId, until, fields }) => {
          const then: AgentDraft = { ...fields, settings: fields.settings ?? {} };
          const names = Object.keys(live) as (keyof AgentDraft)[];
          const other = names.filter((name) => written(then[name]) !== written(live[name]));
          const when = new Date(until).toLocaleString("en-US", {
            dateStyle: "medium",
            timeStyle: "short",
          });
          return (
            <li key={versionId} className="flex flex-col gap-1.5">
              <div className="flex items-center justify-between gap-3">
                <p>
                  Until {when}
                  <span className="block text-[0.8125rem] text-soft">
                    {other.length === 0 ? "As it is now." : `Otherwise: ${fieldWords(other)}.`}
                  </span>
                </p>
                {other.length > 0 && (
                  <Button
                    size="small"
                    aria-label={`Take back to before ${when}`}
                    onClick={() => void back.run(versionId)}
                  >
                    Take back
                  </Button>
                )}
              </div>
              <details>
                <summary className="cursor-pointer text-[0.8125rem] text-soft">
                  Its prompt, on {fields.model}
                </summary>
                <p
                  className="mt-1 max-h-60 overflow-y-auto text-[0.8125rem] whitespace-pre-wrap"
                  tabIndex={0}
                >
                  {fields.prompt}
                </p>
              </details>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
