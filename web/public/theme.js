// Before the first paint. A file, as the page's policy allows no inline script.
const root = document.documentElement;
// What of the page is there before the application: the desk is another one, and who returns goes to a conversation.
if (/^\/(desk|insights)(\/|$)/.test(location.pathname)) root.dataset.shell = "none";
else if (location.pathname !== "/") root.dataset.shell = "bare";
try {
  if (localStorage.getItem("cg.chat.session") !== null) root.dataset.shell ??= "bare";
  // So that a chosen theme doesn't flash in.
  const theme = localStorage.getItem("cg.theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
} catch {
  // Without storage the system's theme is used.
}
