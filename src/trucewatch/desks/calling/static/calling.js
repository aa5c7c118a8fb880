/* A call: Ctrl+Enter enters it from any field, once. Without this file the button does. */

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
