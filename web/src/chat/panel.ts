/** "person" and "print" are the conversation's own. */
export type Panel =
  | "menu"
  | "sign-in"
  | "by-text"
  | "person"
  | "print"
  | "devices"
  | "phone"
  | "export"
  | "delete"
  | null;
