/** All keys of the console. Single letters never fire in fields and can be switched off at the top of the page; `?` lists them. */

import { inField } from "../fields/in_field.js";
import { choose, chosenRow, mapElement, open, step } from "./choose.js";
import { showNews } from "./news.js";

function lettersOn(): boolean {
  return document.documentElement.dataset["keys"] !== "off";
}

/** Presses the control for a key, `data-key="a"`: the page's own before one of the menu, which stands beside every page. */
function press(key: string): boolean {
  const controls = [...document.querySelectorAll<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)].filter((one) => one.checkVisibility());
  const control = controls.find((one) => one.closest("main")) ?? controls[0];
  control?.click();
  return control !== undefined;
}

function pressed(selector: string): boolean {
  const control = document.querySelector<HTMLElement>(selector);
  control?.click();
  return control !== null;
}

function openDialog(id: string): boolean {
  const asked = document.getElementById(id);
  if (asked instanceof HTMLDialogElement && !asked.open) asked.showModal();
  return asked instanceof HTMLDialogElement;
}

function nextHop(): boolean {
  const hops = [...document.querySelectorAll<HTMLElement>("[data-hop]")];
  if (hops.length === 0) return false;
  const at = hops.indexOf(document.activeElement as HTMLElement);
  const next = hops[(at + 1) % hops.length]!;
  if (next.tabIndex < 0 && !next.hasAttribute("tabindex")) next.tabIndex = -1;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function letter(key: string): boolean {
  switch (key) {
    case "/": {
      const field = document.querySelector<HTMLInputElement>('#filters [name="q"], [data-search]');
      field?.focus();
      field?.select();
      return field != null;
    }
    case "j": return document.getElementById("list") ? (step(1), true) : press("j");
    case "k": return document.getElementById("list") ? (step(-1), true) : press("k");
    case "[": return pressed("#earlier") || press("[");
    case "]": return pressed("#later") || press("]");
    case "l":
    case "L": mapElement()?.toggleLegend(); return mapElement() !== null;
    case "e": return nextHop();
    case ".": showNews(); return true;
    case "u": return pressed("#undo, [data-undo]") || press("u");
    case "?": return openDialog("keys");
    default: return press(key);
  }
}

function escape(event: KeyboardEvent): void {
  if (document.querySelector("dialog[open]")) return;
  if (inField(event.target)) (event.target as HTMLElement).blur();
  else if (chosenRow() !== null) choose(null, "key");
  else document.querySelector<HTMLElement>("[data-back]")?.click();
}

/** Enter opens the chosen incident unless it belongs to the control that has the focus. */
function enter(event: KeyboardEvent): void {
  const target = event.target as Element;
  if (target.closest("a, button, summary, input, select, textarea, dialog, [role=slider], [role=button]")) return;
  if (open()) event.preventDefault();
}

/** Something real in a drill. What is being typed is sent with its form, if the form has a button for it. */
function real(target: EventTarget | null): boolean {
  const form = target instanceof Element ? target.closest("form") : null;
  const button = form?.querySelector<HTMLElement>("[data-real]") ?? document.querySelector<HTMLElement>("main [data-real]") ?? document.querySelector<HTMLElement>("[data-real]");
  button?.click();
  return button !== null;
}

export function begin(): void {
  document.addEventListener("keydown", (event) => {
    if (event.key === "F8" && !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey) {
      if (!event.repeat && real(event.target)) event.preventDefault();
      return;
    }
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") escape(event);
    else if (event.key === "Enter") enter(event);
    else if (event.key.length === 1 && lettersOn() && !inField(event.target) && !document.querySelector("dialog[open]") && letter(event.key))
      event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const opener = (event.target as Element).closest<HTMLElement>("[data-opens]");
    if (opener?.dataset["opens"]) openDialog(opener.dataset["opens"]);
  });
}
