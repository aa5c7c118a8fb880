/** What stands under the pointer, in words beside it: what, when and ± of a sign, the number of a tile, the name of a zone. */

import { say, spanWords, term } from "../words.js";
import { placeBeside } from "./card_place.js";
import type { Incidents } from "./data.js";
import { make } from "./furniture.js";

/** What a row of the table says in short: for the hover and for lists of what lies in one place. */
export function shortOf(table: Incidents, row: number): { what: string; when: string; error: string } {
  const major_m = table.major_m[row];
  const error = major_m == null ? "±?" : major_m >= 10_000 ? say("error_km", { n: major_m / 1000 }) : say("error_m", { n: major_m });
  return { what: term("kind", table.kinds[table.kind[row]!]!), when: spanWords(table.start[row]! * 1000, (table.end[row] ?? table.start[row]!) * 1000), error };
}

export class Hover {
  readonly element = make("div", "tw-map-hover", "", { "aria-hidden": "true" });
  private shown = "";

  constructor() {
    this.element.hidden = true;
  }

  show(lines: readonly string[], at: { x: number; y: number }, room: { width: number; height: number }): void {
    const text = lines.join("\n");
    if (this.element.hidden || text !== this.shown) {
      this.element.replaceChildren(...lines.map((line, index) => make("span", index === 0 ? "tw-first" : "", line)));
      this.shown = text;
      this.element.hidden = false;
    }
    const { left, top } = placeBeside(at, { width: this.element.offsetWidth, height: this.element.offsetHeight }, room, []);
    this.element.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }

  hide(): void {
    this.element.hidden = true;
    this.element.replaceChildren();
  }
}
