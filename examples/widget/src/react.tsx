/** The same page in React: no script tag, typed. */
import { SupportWidget, type SupportWidgetApi } from "@computer-guys/support-web/widget";
import { StrictMode, useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import { fetchToken } from "./token";

function Page() {
  const chat = useRef<SupportWidgetApi>(null);
  const [visitor, setVisitor] = useState<string | null>(null);
  const [unread, setUnread] = useState(0);
  return (
    <main>
      <p className="eyebrow">Example shop</p>
      <h1>
        Repairs,
        <br />
        while you wait.
      </h1>
      <p>
        <button type="button" onClick={() => chat.current?.open()}>
          Ask us{unread > 0 && ` (${unread})`}
        </button>{" "}
        <button type="button" onClick={() => setVisitor(visitor === null ? "ada" : null)}>
          {visitor === null ? "Log in as Ada" : "Log out"}
        </button>
      </p>
      <SupportWidget
        ref={chat}
        origin={import.meta.env.VITE_CHAT_URL}
        accent="#7a2048"
        accentDark="#f0a6c4"
        onUnread={setUnread}
        identity={visitor === null ? null : { visitor, token: () => fetchToken(visitor) }}
      />
    </main>
  );
}

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
