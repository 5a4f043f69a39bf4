/** What a list is narrowed to. The address has it, so that a reload and a colleague's link show the same. */
import { ListFilter } from "lucide-react";
import { useEffect, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { Button } from "../ui/controls";
import { FILTERS, isFiltered, readFilters, writeFilters, type Filters } from "./filters";
import { Select, useLabels } from "./Labels";
import { REASON_WORDS } from "./words";

/** They stay while one goes from conversation to conversation, whatever link led there. */
export function useFilters() {
  const search = useSearch();
  const [path, navigate] = useLocation();
  const [filters, setFilters] = useState(() => readFilters(search));
  useEffect(() => {
    const wanted = writeFilters(search, filters);
    if (wanted === new URLSearchParams(search).toString()) return;
    navigate(wanted === "" ? path : `${path}?${wanted}`, { replace: true });
  }, [search, path, filters, navigate]);
  return { filters, setFilters };
}

export function FilterBar({
  filters,
  setFilters,
}: {
  filters: Filters;
  setFilters: (filters: Filters) => void;
}) {
  const [open, setOpen] = useState(false);
  const labels = useLabels();
  const count = FILTERS.filter((name) => filters[name]).length;
  const set = (name: keyof Filters) => (value: string) => setFilters({ ...filters, [name]: value });
  return (
    <div className="border-b border-line px-3 py-1.5">
      <div className="flex items-center gap-1">
        <Button
          size="small"
          look="quiet"
          icon={<ListFilter size={15} aria-hidden />}
          aria-expanded={open}
          aria-controls="desk-filters"
          data-testid="filters"
          onClick={() => setOpen(!open)}
        >
          {count === 0 ? "Filter" : `Filter, ${count} on`}
        </Button>
        {isFiltered(filters) && (
          <Button size="small" look="quiet" onClick={() => setFilters({})}>
            Show all
          </Button>
        )}
      </div>
      <div
        id="desk-filters"
        hidden={!open}
        className="grid-cols-2 gap-2 pt-1 pb-2 not-[[hidden]]:grid"
      >
        <Select id="filter-who" label="Who has it" value={filters.who ?? ""} onChange={set("who")}>
          <option value="">Anybody</option>
          <option value="mine">Me</option>
          <option value="unassigned">Nobody</option>
        </Select>
        <Select id="filter-label" label="Label" value={filters.label ?? ""} onChange={set("label")}>
          <option value="">Any</option>
          {labels?.map(({ key, name }) => (
            <option key={key} value={key}>
              {name}
            </option>
          ))}
        </Select>
        <Select
          id="filter-channel"
          label="Channel"
          value={filters.channel ?? ""}
          onChange={set("channel")}
        >
          <option value="">Any</option>
          <option value="web">Page</option>
          <option value="sms">Text</option>
        </Select>
        <Select
          id="filter-reason"
          label="Reason"
          value={filters.reason ?? ""}
          onChange={set("reason")}
        >
          <option value="">Any</option>
          {Object.entries(REASON_WORDS).map(([reason, words]) => (
            <option key={reason} value={reason}>
              {words}
            </option>
          ))}
        </Select>
        <label className="flex min-h-8 items-center gap-2 text-sm">
          <input
            type="checkbox"
            checked={filters.late === "1"}
            onChange={({ target }) => set("late")(target.checked ? "1" : "")}
            className="size-4 accent-accent"
          />
          Late only
        </label>
      </div>
    </div>
  );
}
