/** The list: what there is, how it stands, where words are in it; beside it what customers ask in vain. */
import { usePaginatedQuery, useQuery } from "convex/react";
import { FilePlus2, PenLine } from "lucide-react";
import { useEffect, useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { api } from "../../api";
import { Tag } from "../../desk/Tag";
import { Button, Field } from "../../ui/controls";
import { listTimeInside } from "../../ui/time";
import { Gaps } from "./Gaps";
import { News } from "./News";
import { ButtonLink, Picks } from "./parts";
import { Solved } from "./Solved";
import { useSettled } from "./useSettled";
import * as Words from "./words";

const PAGE = 20;

export function Documents() {
  const [words, setWords] = useState("");
  const search = new URLSearchParams(useSearch());
  const [, navigate] = useLocation();
  const named = search.get("show");
  const show = Words.isShow(named) ? named : "all";
  const sought = useSettled(words.trim(), 250);
  return (
    <main className="flex flex-col gap-5">
      <header className="flex flex-wrap items-center gap-2">
        <h1 className="min-w-40 flex-1 text-xl font-semibold tracking-tight">Knowledge</h1>
        <ButtonLink href="/knowledge/add" icon={<FilePlus2 size={15} aria-hidden />}>
          Add files or pages
        </ButtonLink>
        <ButtonLink primary href="/knowledge/new" icon={<PenLine size={15} aria-hidden />}>
          Write a document
        </ButtonLink>
      </header>
      <div className="grid items-start gap-6 lg:grid-cols-[1fr_17rem]">
        <div className="flex min-w-0 flex-col gap-3">
          <Search words={words} sought={sought} onChange={setWords} />
          {sought === "" ? (
            <>
              <Picks
                label="Show"
                names={Words.SHOW_NAMES}
                picked={show}
                onPick={(next) =>
                  navigate(next === "all" ? "/knowledge" : `/knowledge?show=${next}`, {
                    replace: true,
                  })
                }
              />
              {show === "drafts" ? <Drafts /> : <List key={show} show={show} />}
            </>
          ) : (
            <Found words={sought} />
          )}
        </div>
        <aside aria-label="To do" className="flex flex-col gap-6">
          <News />
          <Gaps />
          <Solved />
        </aside>
      </div>
    </main>
  );
}

/** Enter opens the first of what is found: a price is corrected without a click in between. */
function Search({
  words,
  sought,
  onChange,
}: {
  words: string;
  sought: string;
  onChange: (words: string) => void;
}) {
  const found = useQuery(api.editing.find, sought === "" ? "skip" : { words: sought });
  const [, navigate] = useLocation();
  return (
    <form
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        const first = found?.[0];
        if (first !== undefined && sought === words.trim()) navigate(hrefOf(first, sought));
      }}
    >
      <Field
        id="knowledge-search"
        type="search"
        label="Find in the documents"
        placeholder="A product, a price, a word"
        maxLength={200}
        autoFocus
        value={words}
        onChange={(event) => onChange(event.target.value)}
      />
    </form>
  );
}

type Found = { _id: string; heading: string };
const hrefOf = ({ _id, heading }: Found, words: string) =>
  `/knowledge/${_id}?${new URLSearchParams({ words, heading }).toString()}`;

function Found({ words }: { words: string }) {
  const found = useQuery(api.editing.find, { words });
  if (found === undefined) return <Waiting />;
  if (found.length === 0) {
    return (
      <p className="py-6 text-sm text-soft">
        No document has these words.{" "}
        <Link
          href="/knowledge/new"
          className="font-medium text-accent underline underline-offset-4"
        >
          Write one
        </Link>
        , or look among those that failed.
      </p>
    );
  }
  return (
    <ul aria-label="Found" className="flex flex-col">
      {found.map((document) => (
        <Item key={document._id} document={document} href={hrefOf(document, words)}>
          <p className="mt-0.5 line-clamp-3 text-[0.8125rem] whitespace-pre-line text-soft wrap-anywhere">
            {document.heading !== "" && <span className="font-medium">{document.heading}: </span>}
            {document.excerpt}
          </p>
        </Item>
      ))}
    </ul>
  );
}

