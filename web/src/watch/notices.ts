/** Notices that go by themselves, and buttons that copy a sentence. */

import { say } from "../words.js";

const NOTICE_MS = 20_000;

/** A notice with an undo stays 20 s, longer while it has the pointer or the focus. */
function fade(notice: HTMLElement): void {
  const go = (): void => {
    if (notice.matches(":hover, :focus-within")) window.setTimeout(go, 2000);
    else notice.remove();
  };
  window.setTimeout(go, NOTICE_MS);
}

async function copy(button: HTMLElement): Promise<void> {
  const asked = button.dataset["copy"] ?? "";
  const source = asked.startsWith("#") ? document.querySelector(asked) : asked === "" ? document.querySelector("h1") : null;
  const text = (source?.textContent ?? asked).replace(/\s+/g, " ").trim();
  const before = button.textContent ?? "";
  let said: string;
  try {
    await navigator.clipboard.writeText(text);
    said = say("copied");
  } catch {
    said = say("copy_failed");
  }
  button.textContent = said;
  const announce = document.getElementById("announce");
  if (announce) announce.textContent = said;
  window.setTimeout(() => (button.textContent = before), 2000);
}

export function begin(): void {
  for (const notice of document.querySelectorAll<HTMLElement>("#toast")) fade(notice);
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-copy]");
    if (button) void copy(button);
  });
}
