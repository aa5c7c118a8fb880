/** A button of ours for choosing a file, with the name of what was chosen: browsers write theirs in their own language. */

import { say, withWords } from "../words.js";

export function begin(): void {
  withWords(() => {
    for (const line of document.querySelectorAll<HTMLElement>(".file-field output")) line.textContent ||= say("file_none");
  });
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || input.type !== "file") return;
    const line = input.closest(".file-field")?.querySelector("output");
    const names = [...(input.files ?? [])].map((file) => file.name).join(", ");
    withWords(() => {
      if (line) line.textContent = names || say("file_none");
    });
  });
}
