/** Random sequences of sign-in with several calls at once: of n concurrent uses of a code or token one wins. */
import { fc } from "../properties";
import { RUN_TWICE } from "../setup";
import { MockEngine } from "../simulation/mock";
import { randomSequences } from "./properties/runs";
import { stepsWith } from "./properties/steps";

// On the mock, which takes calls as they come, and checks what goes in and out of each.
randomSequences(
  "with races",
  () => new MockEngine([], RUN_TWICE),
  stepsWith(fc.integer({ min: 2, max: 3 })),
  {
    often: ["createSession granted", "refresh granted current"],
    rarely: ["guest merged"],
  },
);
