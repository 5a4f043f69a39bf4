/** Random sequences of sign-in with several calls at once: of n concurrent uses of a code or token one wins. */
import { fc } from "../properties";
import { randomSequences } from "./properties/runs";
import { stepsWith } from "./properties/steps";

randomSequences("with races", stepsWith(fc.integer({ min: 2, max: 3 })), {
  often: ["createSession granted", "refresh granted current"],
  rarely: ["guest merged"],
});
