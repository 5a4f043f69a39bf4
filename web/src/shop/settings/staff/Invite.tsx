/** A colleague is added by their address: they sign in with a code that is mailed to it. */
import { useMutation } from "convex/react";
import { UserPlus } from "lucide-react";
import { useState } from "react";
import { api } from "../../../api";
import { Select } from "../../../desk/Labels";
import { Button, Field } from "../../../ui/controls";
import { ActNotice, useAct } from "../act";

type Role = "technician" | "admin";

export function Invite() {
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("technician");
  const invite = useMutation(api.staff.invite);
  const act = useAct(async () => {
    await invite({ email, role, ...(name.trim() !== "" && { name }) });
    setEmail("");
    setName("");
    return `Invited ${email.trim()}: the mail says how they sign in.`;
  });
  return (
    <form
      className="flex flex-col gap-3"
      aria-label="Invite a colleague"
      onSubmit={(event) => {
        event.preventDefault();
        void act.run();
      }}
    >
      <p className="text-sm text-soft">
        Who is invited signs in at the desk with a code that is mailed to the address. There is no
        password to give away.
      </p>
      <div className="grid gap-3 sm:grid-cols-3">
        <Field
          id="invite-email"
          label="E-mail"
          type="email"
          required
          value={email}
          onChange={({ target }) => setEmail(target.value)}
        />
        <Field
          id="invite-name"
          label="Name (optional)"
          maxLength={100}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
        <Select
          id="invite-role"
          label="Role"
          value={role}
          onChange={(chosen) => setRole(chosen === "admin" ? "admin" : "technician")}
        >
          <option value="technician">Technician: the desk and the numbers</option>
          <option value="admin">Admin: everything</option>
        </Select>
      </div>
      <div>
        <Button
          type="submit"
          look="primary"
          icon={<UserPlus size={16} aria-hidden />}
          busy={act.busy}
        >
          Invite
        </Button>
      </div>
      <ActNotice acts={[act]} />
    </form>
  );
}
