/** Whether the shop works: its providers and jobs, what has failed, who did what, who asked for their data. */
import { Link, useLocation } from "wouter";
import { AuditLog } from "./AuditLog";
import { DataRequests } from "./DataRequests";
import { Overview } from "./Overview";
import { Processes } from "./Processes";

const PARTS = [
  { path: "/health", title: "Overview", Part: Overview },
  { path: "/health/processes", title: "Processes", Part: Processes },
  { path: "/health/audit", title: "Audit log", Part: AuditLog },
  { path: "/health/requests", title: "Data requests", Part: DataRequests },
] as const;

export default function HealthPage() {
  const [path] = useLocation();
  const { Part, path: current } = PARTS.find((part) => part.path === path) ?? PARTS[0];
  return (
    <main className="flex min-w-0 flex-col gap-5">
      <h1 className="text-xl font-semibold tracking-tight">Health</h1>
      <nav aria-label="Health" className="scroll-calm -mt-1 flex gap-1 overflow-x-auto">
        {PARTS.map((part) => (
          <Link
            key={part.path}
            href={part.path}
            aria-current={part.path === current ? "page" : undefined}
            className={`flex h-8 shrink-0 items-center rounded-full px-3 text-[0.8125rem] font-medium transition-colors ${part.path === current ? "bg-sunken text-ink" : "text-soft hover:text-ink"}`}
          >
            {part.title}
          </Link>
        ))}
      </nav>
      <Part />
    </main>
  );
}
