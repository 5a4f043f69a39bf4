/** A word or two about a conversation, in its list. */
export function Tag({ look, children }: { look: string; children: React.ReactNode }) {
  return (
    <span
      className={`inline-flex items-center gap-1 rounded-full px-2 py-0.5 text-[0.6875rem] font-medium ${look}`}
    >
      {children}
    </span>
  );
}

export const UrgentTag = () => <Tag look="bg-danger-wash text-danger">Urgent</Tag>;
