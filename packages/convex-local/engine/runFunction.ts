/** One run that is asked for from outside, from its encoded arguments to its encoded result. */
import { randomUUID } from "node:crypto";
import { convexToJson, jsonToConvex, type Value } from "convex/values";
import { checkCall, describeRefusal, type Call, type WantedType } from "./calls";
import { currentLaunch, type Launch } from "./context";
import type { RunHooks } from "./instrument";
import type { FunctionPath, TestInstance } from "./internals";
import { closeReadLog } from "./readLog";
import { describeRequest, type CallOptions } from "./request";
import { describeError, describeFailure, type FunctionResult } from "./results";

interface Start extends Pick<Launch, "readLog" | "holdsLock"> {
  wanted: WantedType;
  path: string;
  /** Encoded. */
  args: unknown;
  options: CallOptions;
}

/** Checks the call, runs it when its class lets it, and answers whatever comes of it: never throws for the function. */
export async function runFunction(
  test: TestInstance,
  hooks: RunHooks,
  { wanted, args, options, readLog, holdsLock, ...start }: Start,
): Promise<FunctionResult> {
  const path = start.path.replace(/\.js(?=:|$)/, "");
  const componentPath = options.componentPath ?? "";
  const request = describeRequest(options, hooks);
  const call: Call = { wanted, componentPath, path, args, admin: options.admin ?? false };
  const launch: Launch = {
    request,
    readLog,
    journal: { previous: options.journal ?? null, next: null },
    holdsLock,
    event: null,
    commitTs: null,
  };
  try {
    const udfType = await checkCall(test.global, call);
    const decoded = jsonToConvex(args as never);
    const { accessor, within } = test;
    const target: FunctionPath = { componentPath, udfPath: path };
    const execute = () =>
      currentLaunch.run(launch, () =>
        within(() => {
          if (udfType === "query") return accessor.queryFromPath(target, decoded);
          if (udfType === "mutation") return accessor.mutationFromPath(target, decoded);
          return accessor.actionFromPath(target, decoded);
        }),
      );
    const value = holdsLock
      ? await execute()
      : await hooks.admission().run(udfType, request.caller, execute);
    return {
      ok: true,
      value: convexToJson((value === undefined ? null : value) as Value),
      logLines: launch.event?.logLines ?? [],
      journal: launch.journal.next,
      ts: launch.commitTs ?? test.global.transactionManager._lastCommitTs,
    };
  } catch (error) {
    const result = describeFailure(error, request.requestId, launch.event?.logLines ?? []);
    if (launch.event === null) {
      hooks.ended(describeRefusal(call, request, randomUUID(), describeError(error)));
    }
    return { ...result, journal: launch.journal.next };
  } finally {
    if (readLog !== null) closeReadLog(readLog);
  }
}
