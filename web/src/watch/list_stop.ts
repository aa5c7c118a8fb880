/** The list as one stop of the Tab key: arrows, Home and End go from row to row, and what was left is where Tab comes back to. Skip links lead into list, time and map. */

import { stepped } from "../roving.js";
import { choose, chosenRow } from "./choose.js";
import { openTime } from "./sheets.js";

function links(): HTMLAnchorElement[] {
  return [...document.querySelectorAll<HTMLAnchorElement>("#list .row > a")];
}

let stop = "";

/** Lets Tab reach one row alone: the one that had the focus, else the chosen one, else the first. */
function hold(): void {
  const all = links();
  const rowOf = (link: HTMLElement): string => link.parentElement?.dataset["n"] ?? "";
  const chosen = String(chosenRow() ?? "");
  const held = all.find((link) => rowOf(link) === stop) ?? all.find((link) => rowOf(link) === chosen) ?? all[0];
  for (const link of all) link.tabIndex = link === held ? 0 : -1;
}

function key(event: KeyboardEvent): void {
  const from = (event.target as Element).closest?.<HTMLAnchorElement>("#list .row > a");
  if (!from || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const all = links();
  const at = all.indexOf(from);
  const to = stepped(at, all.length, event.key);
  if (to === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  const next = all[to];
  if (!next || to === at) return;
  next.focus({ preventScroll: true });
  choose(Number(next.parentElement?.dataset["n"]), "key");
  if (getComputedStyle(document.getElementById("list")!).overflowY === "visible") next.scrollIntoView({ block: "nearest" });
}

/** Where a skip link leads: what can be used there, not the box around it. */
function skip(event: Event): void {
  const target = (event.target as Element).closest<HTMLAnchorElement>("a.skip")?.getAttribute("href");
  if (target === "#time") openTime(true);
  const place: Record<string, string> = {
    "#list": '#list .row > a[tabindex="0"], #list a', "#time": ".tw-brush-grip", "#map": 'tw-map [tabindex="0"]',
  };
  const first = target && place[target] && document.querySelector<HTMLElement>(place[target]);
  if (!first) return;
  event.preventDefault();
  first.focus();
}

export function begin(): void {
  if (!document.getElementById("view")) return;
  hold();
  document.addEventListener("click", skip);
  document.addEventListener("keydown", key, true);
  document.addEventListener("focusin", (event) => {
    const row = (event.target as Element).closest?.<HTMLElement>("#list .row");
    if (!row) return;
    stop = row.dataset["n"] ?? "";
    hold();
  });
  document.addEventListener("tw:choose", () => {
    stop = String(chosenRow() ?? "");
    hold();
  });
  document.addEventListener("tw:view", () => {
    stop = "";
    hold();
  });
  document.body.addEventListener("htmx:afterSettle", hold);
}
