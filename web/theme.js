// Puts the stored theme on <html> before the first paint; the app (src/shell/theme.rs) changes it later.
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage can be forbidden; the system's theme then stays.
}
