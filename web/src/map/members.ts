/** The list that a tile opens into where zooming parts nothing: a page at a time, so that five thousand are as quick as five. */

import { figure, say } from "../words.js";
import type { Incidents } from "./data.js";
import { make } from "./furniture.js";
import { shortOf } from "./hover.js";

const ROWS_A_PAGE = 20;

export class Members {
  readonly element = make("section", "tw-map-members", "", { role: "dialog", tabindex: "-1" });
  private rows: readonly number[] = [];
  private from = 0;

  /** choose: called with a row's number; ended: called when the list closes, to give the focus back. */
  constructor(private readonly choose: (row: number) => void, private readonly ended: () => void) {
    this.element.hidden = true;
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
      else if (event.key !== "PageDown" && event.key !== "PageUp") return;
      else this.turn(event.key === "PageDown" ? 1 : -1);
      event.preventDefault();
      event.stopPropagation();
    });
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  open(table: Incidents, rows: readonly number[], simulated: boolean): void {
    this.rows = rows;
    this.from = 0;
    this.element.setAttribute("aria-label", say(simulated ? "members_simulated" : "members", { n: rows.length }));
    this.element.hidden = false;
    this.draw(table);
    this.element.focus({ preventScroll: true });
  }

  close(): void {
    if (!this.isOpen) return;
    this.element.hidden = true;
    this.element.replaceChildren();
    this.ended();
  }

  private turn(by: 1 | -1): void {
    const next = this.from + by * ROWS_A_PAGE;
    if (next < 0 || next >= this.rows.length || !this.table) return;
    this.from = next;
    this.draw(this.table);
    this.element.focus({ preventScroll: true });
  }

  private table: Incidents | null = null;

  private draw(table: Incidents): void {
    this.table = table;
    const shown = this.rows.slice(this.from, this.from + ROWS_A_PAGE);
    const list = make("ol");
    for (const row of shown) {
      const { what, when, error } = shortOf(table, row);
      const button = make("button", "", "", { type: "button", "data-row": String(row) });
      button.append(make("b", "", what), make("span", "", when), make("span", "", error));
      button.addEventListener("click", () => this.choose(row));
      const item = make("li");
      item.append(button);
      list.append(item);
    }
    const head = make("header");
    const close = make("button", "tw-map-close", "×", { type: "button", "aria-label": say("close") });
    close.addEventListener("click", () => this.close());
    head.append(make("h3", "", this.element.getAttribute("aria-label") ?? ""), close);
    this.element.replaceChildren(head, list);
    if (this.rows.length > ROWS_A_PAGE) this.element.append(this.pages(shown.length));
  }

  private pages(count: number): HTMLElement {
    const bar = make("footer");
    const step = (by: 1 | -1, text: string): HTMLButtonElement => {
      const button = make("button", "", text, { type: "button" });
      button.disabled = by < 0 ? this.from === 0 : this.from + count >= this.rows.length;
      button.addEventListener("click", () => this.turn(by));
      return button;
    };
    const where = say("members_page", { from: figure(this.from + 1), to: figure(this.from + count), all: figure(this.rows.length) });
    bar.append(step(-1, say("members_before")), make("span", "", where), step(1, say("members_after")));
    return bar;
  }
}
