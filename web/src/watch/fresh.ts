/** What came with the last "show" is marked in the list, by a word and an edge, until it is chosen or the next news are shown. */

import { make } from "../map/furniture.js";
import { say } from "../words.js";
import { codeOf } from "./choose.js";

const fresh = new Set<string>();

function unmark(row: HTMLElement): void {
  row.classList.remove("is-new");
  row.querySelector(".new-mark")?.remove();
  const link = row.querySelector("a");
  const name = link?.getAttribute("aria-label") ?? "";
  if (name.startsWith(`${say("new_mark")}, `)) link?.setAttribute("aria-label", name.slice(say("new_mark").length + 2));
}

function codeOfRow(row: HTMLElement): string {
  return /\/incident\/([^/?#]+)/.exec(row.querySelector("a")?.getAttribute("href") ?? "")?.[1] ?? "";
}

function mark(): void {
  for (const row of document.querySelectorAll<HTMLElement>("#list .row")) {
    const marked = row.querySelector(".new-mark") !== null;
    if (!fresh.has(codeOfRow(row))) {
      if (marked) unmark(row);
      continue;
    }
    // After a swap htmx sets the classes once more, as they came.
    row.classList.add("is-new");
    if (marked) continue;
    row.querySelector(".what")?.prepend(make("span", "new-mark", say("new_mark")), " ");
    const link = row.querySelector("a");
    const name = link?.getAttribute("aria-label");
    if (link && name) link.setAttribute("aria-label", `${say("new_mark")}, ${name}`);
  }
}

/** From now on these are the new ones, and no others. */
export function markFresh(codes: Iterable<string>): void {
  fresh.clear();
  for (const code of codes) fresh.add(code);
}

export function begin(): void {
  document.addEventListener("tw:view", mark);
  document.body.addEventListener("htmx:afterSettle", mark);
  document.addEventListener("tw:choose", (event) => {
    const { n } = (event as CustomEvent<{ n: number | null }>).detail;
    if (n === null || !fresh.delete(codeOf(n))) return;
    mark();
  });
}
