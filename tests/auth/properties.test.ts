/** Random sequences of sign-in, one call at a time, do what a simple model says (`properties/model.ts`). */
import { fc } from "../properties";
import { randomSequences } from "./properties/runs";
import { stepsWith } from "./properties/steps";

randomSequences("call by call", stepsWith(fc.constant(1)), {
  often: [
    "createSession granted",
    "createSession refused",
    "guest upgraded",
    "logout ok",
    "refresh granted current",
    "refresh granted old",
    "revoke not_found",
    "revoke ok",
    "revokeOthers ok",
    "too many guesses",
    "verifyEmail granted",
    "verifyEmail refused",
  ],
  rarely: [
    "guest merged",
    "address changed",
    "own address proved again",
    "old token ended its session",
    "verifyEmail session_expired",
    "verifyEmail forbidden",
  ],
});
