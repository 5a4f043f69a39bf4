/** What the owner sets, a page for each matter. A sub-page brings what stands below its title. */
import { lazy, Suspense, type ComponentType } from "react";
import { Link, Redirect, useLocation } from "wouter";
import { ErrorBoundary } from "../../auth";
import { errorPage } from "../../ui/ErrorPage";

type SubPage = { path: string; title: string; Page: ComponentType };

const SUB_PAGES: readonly SubPage[] = [
  { path: "/settings/hours", title: "Hours", Page: lazy(() => import("./hours/HoursPage")) },
  { path: "/settings/name", title: "Name", Page: lazy(() => import("./NamePage")) },
  { path: "/settings/staff", title: "Staff", Page: lazy(() => import("./staff/StaffPage")) },
  { path: "/settings/labels", title: "Labels", Page: lazy(() => import("./LabelsPage")) },
  { path: "/settings/replies", title: "Saved replies", Page: lazy(() => import("./RepliesPage")) },
  { path: "/settings/targets", title: "Targets", Page: lazy(() => import("./TargetsPage")) },
  { path: "/settings/agents", title: "Agents", Page: lazy(() => import("./AgentsPage")) },
  {
    path: "/settings/guardrails",
    title: "What the AI may not say",
    Page: lazy(() => import("./GuardrailsPage")),
  },
  { path: "/settings/budget", title: "Budget", Page: lazy(() => import("./BudgetPage")) },
  { path: "/settings/channels", title: "Channels", Page: lazy(() => import("./ChannelsPage")) },
];

export default function SettingsPage() {
  const [path] = useLocation();
  const current = SUB_PAGES.find((each) => each.path === path);
  if (current === undefined) return <Redirect to={SUB_PAGES[0]!.path} replace />;
  const { title, Page } = current;
  return (
    <>
      <header className="flex flex-col gap-3">
        <h1 className="text-xl font-semibold tracking-tight">Settings</h1>
        <nav aria-label="Settings">
          <ul className="scroll-calm -mx-1 flex gap-1 overflow-x-auto px-1 pb-1">
            {SUB_PAGES.map((each) => (
              <li key={each.path}>
                <Link
                  href={each.path}
                  aria-current={each === current ? "page" : undefined}
                  className={`flex h-8 shrink-0 items-center rounded-full px-3 text-[0.8125rem] font-medium whitespace-nowrap transition-colors ${each === current ? "bg-sunken text-ink" : "text-soft hover:text-ink"}`}
                >
                  {each.title}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      <main aria-labelledby="settings-title" className="flex flex-col gap-4">
        <h2 id="settings-title" className="font-semibold">
          {title}
        </h2>
        <ErrorBoundary key={current.path} fallback={errorPage}>
          <Suspense fallback={<div className="h-40" aria-busy="true" />}>
            <Page />
          </Suspense>
        </ErrorBoundary>
      </main>
    </>
  );
}
