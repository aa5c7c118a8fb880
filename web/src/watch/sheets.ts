/** What opens over the page: the filters as a sheet on small screens, the time under its button, and folds that close again. */

import { say } from "../words.js";

const FOLDS = "details.mark, details.prefs, details.further, .counters > details, details.same, .prefs";

/** The words of the button that closes the sheet: how many incidents the filters leave. */
export function tellApply(): void {
  const button = document.getElementById("filter-apply");
  const count = Number(document.getElementById("view")?.dataset["shown"] ?? 0);
  if (button) button.textContent = say("show_incidents", { n: count });
}

/** The controls move into the sheet while it is open, and back: they are the same ones on every screen. */
function openFilters(sheet: HTMLDialogElement): void {
  const controls = document.getElementById("sheet");
  if (!controls || sheet.open) return;
  sheet.querySelector(".slot")?.append(controls);
  for (const fold of controls.querySelectorAll("details")) fold.open = true;
  tellApply();
  sheet.showModal();
}

function closeFilters(): void {
  const controls = document.getElementById("sheet");
  for (const fold of controls?.querySelectorAll("details") ?? []) fold.open = false;
  if (controls) document.getElementById("filter-sheet")?.before(controls);
  document.getElementById("filters-open")?.focus();
}

export function openTime(open: boolean): void {
  const main = document.querySelector<HTMLElement>("main.watch");
  if (!main) return;
  main.dataset["time"] = open ? "open" : "";
  document.getElementById("time-open")?.setAttribute("aria-expanded", String(open));
}

/** Folds over the page close when something else is pressed, and on Escape. */
function closeFolds(except: Element | null): boolean {
  let closed = false;
  for (const fold of document.querySelectorAll<HTMLDetailsElement>(FOLDS)) {
    if (!(fold instanceof HTMLDetailsElement) || !fold.open || (except && fold.contains(except)) || fold.closest("dialog")) continue;
    fold.open = false;
    closed = true;
  }
  return closed;
}

export function begin(): void {
  const sheet = document.getElementById("filter-sheet");
  if (sheet instanceof HTMLDialogElement) {
    document.getElementById("filters-open")?.addEventListener("click", () => openFilters(sheet));
    sheet.addEventListener("close", closeFilters);
    sheet.addEventListener("click", (event) => {
      if (event.target === sheet || (event.target as Element).closest("[data-close]")) sheet.close();
    });
    matchMedia("(min-width: 800px)").addEventListener("change", () => sheet.open && sheet.close());
    document.addEventListener("tw:view", tellApply);
  }
  document.getElementById("time-open")?.addEventListener("click", (event) => {
    openTime((event.currentTarget as HTMLElement).getAttribute("aria-expanded") !== "true");
  });
  document.addEventListener("click", (event) => closeFolds(event.target as Element));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const fold = (event.target as Element).closest?.<HTMLDetailsElement>("details[open]");
    if (closeFolds(null)) {
      event.preventDefault();
      fold?.querySelector("summary")?.focus();
    }
  }, true);
}
