/** The calendar that opens beside a field for a day or a time. One dialog for the page, in the page's own words: browsers do not know every language that we speak. */

import { make } from "../map/furniture.js";
import { dayWords, format, say, withWords } from "../words.js";
import { type Day, dayAfterKey, isSame, plusMonths, readText, weeksOf } from "./days.js";

const LAST_MINUTE = /^([01]?\d|2[0-3]):[0-5]\d$/;

class Calendar {
  private readonly box = document.createElement("dialog");
  private readonly title = make("strong", "", "", { id: "calendar-title", "aria-live": "polite" });
  private readonly grid = make("table", "tw-calendar-grid", "", { role: "grid", "aria-labelledby": "calendar-title" });
  private readonly clock = document.createElement("input");
  private readonly clockLine = make("label", "row-line");
  private readonly months = format("months").split("|");
  private readonly monthNames = format("month_names").split("|");
  private readonly weekdays = format("weekdays").split("|");
  private readonly firstWeekday = Number(format("first_weekday"));
  private field: HTMLInputElement | null = null;
  private at: Day = { year: 2000, month: 1, day: 1 };

  constructor() {
    this.box.className = "tw-calendar";
    this.box.setAttribute("aria-labelledby", "calendar-title");
    const head = make("p", "head");
    head.append(
      this.stepper("«", say("calendar_year_before"), -12), this.stepper("‹", say("calendar_month_before"), -1), this.title,
      this.stepper("›", say("calendar_month_after"), 1), this.stepper("»", say("calendar_year_after"), 12),
    );
    Object.assign(this.clock, { type: "text", inputMode: "numeric", size: 6, maxLength: 5, placeholder: "10:00" });
    this.clockLine.append(make("span", "note", say("calendar_clock")), this.clock);
    const close = make("button", "", say("close"), { type: "button" });
    close.addEventListener("click", () => this.box.close());
    const foot = make("p", "head");
    foot.append(this.clockLine, close);
    this.box.append(head, this.grid, foot);
    this.grid.addEventListener("keydown", (event) => this.key(event as KeyboardEvent));
    this.grid.addEventListener("click", (event) => {
      const day = (event.target as Element).closest<HTMLElement>("[data-day]")?.dataset["day"];
      if (day) this.pick(readText(day, [])!.day);
    });
    this.box.addEventListener("close", () => this.field?.focus());
    document.body.append(this.box);
  }

  open(field: HTMLInputElement, needsClock: boolean): void {
    this.field = field;
    const { day, clock } = readText(field.value, this.months) ?? readText(field.placeholder, this.months) ?? { day: this.at, clock: "" };
    this.at = day;
    this.clockLine.hidden = !needsClock;
    this.clock.value = field.value ? clock : "";
    this.paint();
    this.box.showModal();
    this.focusDay();
  }

  private stepper(sign: string, label: string, months: number): HTMLElement {
    const button = make("button", "", sign, { type: "button", "aria-label": label });
    button.addEventListener("click", () => {
      this.at = plusMonths(this.at, months);
      this.paint();
    });
    return button;
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = dayAfterKey(this.at, event.key, event.shiftKey, this.firstWeekday, document.documentElement.dir === "rtl");
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    this.at = next;
    this.paint();
    this.focusDay();
  }

  private pick(day: Day): void {
    const { field } = this;
    if (!field) return;
    const clock = this.clockLine.hidden ? "" : LAST_MINUTE.test(this.clock.value.trim()) ? this.clock.value.trim().padStart(5, "0") : "00:00";
    field.value = `${dayWords(day)} ${clock}`.trim();
    delete field.dataset["moment"];
    this.box.close();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private focusDay(): void {
    this.grid.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  }

  private paint(): void {
    this.title.textContent = `${this.monthNames[this.at.month - 1]} ${this.at.year}`;
    const head = make("tr");
    for (const name of [...this.weekdays.slice(this.firstWeekday), ...this.weekdays.slice(0, this.firstWeekday)]) head.append(make("th", "", name, { scope: "col" }));
    const body = document.createElement("tbody");
    for (const week of weeksOf(this.at, this.firstWeekday)) {
      const line = make("tr");
      for (const day of week) {
        const is = isSame(day, this.at);
        const cell = make("td", "", "", { role: "gridcell", "aria-selected": String(is) });
        const written = `${String(day.year).padStart(4, "0")}-${day.month}-${day.day}`;
        const button = make("button", day.month === this.at.month ? "" : "tw-other-month", String(day.day), {
          type: "button", tabindex: is ? "0" : "-1", "data-day": written, "aria-label": dayWords(day),
        });
        cell.append(button);
        line.append(cell);
      }
      body.append(line);
    }
    const top = document.createElement("thead");
    top.append(head);
    this.grid.replaceChildren(top, body);
  }
}

let calendar: Calendar | null = null;

export function begin(): void {
  document.addEventListener("click", (event) => {
    const opener = (event.target as Element).closest<HTMLElement>("[data-calendar]");
    const field = opener?.parentElement?.querySelector("input");
    if (!opener || !field) return;
    withWords(() => {
      calendar ??= new Calendar();
      calendar.open(field, opener.dataset["calendar"] === "moment");
    });
  });
}
