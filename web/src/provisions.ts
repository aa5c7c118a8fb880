/** The pages of provisions: the rail under the moment moves it, and the page behind follows without being loaded anew. Every one of these steps is a link or a form without this. */

import { withWords, zonedWords } from "./words.js";

const WAIT_MS = 180;
let asked = 0;

function bar(): HTMLElement | null {
  return document.getElementById("moment");
}

function rail(): HTMLInputElement | null {
  return document.querySelector<HTMLInputElement>("#moment .rail-input");
}

/** The moment of the rail: on a stroke where one is near, so that no change is missed by a few pixels. */
function snapped(input: HTMLInputElement): number {
  const at = Number(input.value);
  const width = Math.max(input.getBoundingClientRect().width, 1);
  const near = ((Number(input.max) - Number(input.min)) / width) * 6;
  const ticks = (bar()?.dataset["ticks"] ?? "").split(" ").filter(Boolean).map((tick) => Date.parse(tick) / 1000);
  const nearest = ticks.reduce<number | undefined>(
    (best, tick) => (Math.abs(tick - at) <= near && (best === undefined || Math.abs(tick - at) < Math.abs(best - at)) ? tick : best),
    undefined,
  );
  return nearest ?? at;
}

function addressAt(seconds: number): string {
  const form = document.querySelector<HTMLFormElement>("#moment form")!;
  const address = new URL(form.action, location.href);
  address.searchParams.set("as_of", new Date(seconds * 1000).toISOString().replace(".000Z", "Z"));
  const known = form.querySelector<HTMLInputElement>('input[name="known"]');
  if (known) address.searchParams.set("known", known.value);
  return address.href;
}

/** Puts the page of another moment in the place of this one; where it does not come, the browser goes there. */
async function show(address: string): Promise<void> {
  const mine = ++asked;
  document.getElementById("shown")?.setAttribute("aria-busy", "true");
  const focused = document.activeElement?.closest("#moment") ? focusName(document.activeElement) : "";
  let page: Document;
  try {
    const answer = await fetch(address, { headers: { "X-Page-Language": document.documentElement.lang } });
    if (!answer.ok) throw new Error(String(answer.status));
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    location.assign(address);
    return;
  }
  if (mine !== asked) return;
  const [from, to] = [page.getElementById("content"), document.getElementById("content")];
  if (!from || !to) return location.assign(address);
  to.replaceChildren(...[...from.childNodes].map((node) => document.importNode(node, true)));
  history.pushState(null, "", address); // the way back loads the page before anew (filters.ts)
  ready();
  if (focused) document.querySelector<HTMLElement>(focused)?.focus({ preventScroll: true });
  const told = document.getElementById("announce");
  if (told) told.textContent = rail()?.getAttribute("aria-valuetext") ?? "";
}

function focusName(element: Element): string {
  if (element.matches(".rail-input")) return "#moment .rail-input";
  const key = (element as HTMLElement).dataset["key"];
  return key ? `#moment [data-key="${CSS.escape(key)}"]` : "";
}

/** Makes the rail one that can be moved. */
function ready(): void {
  const input = rail();
  if (!input) return;
  input.hidden = false;
  let waiting = 0;
  const field = document.querySelector<HTMLInputElement>('#moment input[name="as_of"]');
  const thumb = document.querySelector<SVGSVGElement>("#moment .slider-ticks > svg");
  input.step = String(Math.max(60, Math.round((Number(input.max) - Number(input.min)) / 2000)));
  input.addEventListener("input", () => {
    const at = snapped(input);
    const share = (at - Number(input.min)) / (Number(input.max) - Number(input.min));
    thumb?.setAttribute("x", `${(Math.min(Math.max(share, 0), 1) * 100).toFixed(3)}%`);
    withWords(() => {
      input.setAttribute("aria-valuetext", zonedWords(at * 1000));
      if (field) field.value = zonedWords(at * 1000);
    });
    clearTimeout(waiting);
    waiting = window.setTimeout(() => void show(addressAt(at)), WAIT_MS);
  });
}

/** Steps and chips of the bar, and the keys that press them, change the page in its place. */
document.addEventListener("click", (event) => {
  const link = (event.target as Element).closest<HTMLAnchorElement>("#moment a[href]");
  if (!link || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  void show(link.href);
});
ready();
