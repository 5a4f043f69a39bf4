// Before the first paint, so that a chosen theme doesn't flash in. A file, as the page's policy allows no
// inline script.
try {
  const theme = localStorage.getItem("cg.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Without storage the system's theme is used.
}
