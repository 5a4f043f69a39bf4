/** Pages of the web that documents were read from, and that have changed, gone, or can't be read any more. */
import { useQuery } from "convex/react";
import { Link } from "wouter";
import { api } from "../../api";

export function News() {
  const news = useQuery(api.sources.news);
  if (news === undefined || news.length === 0) return null;
  return (
    <section aria-label="Pages that changed">
      <h2 className="mb-2 text-sm font-semibold">Pages that changed</h2>
      <ul className="flex flex-col gap-2">
        {news.map(({ processId, documentId, draftId, title, error }) => (
          <li key={processId} className="text-[0.8125rem]">
            <Link
              href={draftId ? `/knowledge/drafts/${draftId}` : `/knowledge/${documentId}`}
              className="font-medium text-accent underline underline-offset-4 wrap-anywhere"
            >
              {title}
            </Link>
            <p className="text-soft">{error.message}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
