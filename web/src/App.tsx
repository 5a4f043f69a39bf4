/** Routes. The desk is a chunk of its own: customers don't download it. */
import { lazy, Suspense } from "react";
import { Link, Route, Switch } from "wouter";
import { ChatPage } from "./chat/ChatPage";
import { ErrorBoundary, SessionBoundary } from "./auth";
import { Announcer } from "./ui/announce";
import { errorPage, MessagePage } from "./ui/ErrorPage";
import { useVisibleHeight } from "./ui/useVisibleHeight";

const DeskPage = lazy(() => import("./desk/DeskPage"));
const InsightsPage = lazy(() => import("./insights/InsightsPage"));

export function App() {
  useVisibleHeight();
  return (
    <ErrorBoundary fallback={errorPage}>
      <Announcer>
        <SessionBoundary fallback={errorPage}>
          <Suspense fallback={<div className="h-page" aria-busy="true" />}>
            <Switch>
              <Route path="/" component={ChatPage} />
              <Route path="/desk" component={DeskPage} />
              <Route path="/desk/:conversationId" component={DeskPage} />
              <Route path="/insights" component={InsightsPage} />
              <Route component={NotFound} />
            </Switch>
          </Suspense>
        </SessionBoundary>
      </Announcer>
    </ErrorBoundary>
  );
}

function NotFound() {
  return (
    <MessagePage title="There's nothing at this address">
      <p className="text-soft">The link may be old, or a character got lost on the way.</p>
      <Link href="/" className="font-medium text-accent underline underline-offset-4">
        Go to the support chat
      </Link>
    </MessagePage>
  );
}
