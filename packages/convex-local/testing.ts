/** What an app's own tests share with the tests of this package. */
export { PUSH } from "./cli";
export { isolateModules } from "./engine/isolate/modules";
export { countOpenRequests } from "./engine/isolate/fetch";
export { forbidCodeFromStrings } from "./engine/isolate/globals";
export { importInIsolate, waitForImports } from "./engine/isolate/imports";
export { pause } from "./engine/isolate/run";
