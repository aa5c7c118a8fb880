/** Choosing an incident in list, map or time: one `tw:choose` on the document, and everything follows it. */

import htmx from "htmx.org";
import type { Incidents } from "../map/data.js";
import type { TwMap } from "../map/element.js";
import type { Chosen } from "../map/watch_map.js";
import { rooted } from "../root.js";
import { submitFilters } from "./filters.js";

let chosen: number | null = null;

export function chosenRow(): number | null {
  return chosen;
}

export function choose(n: number | null, by: Chosen["by"]): void {
  document.dispatchEvent(new CustomEvent<Chosen>("tw:choose", { detail: { n, by } }));
}

export function mapElement(): TwMap | null {
  return document.querySelector<TwMap>("tw-map");
}

/** The incident table that the map read, once it has. */
export function mapTable(): Incidents | null {
  return mapElement()?.watch?.overlay.table ?? null;
}

function rowItem(n: number): HTMLElement | null {
  return document.getElementById(`row-${n}`);
}

/** The code of a row, from its link in the list or, for rows not yet in the list, from the map's table. */
export function codeOf(n: number): string {
  const link = rowItem(n)?.querySelector<HTMLAnchorElement>('a[href*="/incident/"]');
  const found = link && /\/incident\/([^/?#]+)/.exec(link.getAttribute("href") ?? "");
  return found?.[1] ?? mapTable()?.code[n] ?? "";
}

function mark(scroll: boolean): void {
  for (const row of document.querySelectorAll<HTMLElement>("#list .row")) {
    const is = row.dataset["n"] === String(chosen);
    row.classList.toggle("is-chosen", is);
    const link = row.querySelector("a");
    if (is) link?.setAttribute("aria-current", "true");
    else link?.removeAttribute("aria-current");
    if (is && scroll) bringIntoView(row);
  }
}

/** Scrolls the list, never the page: where the list has no scroll of its own, whoever presses the map keeps it in sight. */
function bringIntoView(row: HTMLElement): void {
  const list = row.parentElement!;
  if (list.scrollHeight <= list.clientHeight || getComputedStyle(list).overflowY === "visible") return;
  const [outer, inner] = [list.getBoundingClientRect(), row.getBoundingClientRect()];
  const edge = 28;
  if (inner.top < outer.top + edge) list.scrollTop -= outer.top + edge - inner.top;
  else if (inner.bottom > outer.bottom - 4) list.scrollTop += inner.bottom - outer.bottom + 4;
}

function address(code: string): void {
  const field = document.querySelector<HTMLInputElement>('#filters [name="sel"]');
  if (field) field.value = code;
  const url = new URL(location.href);
  if (code) url.searchParams.set("sel", code);
  else url.searchParams.delete("sel");
  history.replaceState(history.state, "", url);
}

/** Fills the card of the chosen one; only the last choice is ever shown. */
async function card(code: string): Promise<void> {
  const box = document.getElementById("card");
  if (!box) return;
  if (!code) {
    box.replaceChildren();
    return;
  }
  await htmx.ajax("get", rooted(`/watch/card/${encodeURIComponent(code)}`), { target: "#card", swap: "innerHTML", source: "#card" });
  if (chosen === null) box.replaceChildren();
}

export function begin(): void {
  document.addEventListener("tw:choose", (event) => {
    const { n, by } = (event as CustomEvent<Chosen>).detail;
    const same = n === chosen;
    chosen = n;
    mark(by !== "list");
    const code = n === null ? "" : codeOf(n);
    const view = document.getElementById("view");
    if (view) view.dataset["sel"] = n === null ? "" : String(n);
    if (same) return;
    address(code);
    void card(code);
    // A list holds a hundred rows at once; for a row beyond, the server gives the part that holds it.
    if (n !== null && code && document.getElementById("list") && !rowItem(n)) submitFilters();
  });
  document.addEventListener("tw:view", () => {
    // Rows are numbered by the view's own list.
    const sel = document.getElementById("view")?.dataset["sel"];
    chosen = sel ? Number(sel) : null;
    mark(true);
    if (chosen === null) void card("");
  });
  document.body.addEventListener("htmx:afterSettle", () => mark(false));
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-close-card]")) {
      choose(null, "map");
      return;
    }
    const row = (event.target as Element).closest<HTMLElement>("#list .row");
    // Enter on a row (a click without a pointer) follows its link, and so does a press on the chosen one.
    if (!row || event.detail === 0 || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const n = Number(row.dataset["n"]);
    if (n === chosen) return;
    event.preventDefault();
    choose(n, "list");
  });
  const view = document.getElementById("view");
  if (view?.dataset["sel"]) {
    chosen = Number(view.dataset["sel"]);
    mark(true);
    void card(codeOf(chosen));
  }
}

/** The next or previous row of the list, with the focus on it; the first one when none is chosen. */
export function step(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>("#list .row")];
  if (rows.length === 0) return;
  const at = rows.findIndex((row) => row.dataset["n"] === String(chosen));
  const next = rows[at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + by))]!;
  choose(Number(next.dataset["n"]), "key");
  next.querySelector("a")?.focus({ preventScroll: true });
  if (innerWidth < 800) next.scrollIntoView({ block: "nearest" });
}

/** Follows the chosen row to its page. */
export function open(): boolean {
  if (chosen === null) return false;
  const code = codeOf(chosen);
  if (!code) return false;
  location.assign(rowItem(chosen)?.querySelector<HTMLAnchorElement>("a[href]")?.href ?? rooted(`/incident/${encodeURIComponent(code)}`));
  return true;
}
