/** The form of one case: which questions it asks, what is answered, what is missing. Nothing of it leaves the page here. */

import { say } from "../words.js";
import type { Draft } from "./handing.js";
import { type Answer, bytesOf } from "./position.js";

const PREFIX = "answer-";

export interface Read {
  readonly draft: Draft;
  /** What is still to be answered or written, and the field for it; undefined where the form is whole. */
  readonly missing?: { readonly sentence: string; readonly field: HTMLElement };
  readonly isBegun: boolean;
}

export function formsIn(part: ParentNode): HTMLFormElement[] {
  return [...part.querySelectorAll<HTMLFormElement>("form[data-review-form]")];
}

export function questionsOf(form: HTMLFormElement): string[] {
  const names = [...form.querySelectorAll<HTMLInputElement>(`input[type="radio"][name^="${PREFIX}"]`)].map((radio) => radio.name);
  return [...new Set(names)].map((name) => name.slice(PREFIX.length));
}

export function radiosOf(form: HTMLFormElement, question: string): HTMLInputElement[] {
  return [...form.querySelectorAll<HTMLInputElement>(`input[type="radio"][name="${PREFIX}${CSS.escape(question)}"]`)];
}

export function versionOf(form: HTMLFormElement, question: string): HTMLTextAreaElement | null {
  return form.querySelector<HTMLTextAreaElement>(`[name="version-${CSS.escape(question)}"]`);
}

/** The question's own words, as the page has them. */
function wordsOf(form: HTMLFormElement, question: string): string {
  const group = radiosOf(form, question)[0]?.closest("fieldset, [role=radiogroup]");
  return (group?.querySelector("legend, [data-review-question]")?.textContent ?? question).replace(/\s+/g, " ").trim();
}

/** Control characters are refused when a position is opened: what holds one must not be sealed. */
export function hasControl(text: string): boolean {
  return /[^\P{Cc}\n\t]/u.test(text);
}

export function typed(field: HTMLTextAreaElement | HTMLInputElement | null): string {
  return (field?.value ?? "").replace(/\r\n?/g, "\n").trim();
}

/** The answer to a question that a chosen value and a text make; to *who* every other value is whom one names. */
export function answerOf(question: string, value: string, version: string): Answer {
  if (question === "who") return value === "none" || value === "abstain" ? { answer: value } : { answer: "names", version: value };
  return value === "dissent" ? { answer: value, version } : { answer: value };
}

export function readForm(form: HTMLFormElement): Read {
  const answers: Record<string, Answer> = {};
  const reasons: Record<string, string> = {};
  const code = form.dataset["code"] ?? "";
  let missing: Read["missing"];
  let isBegun = false;
  for (const question of questionsOf(form)) {
    const radios = radiosOf(form, question);
    const value = radios.find((radio) => radio.checked)?.value;
    const field = versionOf(form, question);
    const reasonField = form.querySelector<HTMLTextAreaElement>(`[name="reason-${CSS.escape(question)}"]`);
    const [version, reason] = [typed(field), typed(reasonField)];
    isBegun ||= value !== undefined || version !== "" || reason !== "";
    const words = { code, question: wordsOf(form, question) };
    if (value === undefined) missing ??= { sentence: say("review_unanswered", words), field: radios[0] ?? form };
    else if (value === "dissent" && !version) missing ??= { sentence: say("review_version_missing", words), field: field ?? form };
    for (const [text, holder] of [[version, field], [reason, reasonField]] as const)
      if (hasControl(text)) missing ??= { sentence: say("review_control", words), field: holder ?? form };
    if (value !== undefined) answers[question] = answerOf(question, value, version);
    if (reason) reasons[question] = reason;
  }
  const left = bytesLeft(form, answers, reasons);
  if (left < 0) missing ??= { sentence: say("review_too_long", { n: -left }), field: longestIn(form) ?? form };
  const draft = { code, findingSha256: form.dataset["findingSha256"] ?? "", answers, reasons };
  return { draft, isBegun, ...(missing ? { missing } : {}) };
}

/** How many bytes are left for versions and reasons; Infinity where the page does not say how many there are. */
export function bytesLeft(form: HTMLFormElement, answers: Read["draft"]["answers"], reasons: Read["draft"]["reasons"]): number {
  const room = Number(form.dataset["room"] || Infinity);
  try {
    return room - bytesOf(answers, reasons);
  } catch {
    return room; // half of a character, which is said when it is signed
  }
}

function longestIn(form: HTMLFormElement): HTMLTextAreaElement | undefined {
  return [...form.querySelectorAll<HTMLTextAreaElement>("textarea")].sort((one, other) => other.value.length - one.value.length)[0];
}

/** Says below the last question how many bytes are left, once something is typed. */
export function showRoom(form: HTMLFormElement): void {
  if (!form.dataset["room"]) return;
  const { answers, reasons } = readForm(form).draft;
  const line = form.querySelector<HTMLElement>("[data-review-room]");
  if (!line) return;
  const left = bytesLeft(form, answers, reasons);
  line.hidden = ![...form.querySelectorAll("textarea")].some((field) => field.value !== "");
  line.textContent = left < 0 ? say("review_too_long", { n: -left }) : say("review_bytes_left", { n: left });
}

/** The field for one's own version stands where it is asked for: after a dissent. */
export function showVersions(form: HTMLFormElement): void {
  for (const question of questionsOf(form)) {
    const field = versionOf(form, question);
    const part = field?.closest<HTMLElement>("[data-review-version]") ?? field;
    if (!field || !part) continue;
    const isAsked = radiosOf(form, question).some((radio) => radio.checked && radio.value === "dissent");
    part.hidden = !isAsked;
    field.required = isAsked;
  }
}

/** What was answered with one press: the same of every question, or of the one that has the focus. */
export function answerAll(form: HTMLFormElement, value: "concur" | "dissent" | "abstain", only?: string): void {
  for (const question of only ? [only] : questionsOf(form)) {
    const radio = radiosOf(form, question).find((one) => one.value === value);
    if (radio) radio.checked = true;
  }
  showVersions(form);
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

export interface Kept {
  readonly form: HTMLFormElement;
  readonly chosen: ReadonlyMap<string, string | undefined>;
}

/** What is chosen in a form now, so that a press can be taken back. */
export function chosenIn(form: HTMLFormElement): Kept {
  return { form, chosen: new Map(questionsOf(form).map((name) => [name, radiosOf(form, name).find((one) => one.checked)?.value])) };
}

export function putBack({ form, chosen }: Kept): void {
  for (const [question, value] of chosen) for (const radio of radiosOf(form, question)) radio.checked = radio.value === value;
  showVersions(form);
  form.dispatchEvent(new Event("change", { bubbles: true }));
}
