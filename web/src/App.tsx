/** Routes. What staff see are chunks of their own: customers don't download them. */
import { lazy, Suspense, useCallback, useState } from "react";
import { Link, Route, Switch } from "wouter";
import { ChatPage } from "./chat/ChatPage";
import { CHAT_PATH } from "./chat/useAddress";
import { ErrorBoundary, SessionBoundary } from "./auth";
import { Announcer } from "./ui/announce";
import { SHOP_PATH } from "./shop/path";
import { errorPage, MessagePage } from "./ui/ErrorPage";
import { loadPatiently } from "./ui/loadPatiently";
import { useVisibleHeight } from "./ui/useVisibleHeight";

const MailLink = lazy(() => loadPatiently(() => import("./chat/MailLink")));
const DeskPage = lazy(() => import("./desk/DeskPage"));
const ShopPage = lazy(() => import("./shop/ShopPage"));

export function App({ mailToken }: { mailToken: string | null }) {
  useVisibleHeight();
  const [link, setLink] = useState(mailToken);
  const onOpened = useCallback(() => setLink(null), []);
  return (
    <ErrorBoundary fallback={errorPage}>
      <Announcer>
        <SessionBoundary fallback={errorPage}>
          <Suspense fallback={<div className="h-page" aria-busy="true" />}>
            {link !== null ? <MailLink token={link} onOpened={onOpened} /> : <Pages />}
          </Suspense>
        </SessionBoundary>
      </Announcer>
    </ErrorBoundary>
  );
}

function Pages() {
  return (
    <Switch>
      <Route path={CHAT_PATH} component={ChatPage} />
      <Route path="/desk" component={DeskPage} />
      <Route path="/desk/:conversationId" component={DeskPage} />
      <Route path={SHOP_PATH} component={ShopPage} />
      <Route component={NotFound} />
    </Switch>
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
