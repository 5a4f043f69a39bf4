/** What a technician takes on while on a shift: the subjects, and how many at a time. */
import { Field } from "../ui/controls";
import type { Skill } from "./useShift";
import { SKILL_WORDS } from "./words";

export type Work = { skills: Skill[]; capacity: string };

const SKILLS = Object.keys(SKILL_WORDS) as Skill[];
const MAX_CAPACITY = 20;

type Props = { id: string; work: Work; hint: string; onChange: (work: Work) => void };

export function WorkFields({ id, work, hint, onChange }: Props) {
  const { skills, capacity } = work;
  const toggle = (skill: Skill) =>
    onChange({
      capacity,
      skills: skills.includes(skill) ? skills.filter((one) => one !== skill) : [...skills, skill],
    });
  return (
    <>
      <fieldset>
        <legend className="mb-2 text-[0.8125rem] font-medium text-soft">
          Subjects {skills.length === 0 && "(none chosen: everything)"}
        </legend>
        <div className="flex flex-wrap gap-1.5">
          {SKILLS.map((skill) => (
            <label
              key={skill}
              className={`cursor-pointer rounded-full border px-3 py-1.5 text-sm transition-colors has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent ${skills.includes(skill) ? "border-accent bg-accent-wash text-accent" : "border-line-strong text-soft hover:bg-sunken"}`}
            >
              <input
                type="checkbox"
                className="sr-only"
                checked={skills.includes(skill)}
                onChange={() => toggle(skill)}
              />
              {SKILL_WORDS[skill]}
            </label>
          ))}
        </div>
      </fieldset>
      <Field
        id={`${id}-capacity`}
        label="Open conversations at a time"
        type="number"
        min={1}
        max={MAX_CAPACITY}
        required
        value={capacity}
        onChange={(event) => onChange({ skills, capacity: event.target.value })}
        hint={hint}
      />
    </>
  );
}
