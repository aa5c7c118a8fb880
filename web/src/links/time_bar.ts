/** The slider of time and what stands beside it: the page's own form, which asks the server where there are no scripts. */

import { dayWords } from "../words.js";
import { type Known, changeFrom, partsOfDay, readDay, stopOf, stopsOf } from "./spans.js";

export interface Moment {
  day: number;
  known: Known;
}

export class TimeBar {
  private stops: number[] = [];
  private readonly slider: HTMLInputElement | null;
  private readonly steps: HTMLButtonElement[];
  private readonly choices: HTMLInputElement[];

  constructor(
    form: HTMLFormElement, private readonly changes: (known: Known) => number[], private readonly today: number,
    private moment: Moment, private readonly moved: (moment: Moment) => void,
  ) {
    this.slider = form.querySelector("input[type=range]");
    this.steps = [...form.querySelectorAll<HTMLButtonElement>("button[data-change]")];
    this.choices = [...form.querySelectorAll<HTMLInputElement>("input[name=known_by]")];
    this.show();
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const way = (event.submitter as HTMLElement | null)?.dataset["change"];
      if (way) this.step(way === "next" ? 1 : -1);
    });
    this.slider?.addEventListener("input", () => this.go(this.stops[Number(this.slider!.value)] ?? this.moment.day));
    for (const choice of this.choices)
      choice.addEventListener("change", () => {
        this.moment = { ...this.moment, known: choice.value === "then" ? "then" : "fixed" };
        this.show();
        this.moved(this.moment);
      });
  }

  /** What the address says of it: `then`, or the moment that the page was asked for. */
  get knownBy(): string {
    return this.choices.find((choice) => choice.checked)?.value ?? "then";
  }

  private step(way: 1 | -1): void {
    const day = changeFrom(this.stops, this.moment.day, way);
    if (day !== null) this.go(day);
  }

  private go(day: number): void {
    if (day === this.moment.day) return;
    this.moment = { ...this.moment, day };
    this.show();
    this.moved(this.moment);
  }

  /** Writes the moment into slider, buttons and words; again where other links are shown. */
  show(): void {
    const { day, known } = this.moment;
    this.stops = stopsOf(this.changes(known), this.today);
    const words = dayWords(partsOfDay(day));
    if (this.slider) {
      this.slider.max = String(this.stops.length - 1);
      this.slider.value = String(stopOf(this.stops, day));
      this.slider.setAttribute("aria-valuetext", words);
    }
    for (const button of this.steps) button.disabled = changeFrom(this.stops, day, button.dataset["change"] === "next" ? 1 : -1) === null;
    for (const place of document.querySelectorAll("[data-links-day]")) place.textContent = words;
  }
}

/** What the form shows when the page comes. */
export function momentOf(form: HTMLFormElement, today: number): Moment {
  const known = form.querySelector<HTMLInputElement>("input[name=known_by]:checked")?.value ?? "then";
  return { day: readDay(form.dataset["day"] ?? null) ?? today, known: known === "then" ? "then" : "fixed" };
}
