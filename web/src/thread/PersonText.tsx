/** A person's plain text with its links, numbers to call and simple lists; line breaks as they were written. */
import { memo, useEffect, useState, type ReactNode } from "react";
import {
  findAddresses,
  findNames,
  mayHavePhone,
  splitBlocks,
  splitParts,
  type Found,
} from "./plainWords";

const NOBODY: readonly string[] = [];

type Props = {
  text: string;
  /** Colleagues whom it names. */
  names?: readonly string[] | undefined;
};

export const PersonText = memo(function PersonText({ text, names = NOBODY }: Props): ReactNode {
  return splitBlocks(text).map((block, index) => {
    if (block.kind === "text") return <Words key={index} text={block.text} names={names} />;
    const items = block.items.map((item, at) => (
      <li key={at}>
        <Words text={item} names={names} />
      </li>
    ));
    return block.start === null ? (
      <ul key={index} className="list-disc pl-5 whitespace-normal">
        {items}
      </ul>
    ) : (
      <ol key={index} start={block.start} className="list-decimal pl-6 whitespace-normal">
        {items}
      </ol>
    );
  });
});

function Words({ text, names }: { text: string; names: readonly string[] }) {
  const phones = usePhones(text);
  return (
    <span className="block whitespace-pre-wrap">
      {splitParts(text, [...findNames(text, names), ...findAddresses(text), ...phones]).map(
        (part, index) =>
          part.named ? (
            <strong key={index}>{part.text}</strong>
          ) : part.href === undefined ? (
            part.text
          ) : (
            <a
              key={index}
              href={part.href}
              className="underline decoration-1 underline-offset-2 [overflow-wrap:anywhere]"
              {...(part.href.startsWith("http") && {
                target: "_blank",
                rel: "noopener noreferrer nofollow ugc",
              })}
            >
              {part.text}
            </a>
          ),
      )}
    </span>
  );
}

const NONE: readonly Found[] = [];

/** They come a moment after the words: what finds them is large, and most texts have none. */
function usePhones(text: string): readonly Found[] {
  const [found, setFound] = useState<{ text: string; phones: readonly Found[] }>();
  const wanted = mayHavePhone(text);
  useEffect(() => {
    if (!wanted) return;
    let gone = false;
    // Without it the number is text, as it was.
    import("./phonesInText")
      .then(({ findPhones }) => gone || setFound({ text, phones: findPhones(text) }))
      .catch(() => undefined);
    return () => {
      gone = true;
    };
  }, [text, wanted]);
  return found?.text === text ? found.phones : NONE;
}
