/** Why a document could not be read, in words for whoever gave it, with a code that programs can rely on. */
export type ReadFaultCode =
  | "file_type"
  | "file_broken"
  | "file_locked"
  | "file_no_text"
  | "file_too_large"
  | "file_too_slow"
  | "url_invalid"
  | "url_private"
  | "url_port"
  | "url_redirects"
  | "url_robots"
  | "url_refused"
  | "url_gone"
  | "url_no_pages"
  | "url_too_large"
  | "url_too_slow";

export class ReadFault extends Error {
  constructor(
    readonly code: ReadFaultCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "ReadFault";
  }
}
