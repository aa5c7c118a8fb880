/** Forms of positions: what they show, how they are signed, and that nothing of them is sent or kept before. */

import { rooted } from "../root.js";
import { say, withWords } from "../words.js";
import { formsIn, readForm, showRoom, showVersions } from "./answers.js";
import { type Draft, giveInTheOpen, handIn } from "./handing.js";
import { Strange } from "./known_keys.js";
import { checkBrowser, keyToSign } from "./own_keys.js";
import { talk } from "./talk.js";
import { sentenceOf, tell, tellKept, tellNext, tellStrange } from "./telling.js";

let isSigned = false;
let isTold = false;

/** Whether anything is answered in this page that is not handed over. */
export function isDrafting(): boolean {
  return !isSigned && formsIn(document).some((form) => readForm(form).isBegun);
}

/** Whether it was said in this page that answers are in it alone. */
export function isOnlyHereTold(): boolean {
  return isTold;
}

/** Makes a form one that no browser sends, keeps or fills in by itself. */
export function hold(form: HTMLFormElement): void {
  form.method = "dialog";
  form.autocomplete = "off";
  form.noValidate = true;
  for (const field of form.querySelectorAll<HTMLElement>("textarea")) field.setAttribute("autocomplete", "off");
  showVersions(form);
  for (const button of form.querySelectorAll<HTMLElement>("[data-review-sign]")) button.hidden = false;
}

/** One officer signs a case in one tab at a time; a second press, here or in another tab, waits for nothing and does nothing. */
async function alone(codes: readonly string[], act: () => Promise<void>): Promise<void> {
  const name = `trucewatch-review ${[...codes].sort().join(",")}`;
  if (!navigator.locks) return act(); // as where the page came not over https: what is done then says so
  await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
    if (lock) return act();
    tell(say("review_other_tab"));
  });
}

function go(path: string): void {
  isSigned = true;
  const here = rooted(path);
  if (location.pathname === here) location.reload();
  else location.assign(here);
}

async function sign(forms: readonly HTMLFormElement[], button: HTMLElement): Promise<void> {
  const near = forms.length === 1 ? forms[0] : null;
  const read = forms.map((form) => ({ form, ...readForm(form) }));
  const missing = read.find((one) => one.missing)?.missing;
  if (missing) {
    tell(missing.sentence, near);
    missing.field.focus();
    return;
  }
  const drafts: Draft[] = read.map((one) => one.draft);
  const isOpen = forms[0]!.dataset["step"] === "open";
  await alone(drafts.map((draft) => draft.code), async () => {
    tell(say("review_working"), near);
    try {
      const key = await keyToSign();
      if (isOpen) {
        const handed = await giveInTheOpen(drafts[0]!, key, talk);
        tellNext(say("review_given", { code: drafts[0]!.code }));
        go(handed.path);
      } else {
        const handed = await handIn(drafts, key, talk);
        tellNext(say("review_sealed", { n: drafts.length, codes: handed.sealedTo.join(", ") }));
        go(drafts.length > 1 ? "/review" : handed.path);
      }
    } catch (fault) {
      if (fault instanceof Strange) tellStrange(fault.message, fault.keys, "review_sign_to_ours", () => press(button), near);
      else tell(sentenceOf(fault), near);
    }
  });
}

/** What was signed is signed once, also while the page that follows loads. */
function press(button: HTMLElement): void {
  if (isSigned || button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  const forms = formsOf(button);
  withWords(async () => {
    try {
      if (forms.length > 0) await sign(forms, button);
      else tell(say("review_list_empty"));
    } finally {
      if (!isSigned) button.removeAttribute("aria-busy");
    }
  });
}

/** The forms that are signed by a button: its own, or, outside of them, those that are in the list. */
function formsOf(button: HTMLElement): HTMLFormElement[] {
  const own = button.closest<HTMLFormElement>("form[data-review-form]");
  if (own) return [own];
  return formsIn(document).filter((form) => inList(form));
}

/** Whether a form goes into a list: it is a first position, not of *who*, begun, and not pulled out. */
export function inList(form: HTMLFormElement): boolean {
  if (form.dataset["step"] === "open" || form.querySelector('[name="answer-who"]')) return false;
  return form.dataset["pulledOut"] !== "yes" && readForm(form).isBegun;
}

export function begin(): void {
  const forms = formsIn(document);
  for (const form of forms) hold(form);
  withWords(() => {
    tellKept();
    if (forms.length > 0) checkBrowser().catch((fault: unknown) => tell(sentenceOf(fault), forms[0]));
  });
  for (const button of document.querySelectorAll<HTMLElement>("[data-review-sign]")) button.hidden = false;
  document.addEventListener("submit", (event) => {
    if ((event.target as Element).matches("form[data-review-form]")) event.preventDefault();
  }, true);
  document.addEventListener("change", (event) => {
    const form = (event.target as Element).closest<HTMLFormElement>("form[data-review-form]");
    if (!form) return;
    showVersions(form);
    if (isTold) return;
    isTold = true;
    withWords(() => tell(say("review_only_here"), form));
  });
  document.addEventListener("input", (event) => {
    const form = (event.target as Element).closest<HTMLFormElement>("form[data-review-form]");
    if (form) showRoom(form);
  });
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-review-sign]");
    if (!button) return;
    event.preventDefault();
    press(button);
  });
  // A page that the browser kept whole when it was left: what it shows was signed since.
  addEventListener("pageshow", (event) => {
    if (event.persisted && isSigned) location.reload();
  });
  // What is answered and not signed is in this page alone: leaving it asks first. The browser has its own words for it.
  addEventListener("beforeunload", (event) => {
    if (isDrafting()) event.preventDefault();
  });
}
