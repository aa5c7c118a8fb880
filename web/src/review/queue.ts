/** The queue by keys: `j` and `k` go from case to case, Enter shows one in its row, `c`, `d` and `a` answer it, `u` takes the last press back. Nothing is chosen before, and *who* is answered by no key. */

import { make } from "../map/furniture.js";
import { inField } from "../fields/in_field.js";
import { say, withWords } from "../words.js";
import { type Kept, answerAll, chosenIn, formsIn, putBack, readForm, versionOf } from "./answers.js";
import { hold, inList, isOnlyHereTold } from "./sheet.js";
import { sentenceOf, tell } from "./telling.js";
import { Cannot } from "./talk.js";

const KEYS = { c: "concur", d: "dissent", a: "abstain" } as const;
let pressed: Kept[] = [];

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("li[data-review-case]")];
}

/** Whether cases are shown and answered in their rows; beside a case the rows only lead to others. */
function isQueue(): boolean {
  return rows().length > 0 && document.querySelector("[data-review-list]") !== null;
}

const linkOf = (row: HTMLElement): HTMLAnchorElement | null => row.querySelector<HTMLAnchorElement>("a[href]");
const formOf = (row: HTMLElement): HTMLFormElement | undefined => formsIn(row)[0];

function current(): HTMLElement | undefined {
  return document.activeElement?.closest<HTMLElement>("li[data-review-case]") ?? rows().find((row) => row.getAttribute("aria-current") === "true");
}

function goTo(row: HTMLElement | undefined): void {
  if (!row) return;
  for (const other of rows()) other.toggleAttribute("aria-current", false);
  row.setAttribute("aria-current", "true");
  linkOf(row)?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function step(by: number): void {
  const all = rows();
  const at = all.indexOf(current() as HTMLElement);
  goTo(all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)]);
}

/** The case's page has ids of its own; several of them stand on one page here, with their headings below that of the event. */
function renamed(part: Element, code: string): Element {
  const own = [part, ...part.querySelectorAll("*")];
  const ids = new Set(own.map((one) => one.id).filter(Boolean));
  for (const one of own) {
    if (one.id) one.id = `${code}-${one.id}`;
    if (/^H[1-4]$/.test(one.tagName)) one.setAttribute("aria-level", String(Number(one.tagName[1]) + 2));
    for (const name of ["for", "aria-labelledby", "aria-describedby", "aria-controls"]) {
      const value = one.getAttribute(name);
      if (value) one.setAttribute(name, value.split(" ").map((id) => (ids.has(id) ? `${code}-${id}` : id)).join(" "));
    }
  }
  return part;
}

/** The case's own page: the console notes that it was opened. Throws Cannot. */
export async function pageOf(code: string, address: string): Promise<string> {
  let answer: Response;
  try {
    answer = await fetch(address, { headers: { "X-Page-Language": document.documentElement.lang }, credentials: "same-origin" });
    if (answer.ok && !answer.redirected) return await answer.text();
  } catch {
    throw new Cannot(say("review_no_answer"));
  }
  throw new Cannot(answer.redirected ? say("review_signed_out") : say("review_not_shown", { code, status: String(answer.status) }));
}

/** Shows in its row what was put and the form; pressed meanwhile, not twice. */
async function open(row: HTMLElement): Promise<void> {
  const [code, link] = [row.dataset["reviewCase"] ?? "", linkOf(row)];
  if (!link || row.getAttribute("aria-busy") === "true") return;
  if (row.querySelector("[data-review-shown]")) {
    formOf(row)?.querySelector<HTMLElement>("input, textarea")?.focus();
    return;
  }
  row.setAttribute("aria-busy", "true");
  try {
    show(row, code, await pageOf(code, link.href));
  } finally {
    row.removeAttribute("aria-busy");
  }
}

function show(row: HTMLElement, code: string, html: string): void {
  const page = new DOMParser().parseFromString(html, "text/html");
  const parts = [...page.querySelectorAll("[data-review-put], form[data-review-form]")].filter((part) => !part.parentElement?.closest("[data-review-put]"));
  if (parts.length === 0) throw new Cannot(say("review_own_page", { code }));
  const shown = make("div", "", "", { "data-review-shown": "" });
  shown.append(...parts.map((part) => renamed(document.importNode(part, true), code)));
  row.append(shown);
  row.dataset["reviewOpened"] = "yes";
  for (const form of formsIn(shown)) hold(form);
  tellBar();
}

/** The question that has the focus, if one has it. */
function questionAt(form: HTMLFormElement): string | undefined {
  const part = document.activeElement;
  if (!part || !form.contains(part)) return undefined;
  const name = part.closest("fieldset, [role=radiogroup]")?.querySelector<HTMLInputElement>('input[name^="answer-"]')?.name;
  return name?.slice("answer-".length);
}

