/** What the AI answers from, for admins: documents, drafts, questions that found nothing, and what would be answered. */
import { Redirect, Route, Switch } from "wouter";
import type { Id } from "../../api";
import { AddSources } from "./AddSources";
import { Documents } from "./Documents";
import { DocumentPage } from "./DocumentPage";
import { DraftPage } from "./DraftPage";
import { NewPage } from "./NewPage";

export default function KnowledgePage() {
  return (
    <Switch>
      <Route path="/knowledge" component={Documents} />
      <Route path="/knowledge/new" component={NewPage} />
      <Route path="/knowledge/add" component={AddSources} />
      <Route path="/knowledge/drafts/:id">
        {({ id }) => <DraftPage key={id} draftId={id as Id<"knowledge">} />}
      </Route>
      <Route path="/knowledge/:id">
        {({ id }) => <DocumentPage key={id} documentId={id as Id<"knowledge">} />}
      </Route>
      <Route>
        <Redirect to="/knowledge" replace />
      </Route>
    </Switch>
  );
}
