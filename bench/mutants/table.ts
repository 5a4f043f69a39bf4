/** Every mutant, by the invariant that it breaks: at least three of each. `docs/mutants.md` has what was measured. */
import { COUNTERS } from "./counters";
import type { Mutant } from "./mutant";
import { OPT_OUTS } from "./optOuts";
import { REPEATS } from "./repeats";
import { REPLIES } from "./replies";
import { SESSIONS } from "./sessions";

export const MUTANTS: Mutant[] = [...REPLIES, ...REPEATS, ...SESSIONS, ...OPT_OUTS, ...COUNTERS];