/** A key answers; a dissent then asks for one's own version before anything can be signed. */
function answer(form: HTMLFormElement, value: (typeof KEYS)[keyof typeof KEYS]): void {
  if (form.querySelector('[name="answer-who"]')) return withWords(() => tell(say("review_who_by_hand"), form));
  const only = questionAt(form);
  const isFirst = !isOnlyHereTold();
  pressed.push(chosenIn(form));
  answerAll(form, value, only);
  if (value !== "dissent") return;
  const field = only ? versionOf(form, only) : [...form.querySelectorAll<HTMLTextAreaElement>('[name^="version-"]')].find((one) => !one.value.trim());
  withWords(() => {
    const sentences = [say("review_version_asked", { code: form.dataset["code"] ?? "" }), ...(isFirst ? [say("review_only_here")] : [])];
    tell(sentences.join(" "), form);
  });
  field?.focus();
}

/** Takes the last press back, before anything is signed. */
function undo(): void {
  const last = pressed.pop();
  if (!last) return;
  putBack(last);
  const row = last.form.closest<HTMLElement>("li[data-review-case]");
  if (row) goTo(row);
  withWords(() => tell(say("review_undone", { code: last.form.dataset["code"] ?? "" }), last.form));
  tellBar();
}

/** The bar of the list: how many are signed as one act, and which are whole. */
function tellBar(): void {
  withWords(writeBar);
}

function writeBar(): void {
  const bar = document.querySelector<HTMLElement>("[data-review-list]");
  if (!bar) return;
  const forms = formsIn(document).filter(inList);
  const line = bar.querySelector("[data-review-line]") ?? bar.appendChild(make("div", "row-line", "", { "data-review-line": "" }));
  line.toggleAttribute("hidden", forms.length === 0);
  // A page may give the bar hidden, for what is signed as one act alone; it is seen once there is something to sign.
  if (bar.hidden) bar.dataset["appears"] = "yes";
  if (bar.dataset["appears"]) bar.hidden = forms.length === 0;
  const counted = bar.querySelector<HTMLElement>("[data-review-count]") ?? line.appendChild(make("span", "", "", { "data-review-count": "" }));
  counted.textContent = say("review_in_list", { n: forms.length });
  let button = bar.querySelector<HTMLButtonElement>("[data-review-sign]");
  if (!button) {
    button = make("button", "main", "", { type: "button", "data-review-sign": "" }) as HTMLButtonElement;
    button.textContent = say("review_sign_list");
    line.append(button);
  }
  button.hidden = false;
  let back = bar.querySelector<HTMLButtonElement>("[data-review-undo]");
  if (!back) {
    back = make("button", "", say("review_undo"), { type: "button", "data-review-undo": "", "data-undo": "" }) as HTMLButtonElement;
    line.append(back);
  }
  back.hidden = pressed.length === 0;
  for (const form of formsIn(document)) offerPull(form);
}

/** Any member can be pulled out of the list again. */
function offerPull(form: HTMLFormElement): void {
  const row = form.closest<HTMLElement>("li[data-review-case]");
  if (!row || form.dataset["step"] === "open" || form.querySelector('[name="answer-who"]')) return;
  let box = form.querySelector<HTMLInputElement>("[data-review-member]");
  if (!box) {
    const label = make("label", "check");
    box = make("input", "", "", { type: "checkbox", "data-review-member": "" }) as HTMLInputElement;
    label.append(box, ` ${say("review_member")}`);
    form.append(label);
    box.checked = true;
  }
  box.closest("label")!.hidden = !readForm(form).isBegun;
  form.dataset["pulledOut"] = box.checked ? "no" : "yes";
}

function lettersOn(): boolean {
  return document.documentElement.dataset["keys"] !== "off";
}

/** The form that a letter answers: that of the row, or the one of the page. */
function formAt(): HTMLFormElement | undefined {
  const row = current();
  if (isQueue()) return row && formOf(row);
  return document.activeElement?.closest<HTMLFormElement>("form[data-review-form]") ?? formsIn(document)[0];
}

function key(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
  if (event.key === "Enter" && isQueue()) {
    const row = (event.target as Element).closest<HTMLElement>("li[data-review-case]");
    if (!row || event.target !== linkOf(row) || event.shiftKey) return;
    event.preventDefault();
    if (!event.repeat) open(row).catch((fault: unknown) => tell(sentenceOf(fault), row));
    return;
  }
  if (event.key.length !== 1 || event.shiftKey || !lettersOn() || inField(event.target)) return;
  if (rows().length > 0 && (event.key === "j" || event.key === "k")) step(event.key === "j" ? 1 : -1);
  else if (event.key in KEYS) {
    const form = formAt();
    if (form && event.repeat) return event.preventDefault(); // a key that is held down answers once
    if (form) answer(form, KEYS[event.key as keyof typeof KEYS]);
    else if (isQueue() && current()) tell(say("review_open_first"), current());
    else return;
  } else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

export function begin(): void {
  if (rows().length === 0 && formsIn(document).length === 0) return;
  pressed = [];
  document.addEventListener("keydown", key, true);
  document.addEventListener("change", tellBar);
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-review-undo]")) undo();
  });
  tellBar();
}
