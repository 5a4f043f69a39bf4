/** Text encodings as npm-packages/udf-runtime/src/08_text_encoding.ts of the backend has them. */
import { TransformStream } from "web-streams-polyfill/dist/ponyfill.es2018.mjs";

const HostTextDecoder = globalThis.TextDecoder;
const encoder = new globalThis.TextEncoder();

type Bytes = NonNullable<Parameters<InstanceType<typeof HostTextDecoder>["decode"]>[0]>;

/** `decode()` without bytes returns "" whatever is pending, and `fatal` gives `undefined`, no error. */
export class TextDecoder {
  readonly encoding: string;
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
  #streaming: InstanceType<typeof HostTextDecoder> | null = null;

  constructor(label = "utf-8", options: TextDecoderOptions = {}) {
    this.fatal = options.fatal ?? false;
    this.ignoreBOM = options.ignoreBOM ?? false;
    this.encoding = this.#make(label).encoding;
  }

  #make(label: string): InstanceType<typeof HostTextDecoder> {
    return new HostTextDecoder(label, { fatal: this.fatal, ignoreBOM: this.ignoreBOM });
  }

  decode(bytes?: Bytes, options?: TextDecodeOptions): string {
    if (bytes === undefined) return "";
    const stream = options?.stream ?? false;
    const decoder = this.#streaming ?? this.#make(this.encoding);
    this.#streaming = stream ? decoder : null;
    try {
      return decoder.decode(bytes, { stream });
    } catch {
      return undefined as unknown as string;
    }
  }

  get [Symbol.toStringTag](): string {
    return "TextDecoder";
  }
}

export class TextDecoderStream {
  readonly #decoder: TextDecoder;
  readonly #transform: TransformStream<Bytes, string>;

  constructor(label = "utf-8", options: TextDecoderOptions = {}) {
    const decoder = new TextDecoder(label, options);
    this.#decoder = decoder;
    this.#transform = new TransformStream<Bytes, string>({
      transform(chunk, controller) {
        const decoded = decoder.decode(chunk, { stream: true });
        if (decoded) controller.enqueue(decoded);
      },
    });
  }

  get encoding(): string {
    return this.#decoder.encoding;
  }

  get readable() {
    return this.#transform.readable;
  }

  get writable() {
    return this.#transform.writable;
  }
}

export class TextEncoderStream {
  readonly encoding = "utf-8";
  readonly #transform: TransformStream<string, Uint8Array>;

  constructor() {
    let pending = "";
    this.#transform = new TransformStream<string, Uint8Array>({
      transform(chunk, controller) {
        const text = pending + chunk;
        pending = /[\ud800-\udbff]$/.exec(text)?.[0] ?? "";
        const whole = text.slice(0, text.length - pending.length);
        if (whole !== "") controller.enqueue(encoder.encode(whole));
      },
      flush(controller) {
        if (pending !== "") controller.enqueue(encoder.encode("\ufffd"));
      },
    });
  }

  get readable() {
    return this.#transform.readable;
  }

  get writable() {
    return this.#transform.writable;
  }
}
