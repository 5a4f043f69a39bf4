/** What the shop is called. */
import { useMutation, useQuery } from "convex/react";
import { useState } from "react";
import { api } from "../../api";
import { Button, Field } from "../../ui/controls";
import { ActNotice, useAct } from "./act";

export default function NamePage() {
  const shop = useQuery(api.shop.get);
  if (shop === undefined) return <div className="h-20" aria-busy="true" />;
  return <NameForm stored={shop.isSet ? shop.name : ""} />;
}

function NameForm({ stored }: { stored: string }) {
  /** Null: as it is set. */
  const [typed, setTyped] = useState<string | null>(null);
  const set = useMutation(api.shop.setName);
  const save = useAct(async () => {
    const name = (typed ?? stored).trim();
    const { agents } = await set({ name });
    setTyped(null);
    const told = agents.length > 0 ? ` ${agents.join(", ")}: told, too.` : "";
    return `Saved: ${name}.${told}`;
  });
  return (
    <form
      className="flex max-w-md flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void save.run();
      }}
    >
      <Field
        id="shop-name"
        label="The shop's name"
        hint="Customers read it in the chat, in e-mail and in texts."
        required
        maxLength={100}
        autoComplete="organization"
        value={typed ?? stored}
        onChange={({ target }) => setTyped(target.value)}
      />
      <div>
        <Button type="submit" look="primary" busy={save.busy}>
          Save the name
        </Button>
      </div>
      <ActNotice acts={[save]} />
    </form>
  );
}
