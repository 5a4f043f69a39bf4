/**
 * The whole sample knowledge base of the shop, in the order in which it is ingested. It lets a fresh
 * deployment answer real questions at once, and gives tests and benches a stable corpus.
 */
import { accountsDocuments } from "./documents_accounts";
import { howtoDocuments } from "./documents_howto";
import { policiesDocuments } from "./documents_policies";
import { pricesDocuments } from "./documents_prices";
import { servicesDocuments } from "./documents_services";
import type { SeedDocument } from "./types";

export const seedDocuments: SeedDocument[] = [
  ...servicesDocuments,
  ...pricesDocuments,
  ...policiesDocuments,
  ...howtoDocuments,
  ...accountsDocuments,
];
