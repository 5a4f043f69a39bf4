/** The shop's mark. */
export function Logo({ size = 36 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden className="shrink-0">
      <rect width="32" height="32" rx="9" className="fill-bubble" />
      <path
        d="M9 10.5A2.5 2.5 0 0 1 11.5 8h9A2.5 2.5 0 0 1 23 10.5v7a2.5 2.5 0 0 1-2.5 2.5H16l-4.3 3.7c-.4.3-.9 0-.9-.4V20A2.5 2.5 0 0 1 9 17.5z"
        className="fill-on-bubble"
      />
      <path
        d="m13.2 12.2 2.3 1.8-2.3 1.8M17 16h2.6"
        className="stroke-bubble"
        fill="none"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
