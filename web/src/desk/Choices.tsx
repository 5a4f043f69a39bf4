/** One of a few, each in a line of words. */
export function Choices<Key extends string>({
  legend,
  name,
  choices,
  chosen,
  onChoose,
}: {
  legend: string;
  name: string;
  choices: Record<Key, string>;
  chosen: Key | null;
  onChoose: (key: Key) => void;
}) {
  return (
    <fieldset className="flex flex-col gap-0.5">
      <legend className="mb-1.5 text-[0.8125rem] font-medium text-soft">{legend}</legend>
      {(Object.entries(choices) as [Key, string][]).map(([key, words]) => (
        <label
          key={key}
          className={`flex cursor-pointer items-center gap-3 rounded-xl px-3 py-2 text-sm hover:bg-sunken ${chosen === key ? "bg-accent-wash" : ""}`}
        >
          <input
            type="radio"
            name={name}
            className="size-4 shrink-0 accent-accent"
            checked={chosen === key}
            onChange={() => onChoose(key)}
          />
          {words}
        </label>
      ))}
    </fieldset>
  );
}
