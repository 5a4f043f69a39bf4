/**
 * An answer's Markdown. HTML in it is shown as text, images are left out (an answer may not make the
 * page fetch anything), and links go to http, mail or phone only. What can't be drawn is shown as it was
 * written.
 */
import { memo, useMemo, useRef, type ComponentType, type ReactNode } from "react";
import ReactMarkdown, { defaultUrlTransform, type Components, type Options } from "react-markdown";
import remarkGfm from "remark-gfm";
import remend from "remend";
import { ErrorBoundary } from "../auth";
import { CopyButton } from "./CopyButton";
import { citationMarks, signMarks } from "./citationMarks";
import { isDrawable } from "./drawable";

export type MarkProps = { n: number };

/** "~1 hour (~$50)" strikes nothing out. */
const PLUGINS: NonNullable<Options["remarkPlugins"]> = [
  [remarkGfm, { singleTilde: false }],
  citationMarks,
];
/** Half a link would flicker as text; half of `**bold` is closed, so that it is bold at once. */
const STREAMING = { links: false, images: false } as const;

const safeUrl = (url: string) => (/^tel:[+\d() .-]+$/i.test(url) ? url : defaultUrlTransform(url));

const base = {
  "cite-run": ({ children }: { children?: ReactNode }) => (
    <span className="whitespace-nowrap">{children}</span>
  ),
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  ),
  pre: ({ children }) => <CodeBlock>{children}</CodeBlock>,
  table: ({ children }) => (
    // By keyboard too, where it is wider than the page. No landmark: a text may have several.
    <div className="table-scroll" role="group" aria-label="Table" tabIndex={0}>
      <table>{children}</table>
    </div>
  ),
} satisfies Components & Record<string, unknown>;

function CodeBlock({ children }: { children?: ReactNode }) {
  const code = useRef<HTMLPreElement>(null);
  return (
    <div className="relative">
      <pre ref={code} role="group" aria-label="Code" tabIndex={0}>
        {children}
      </pre>
      <span className="absolute top-1 right-1 rounded-full bg-sunken">
        <CopyButton label="Copy the code" words={() => code.current?.textContent ?? ""} />
      </span>
    </div>
  );
}

type Props = { text: string; streaming: boolean; Mark: ComponentType<MarkProps> };

export function Markdown(props: Props): ReactNode {
  const plain = <PlainText text={props.text} />;
  if (!isDrawable(props.text)) return plain;
  return (
    <ErrorBoundary fallback={() => plain}>
      <Drawn {...props} />
    </ErrorBoundary>
  );
}

export function PlainText({ text }: { text: string }): ReactNode {
  return (
    <p className="whitespace-pre-wrap [overflow-wrap:anywhere]" data-testid="plain-text">
      {text}
    </p>
  );
}

const Drawn = memo(function Drawn({ text, streaming, Mark }: Props): ReactNode {
  // Kept between renders: a new component type would remount every mark on every frame.
  const components = useMemo(
    () => ({ ...base, "cite-mark": ({ n }: { n?: string }) => <Mark n={Number(n)} /> }),
    [Mark],
  );
  const signed = signMarks(text);
  return (
    <div className="prose-answer">
      <ReactMarkdown
        remarkPlugins={PLUGINS}
        components={components}
        disallowedElements={["img"]}
        urlTransform={safeUrl}
      >
        {streaming ? remend(signed, STREAMING) : signed}
      </ReactMarkdown>
    </div>
  );
});
