/** Joins the how-tos, which are split by theme to keep each file readable. */
import { howtoDevicesDocuments } from "./documents_howto_devices";
import { howtoSafetyDocuments } from "./documents_howto_safety";
import { howtoWindowsDocuments } from "./documents_howto_windows";
import type { SeedDocument } from "./types";

export const howtoDocuments: SeedDocument[] = [
  ...howtoSafetyDocuments,
  ...howtoWindowsDocuments,
  ...howtoDevicesDocuments,
];
