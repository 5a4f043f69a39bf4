/** Who works here, as the settings see them. */
import type { FunctionReturnType } from "convex/server";
import type { api } from "../../../api";

export type Colleague = FunctionReturnType<typeof api.staff.list>[number];

/** Of whoever has no name yet, their address. */
export const nameOf = ({ name, email }: Colleague): string => name ?? email ?? "Colleague";
