/** The filter form and what follows from each new view: typed times, counts beside the filters, steps in time without a new page. */

import htmx from "htmx.org";
import { fieldWords, figure } from "../words.js";
import type { PressedZone } from "../map/watch_map.js";
import { type Span, minuteText } from "./span.js";

type End = "from" | "to";

function typed(end: End): HTMLInputElement | null {
  return document.querySelector<HTMLInputElement>(`[data-time="${end}"]`);
}

/** Sends the form as the page would: through htmx where it listens, else as an ordinary form. */
export function submitFilters(): void {
  const form = document.getElementById("filters");
  if (form instanceof HTMLFormElement) form.requestSubmit();
}

/** Asks for the view of the present address again; the address and its history stay. */
export function renewView(): void {
  if (!document.getElementById("view")) return;
  void htmx.ajax("get", location.pathname + location.search, { target: "#view", swap: "outerHTML" });
}

/** Writes a span into the fields: their text as the page writes it, and the moment itself, which the address takes. */
export function setTime(span: Span): void {
  for (const end of ["from", "to"] as const) {
    const input = typed(end);
    if (!input) continue;
    input.value = fieldWords(1000 * span[end]);
    input.dataset["moment"] = minuteText(span[end]);
  }
}

/** Beside the buttons that hide them: how many filters are set, and the way back to none. */
function countFilters(): void {
  const count = (box: ParentNode): number =>
    box.querySelectorAll("input[type=checkbox]:checked").length +
    [...box.querySelectorAll<HTMLInputElement | HTMLSelectElement>("select, input[type=search]")].filter((one) => one.value !== "").length;
  for (const [mark, box] of [["further", ".further"], ["filter", "#sheet"]] as const) {
    const shown = document.querySelector(`[data-${mark}-count]`);
    const within = document.querySelector(box);
    if (shown && within) shown.textContent = count(within) > 0 ? figure(count(within)) : "";
  }
  const view = document.getElementById("view");
  const clear = document.querySelector<HTMLAnchorElement>("#clear");
  if (!clear || !view) return;
  clear.hidden = !view.dataset["filtered"];
  if (view.dataset["clear"]) clear.href = view.dataset["clear"];
}

/** The view that came says which times and counts hold; the form outside it follows. */
function follow(): void {
  const view = document.getElementById("view");
  countFilters();
  const counts = (view?.dataset["outcomes"] ?? "").split(",");
  document.querySelectorAll<HTMLElement>("#filters [data-outcome-count]").forEach((one, index) => {
    if (counts[index]) one.textContent = figure(Number(counts[index]));
  });
  const all = document.getElementById("menu-count");
  if (all && view?.dataset["rows"]) all.textContent = figure(Number(view.dataset["rows"]));
}

/** A step in time is a link; here it brings only the view, and the address follows. */
function stepLink(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = (event.target as Element).closest<HTMLAnchorElement>("#view .steps a[href]");
  if (!link) return;
  event.preventDefault();
  const id = link.id;
  void htmx.ajax("get", link.getAttribute("href")!, { target: "#view", swap: "outerHTML" }).then(() => {
    history.pushState(null, "", link.href);
    if (id) document.getElementById(id)?.focus();
  });
}

/** Leaves out of the address what is empty or said twice, and puts in the chosen incident. */
function tidy(event: Event): void {
  const { elt, parameters } = (event as CustomEvent<{ elt: Element; parameters: Record<string, unknown> }>).detail;
  if (elt.id !== "filters") return;
  for (const end of ["from", "to"] as const) parameters[end] = typed(end)?.dataset["moment"] || parameters[end];
  for (const name of Object.keys(parameters)) if (parameters[name] === "" || parameters[name] === undefined) delete parameters[name];
  const present = new URL(location.href).searchParams;
  for (const name of ["sel", "map"]) {
    const value = present.get(name);
    if (value) parameters[name] = value;
  }
}

/** A press on a zone of the map is its filter; the same zone again lets every zone through. */
function pressZone({ id, name }: PressedZone): void {
  const select = document.querySelector<HTMLSelectElement>('#filters select[name="zone"]');
  if (!select) return;
  const isOff = select.value === id;
  if (!isOff && ![...select.options].some((option) => option.value === id)) select.add(new Option(name, id));
  select.value = isOff ? "" : id;
  submitFilters();
}

/** Links to the Watch page say where the map stands now, not where it stood when they were written. */
function takeMapAlong(event: Event): void {
  const link = (event.target as Element).closest<HTMLAnchorElement>('main.watch a[href^="/watch"]');
  if (!link) return;
  const url = new URL(link.href);
  const map = new URL(location.href).searchParams.get("map");
  if (map) url.searchParams.set("map", map);
  else url.searchParams.delete("map");
  link.href = url.pathname + url.search;
}

let focusBefore = "";

/** Where the focus was, as something that finds it again in the view that comes. */
function rememberFocus(): void {
  const active = document.activeElement as HTMLElement | null;
  const row = active?.closest("#list .row");
  const field = active?.closest<HTMLElement>("#view [data-time]");
  focusBefore = active?.dataset["end"] ? `.tw-brush-grip[data-end="${active.dataset["end"]}"]` : row ? `#${row.id} a` : field ? `#${field.id}` : "";
}

/** Tells `tw:view` after each swap of #view. */
export function begin(): void {
  document.body.addEventListener("htmx:configRequest", tidy);
  document.body.addEventListener("htmx:beforeSwap", rememberFocus);
  document.body.addEventListener("htmx:afterSwap", (event) => {
    const detail = (event as CustomEvent<{ target?: Element; elt?: Element }>).detail;
    if (detail.target?.id !== "view" && detail.elt?.id !== "view") return;
    follow();
    document.dispatchEvent(new CustomEvent("tw:view"));
    if (focusBefore) document.querySelector<HTMLElement>(focusBefore)?.focus({ preventScroll: true });
  });
  document.addEventListener("click", takeMapAlong, { capture: true });
  document.addEventListener("tw:zone", (event) => pressZone((event as CustomEvent<PressedZone>).detail));
  document.addEventListener("click", stepLink);
  document.addEventListener("input", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.dataset["time"]) delete event.target.dataset["moment"];
  });
  document.addEventListener("change", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.dataset["time"]) submitFilters();
  });
  // A link to a place within the page comes as "popstate" too; "hashchange" follows it, and nothing is loaded anew.
  let isWithinPage = false;
  addEventListener("hashchange", (event) => {
    isWithinPage = event.oldURL.split("#")[0] === event.newURL.split("#")[0];
  });
  addEventListener("popstate", () => {
    isWithinPage = false;
    setTimeout(() => isWithinPage || location.reload(), 20);
  });
}
