// Starts the WebAssembly whose hashed names trunk wrote into <meta name="app">, and tells in words why it could not.
const names = document.querySelector('meta[name="app"]').dataset;
const at = (name) => new URL(name, document.baseURI);

document.getElementById("crash-reload").addEventListener("click", () => location.reload());

try {
  const { default: init } = await import(at(names.js));
  const wasm = await init({ module_or_path: at(names.wasm) });
  // `trunk serve` waits for this event.
  dispatchEvent(new CustomEvent("TrunkApplicationStarted", { detail: { wasm } }));
} catch (error) {
  console.error(error);
  const text = document.createElement("p");
  text.textContent =
    typeof WebAssembly === "undefined"
      ? "This browser has no WebAssembly, or it is switched off. Please use a newer one or allow it for this site."
      : `The page could not start: ${error.message ?? error}. Reload it; if that does not help, something between ` +
        "this browser and the server may hold back a file or forbid WebAssembly (Content-Security-Policy without " +
        "'wasm-unsafe-eval').";
  const boot = document.getElementById("boot");
  if (boot) {
    boot.setAttribute("role", "alert");
    boot.replaceChildren(text);
  }
}