/** What a filter leaves out is passed over: pages are asked for until enough is there. */
function List({ show }: { show: Words.Show }) {
  const { results, status, loadMore } = usePaginatedQuery(
    api.knowledge.list,
    {},
    { initialNumItems: PAGE },
  );
  const [wanted, setWanted] = useState(PAGE);
  const [now] = useState(() => Date.now());
  const shown = results.filter((document) => Words.isShown(show, document, now));
  const isShort = shown.length < wanted;
  useEffect(() => {
    if (status === "CanLoadMore" && isShort) loadMore(PAGE);
  }, [status, isShort, loadMore]);
  if (shown.length === 0 && status !== "Exhausted") return <Waiting />;
  if (shown.length === 0) return <p className="py-6 text-sm text-soft">{NONE[show]}</p>;
  return (
    <>
      <ul aria-label="Documents" className="flex flex-col">
        {shown.map((document) => (
          <Item key={document._id} document={document} href={`/knowledge/${document._id}`} />
        ))}
      </ul>
      {status === "CanLoadMore" && !isShort && (
        <Button size="small" onClick={() => setWanted(shown.length + PAGE)}>
          Show more
        </Button>
      )}
    </>
  );
}

const NONE: Record<Words.Show, string> = {
  all: "There is no document yet. Add your website's pages, files, or write one.",
  live: "No document answers yet.",
  drafts: "No draft waits for you.",
  failed: "Nothing has failed.",
  expiring: "Nothing ends within 30 days.",
  off: "Every document answers.",
};

function Item({
  document,
  href,
  children,
}: {
  document: Words.DocumentSummary;
  href: string;
  children?: React.ReactNode;
}) {
  const [now] = useState(() => Date.now());
  const { words, look } = Words.stateWords(document, now);
  const problem = Words.errorWords(document);
  const { title, category, updatedAt, expiresAt } = document;
  return (
    <li className="border-b border-line last:border-b-0">
      <Link
        href={href}
        className="block rounded-xl px-2 py-2.5 hover:bg-sunken"
        data-testid="document"
      >
        <span className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
          <span className="min-w-0 flex-1 text-[0.9375rem] font-medium wrap-anywhere">{title}</span>
          <Tag look={look}>{words}</Tag>
        </span>
        <span className="mt-0.5 block text-[0.8125rem] text-faint">
          {category} · changed {listTimeInside(updatedAt)}
          {expiresAt !== undefined &&
            ` · ${expiresAt > now ? "until" : "ended"} ${listTimeInside(expiresAt)}`}
        </span>
        {problem !== null && (
          <span className="mt-0.5 block text-[0.8125rem] text-danger">{problem}</span>
        )}
        {children}
      </Link>
    </li>
  );
}

function Drafts() {
  const { results, status, loadMore } = usePaginatedQuery(
    api.drafts.list,
    {},
    { initialNumItems: PAGE },
  );
  if (status === "LoadingFirstPage") return <Waiting />;
  if (results.length === 0) return <p className="py-6 text-sm text-soft">{NONE.drafts}</p>;
  return (
    <>
      <ul aria-label="Drafts" className="flex flex-col">
        {results.map((draft) => (
          <li key={draft._id} className="border-b border-line last:border-b-0">
            <Link
              href={`/knowledge/drafts/${draft._id}`}
              className="block rounded-xl px-2 py-2.5 hover:bg-sunken"
              data-testid="draft"
            >
              <span className="block text-[0.9375rem] font-medium wrap-anywhere">
                {draft.title}
              </span>
              <span className="mt-0.5 block text-[0.8125rem] text-faint">
                {Words.originWords(draft)} · saved {listTimeInside(draft.updatedAt)}
                {draft.publishAt !== undefined &&
                  ` · answers from ${listTimeInside(draft.publishAt)}`}
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {status === "CanLoadMore" && (
        <Button size="small" onClick={() => loadMore(PAGE)}>
          Show more
        </Button>
      )}
    </>
  );
}

const Waiting = () => (
  <p aria-busy className="py-6 text-sm text-faint">
    Looking…
  </p>
);
