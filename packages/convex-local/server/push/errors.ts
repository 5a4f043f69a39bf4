/** A refused push, in the shape in which the Convex CLI prints it: a code and a message. */
export class PushError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
    this.name = "PushError";
  }
}
