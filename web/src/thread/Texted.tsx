/** How far the text of a message is, for staff: whoever has the phone knows. */
import { TriangleAlert } from "lucide-react";
import type { PublicMessage } from "../api";
import { deliveryWords } from "./deliveryWords";

const LOST = new Set(["undelivered", "failed", "opted_out"]);

export function Texted({ message }: { message: PublicMessage | undefined }) {
  const delivery = message?.delivery;
  if (delivery === undefined) return null;
  const lost =
    LOST.has(delivery.state) || (delivery.state === "unknown" && delivery.reason !== undefined);
  return (
    <span
      data-testid="delivery"
      className={`flex items-center gap-1 ${lost ? "font-medium text-danger" : ""}`}
    >
      {lost && <TriangleAlert size={12} aria-hidden className="shrink-0" />}
      {deliveryWords(delivery)}
    </span>
  );
}
