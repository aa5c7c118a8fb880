/** What the page says of what was done and of what stands in the way, in its status region. */

import { say } from "../words.js";
import { NoCharacter } from "./canonical.js";
import { TooLong } from "./position.js";
import { Cannot } from "./talk.js";

const KEPT = "trucewatch-review-told";

/** Says a sentence in the status region of this part of the page, else in that of the page. */
export function tell(sentence: string, near?: Element | null): void {
  const region =
    near?.querySelector<HTMLElement>("[data-review-status]") ?? document.querySelector<HTMLElement>("[data-review-status]") ?? document.getElementById("announce");
  if (!region) return;
  region.hidden = false;
  region.textContent = sentence;
}

/** Says a sentence with a button behind it. */
export function tellWith(sentence: string, button: HTMLElement): void {
  tell(sentence);
  (document.querySelector("[data-review-status]") ?? document.getElementById("announce"))?.append(" ", button);
}

/** The page that follows says it. It tells what was done, never what was answered. */
export function tellNext(sentence: string): void {
  try {
    sessionStorage.setItem(KEPT, sentence);
  } catch {
    /* the page itself shows what was entered */
  }
}

/** What the page before left to say, while this page stands. */
let kept = "";
export const toldBefore = (): string => kept;

export function tellKept(): void {
  try {
    kept = sessionStorage.getItem(KEPT) ?? "";
    sessionStorage.removeItem(KEPT);
    if (kept) tell(kept);
  } catch {
    /* nothing was kept */
  }
}

/** A fault in words for the person. Nothing of what was answered is in it. */
export function sentenceOf(fault: unknown): string {
  if (fault instanceof Cannot) return fault.message;
  if (fault instanceof TooLong) return say("review_too_long", { n: fault.by });
  if (fault instanceof NoCharacter) return say("review_no_character");
  return say("review_fault", { name: fault instanceof Error ? fault.name : "" });
}
