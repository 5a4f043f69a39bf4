/** Every mutant, by the invariant that it breaks: at least three of each. `docs/mutants.md` has what was measured. */
import { COUNTERS } from "./counters";
import { DEADLINES, GROUNDS, QUIET } from "./left";
import type { Mutant } from "./mutant";
import { OPT_OUTS } from "./optOuts";
import { AGAIN, AT_ONCE } from "./repeats";
import { REPLIES } from "./replies";
import { SESSIONS } from "./sessions";
import { APART, BOUNDED, OTHERS } from "./whole";

export const MUTANTS: Mutant[] = [
  ...REPLIES,
  ...AGAIN,
  ...OTHERS,
  ...SESSIONS,
  ...OPT_OUTS,
  ...AT_ONCE,
  ...APART,
  ...BOUNDED,
  ...COUNTERS,
  ...GROUNDS,
  ...DEADLINES,
  ...QUIET,
];
