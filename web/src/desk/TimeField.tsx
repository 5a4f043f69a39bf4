/** A day and a time to come, in the reader's time zone. */
import { Field } from "../ui/controls";
import { toLocalInput } from "./snoozeTimes";

export function TimeField({
  id,
  label,
  value,
  onChange,
}: {
  id: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <Field
      id={id}
      label={label}
      type="datetime-local"
      required
      min={toLocalInput(Date.now())}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
