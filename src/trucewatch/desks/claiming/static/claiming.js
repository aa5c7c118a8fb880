/* A call: Ctrl+Enter enters it from any field, once; the map is fetched when it is asked for. Without this file the
   button does, and places are typed. */

for (const form of document.querySelectorAll("form[data-call]")) {
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    const button = form.querySelector("#enter");
    if (!button.disabled) form.requestSubmit(button);
  });
  // A second press while the first is on its way would enter the call twice.
  let isSent = false;
  form.addEventListener("submit", (event) => {
    if (isSent) event.preventDefault();
    isSent = true;
  });
  addEventListener("pageshow", () => {
    isSent = false;
  });
}

// Most calls need no map, and none should wait for it.
for (const kept of document.querySelectorAll("template[data-map]")) {
  const details = kept.closest("details");
  const show = () => {
    if (!details.open || !kept.isConnected) return;
    kept.replaceWith(kept.content.cloneNode(true));
    import(kept.dataset.map);
  };
  details.addEventListener("toggle", show);
  show();
}
