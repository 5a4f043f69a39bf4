/** The polyfills' own files, without the side effects of their packages' entry points. */
declare module "web-streams-polyfill/dist/ponyfill.es2018.mjs" {
  export * from "web-streams-polyfill";
}

declare module "abortcontroller-polyfill/dist/cjs-ponyfill.js" {
  export const AbortController: typeof globalThis.AbortController;
  /** Unlike a browser's, it can be constructed. */
  export const AbortSignal: typeof globalThis.AbortSignal & { new (): globalThis.AbortSignal };
}
