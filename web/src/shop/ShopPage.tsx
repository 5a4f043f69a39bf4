/** The pages from which the shop is run, beside each other. Technicians see its numbers; the rest is an admin's. */
import {
  ArrowLeft,
  BookOpen,
  ChartNoAxesColumn,
  HeartPulse,
  ListChecks,
  Settings,
  type LucideIcon,
} from "lucide-react";
import { lazy, Suspense, useEffect, useRef, type ComponentType } from "react";
import { Link, Redirect, useLocation } from "wouter";
import { ErrorBoundary, useSession } from "../auth";
import { DeskGate } from "../desk/DeskGate";
import { errorPage, MessagePage } from "../ui/ErrorPage";
import { Logo } from "../ui/Logo";
import { useShopName } from "../ui/useShopName";

type Section = {
  /** Its address and all below it. */
  path: string;
  title: string;
  Icon: LucideIcon;
  Page: ComponentType;
  /** Technicians see it, too. */
  forStaff?: true;
};

const SECTIONS: readonly Section[] = [
  {
    path: "/insights",
    title: "Insights",
    Icon: ChartNoAxesColumn,
    Page: lazy(() => import("../insights/InsightsPage")),
    forStaff: true,
  },
  {
    path: "/knowledge",
    title: "Knowledge",
    Icon: BookOpen,
    Page: lazy(() => import("./knowledge/KnowledgePage")),
  },
  {
    path: "/settings",
    title: "Settings",
    Icon: Settings,
    Page: lazy(() => import("./settings/SettingsPage")),
  },
  {
    path: "/health",
    title: "Health",
    Icon: HeartPulse,
    Page: lazy(() => import("./health/HealthPage")),
  },
  {
    path: "/start",
    title: "First day",
    Icon: ListChecks,
    Page: lazy(() => import("./start/StartPage")),
  },
];

const isBelow = (path: string, section: Section) =>
  path === section.path || path.startsWith(`${section.path}/`);

export default function ShopPage() {
  return (
    <DeskGate>
      <Shop />
    </DeskGate>
  );
}

function Shop() {
  const { user } = useSession();
  const [path] = useLocation();
  const isAdmin = user?.role === "admin";
  const section = SECTIONS.find((each) => isBelow(path, each));
  if (section === undefined) return <Redirect to="/insights" replace />;
  if (!isAdmin && section.forStaff !== true) return <AdminsOnly title={section.title} />;
  const { Page } = section;
  return (
    <div className="flex h-page flex-col lg:flex-row print:block print:h-auto">
      <ShopNav
        sections={SECTIONS.filter(({ forStaff }) => isAdmin || forStaff)}
        current={section}
      />
      <div className="scroll-calm min-h-0 min-w-0 flex-1 print:overflow-visible">
        <div className="mx-auto flex max-w-5xl flex-col gap-6 px-5 py-6">
          <ErrorBoundary key={section.path} fallback={errorPage}>
            <Suspense fallback={<div className="h-40" aria-busy="true" />}>
              <Page />
            </Suspense>
          </ErrorBoundary>
        </div>
      </div>
    </div>
  );
}

/** A column on a wide screen; on a phone a row that scrolls sideways. */
function ShopNav({ sections, current }: { sections: readonly Section[]; current: Section }) {
  const shop = useShopName();
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    const [here] = list.current?.querySelectorAll("[aria-current]") ?? [];
    here?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [current]);
  const look =
    "flex h-9 shrink-0 items-center gap-2.5 rounded-xl px-3 text-sm font-medium transition-colors";
  return (
    <nav
      aria-label="Shop"
      className="flex shrink-0 flex-col gap-3 border-line px-3 pt-[max(0.9rem,env(safe-area-inset-top))] pb-2 max-lg:border-b lg:w-56 lg:border-r print:hidden"
    >
      <div className="flex items-center gap-2.5 px-1">
        <Logo size={34} />
        <p className="min-w-0 truncate leading-tight font-semibold tracking-tight">{shop}</p>
      </div>
      <ul ref={list} className="scroll-calm flex gap-1 max-lg:overflow-x-auto lg:flex-col">
        <li>
          <Link href="/desk" className={`${look} text-soft hover:bg-sunken hover:text-ink`}>
            <ArrowLeft size={17} aria-hidden />
            Desk
          </Link>
        </li>
        {sections.map((section) => (
          <li key={section.path}>
            <Link
              href={section.path}
              aria-current={section === current ? "page" : undefined}
              className={`${look} ${section === current ? "bg-sunken text-ink" : "text-soft hover:bg-sunken hover:text-ink"}`}
            >
              <section.Icon size={17} aria-hidden />
              {section.title}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function AdminsOnly({ title }: { title: string }) {
  return (
    <MessagePage title={`${title}: for admins`}>
      <p className="text-soft" data-testid="shop-refusal">
        You're signed in as a technician. If this is your work, ask an admin to give you the admin
        role.
      </p>
      <Link href="/desk" className="font-medium text-accent underline underline-offset-4">
        Back to the desk
      </Link>
    </MessagePage>
  );
}
