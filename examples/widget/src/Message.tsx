/** One thing said: growing, settled, stopped, failed or unsent. */
import { writeMarks } from "@computer-guys/support-backend/answers";
import { problemOf } from "@computer-guys/support-web/auth";
import {
  useFile,
  useSaveFile,
  useSmoothText,
  type Citation,
  type PublicMessage,
  type Row,
} from "@computer-guys/support-web/conversation";
import { useState } from "react";
import Markdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";

type Props = { row: Row; retrySend: (clientMessageId: string) => void };

export function Message({ row, retrySend }: Props) {
  const going = row.status === "streaming" || row.status === "expected";
  const { text, caughtUp } = useSmoothText(row.text, { done: !going, attempt: row.attempt });
  const finished = !going && caughtUp;
  const { author, status, message, outboxItem } = row;
  if (author.kind === "system") return <li className="line">{text}</li>;
  return (
    <li className={`message ${author.kind}`} data-status={status} aria-busy={going}>
      {author.kind === "technician" && <small>{author.name}</small>}
      {author.kind === "agent" ? <Answer text={text} /> : text !== "" && <p>{text}</p>}
      {message?.attachments?.map((file) => (
        <Attachment key={file.url} file={file} />
      ))}
      {outboxItem?.files.map(({ storageId, name }) => (
        <small key={storageId}>{name}</small>
      ))}
      {going && text === "" && <p className="thinking">Looking it up…</p>}
      {finished && message?.citations?.map((each) => <Source key={each.n} source={each} />)}
      {finished && status === "stopped" && <small>Stopped here.</small>}
      {finished && status === "failed" && (
        <small role="alert">{message?.error?.message ?? "This answer was interrupted."}</small>
      )}
      {status === "unsent" && outboxItem !== undefined && (
        <small role="alert">
          Not sent. {problemOf(outboxItem.error).message}{" "}
          <button onClick={() => retrySend(outboxItem.clientMessageId)}>Try again</button>
        </small>
      )}
    </li>
  );
}

/** Its address takes an access token, so a picture is fetched by the hook and shown from memory. */
function Attachment({ file }: { file: NonNullable<PublicMessage["attachments"]>[number] }) {
  const isPicture = /^image\/(png|jpeg|webp|gif)$/.test(file.contentType);
  const { src, error } = useFile(isPicture ? file.url : null);
  const save = useSaveFile();
  const [problem, setProblem] = useState<unknown>(null);
  const shown = problem ?? error;
  return (
    <>
      <button
        className="file"
        onClick={() => {
          setProblem(null);
          save(file.url, file.name).catch(setProblem);
        }}
      >
        {src === null ? file.name : <img src={src} alt={file.name} />}
      </button>
      {shown !== null && <small role="alert">{problemOf(shown).message}</small>}
    </>
  );
}

/** `[1]` in an answer is the number of a source: a link to nowhere that is drawn as a mark. */
const COMPONENTS: Components = {
  a: ({ href, children }) =>
    href === "#source" ? (
      <sup>{children}</sup>
    ) : (
      <a href={href} target="_blank" rel="noreferrer">
        {children}
      </a>
    ),
};

/** Markdown without images: an answer may not make the page fetch anything. HTML in it is left out. */
const Answer = ({ text }: { text: string }) => (
  <Markdown
    components={COMPONENTS}
    remarkPlugins={[remarkGfm]}
    disallowedElements={["img"]}
    skipHtml
  >
    {writeMarks(text, (numbers) => numbers.map((n) => `[${n}](#source)`).join(""))}
  </Markdown>
);

const Source = ({ source }: { source: Citation }) => (
  <details>
    <summary>
      <sup>{source.n}</sup> {source.title}
    </summary>
    <Answer text={source.excerpt} />
  </details>
);
