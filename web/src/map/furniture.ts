/** What stands beside the map's marks: zoom buttons, scale bar with north arrow, and the legend that explains every shape. */

import { say } from "../words.js";
import { metresPerPixel } from "./mercator.js";

const STEPS = [1, 2, 5];
const BAR_PX = 120;

/** An element with a class, a text and attributes. */
export function make<K extends keyof HTMLElementTagNameMap>(
  name: K, className = "", text = "", attributes: Record<string, string> = {},
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text) element.textContent = text;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

export function drawing(width: number, height: number, parts: [string, Record<string, string | number>][]): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("width", String(width));
  svg.setAttribute("height", String(height));
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("aria-hidden", "true");
  for (const [name, attributes] of parts) {
    const part = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, String(value));
    svg.append(part);
  }
  return svg;
}

/** How near a pointer has to come to what it means, in pixels: a finger hits less exactly than a mouse. */
export function reachPx(ofMouse: number): number {
  return matchMedia("(pointer: coarse)").matches ? ofMouse * 1.8 : ofMouse;
}

/** + − and "Fit all". */
export function buttons(zoom: (steps: number) => void, whole: () => void): HTMLElement {
  const bar = make("div", "tw-map-buttons");
  const plus = make("button", "", "+", { type: "button", "aria-label": say("zoom_in"), title: say("zoom_in") });
  const minus = make("button", "", "−", { type: "button", "aria-label": say("zoom_out"), title: say("zoom_out") });
  const all = make("button", "tw-map-whole", say("fit_all"), { type: "button" });
  plus.addEventListener("click", () => zoom(1));
  minus.addEventListener("click", () => zoom(-1));
  all.addEventListener("click", whole);
  bar.append(plus, minus, all);
  return bar;
}

/** The longest of 1, 2, 5 × 10ⁿ metres that fits into the room, and its width in pixels. */
export function scaleStep(metresPerPx: number, room = BAR_PX): { metres: number; px: number } {
  const most = metresPerPx * room;
  const power = 10 ** Math.floor(Math.log10(most));
  const step = STEPS.filter((value) => value * power <= most).pop() ?? 1;
  return { metres: step * power, px: (step * power) / metresPerPx };
}

export class ScaleBar {
  readonly element = make("div", "tw-map-scale");
  private readonly bar = make("span", "tw-map-bar");
  private readonly text = make("span");

  constructor() {
    const arrow = make("span", "tw-map-north");
    arrow.append(drawing(12, 16, [["path", { d: "M6 1l5 13-5-3.5L1 14z", fill: "currentColor" }]]), make("span", "", say("north")));
    this.element.append(arrow, this.bar, this.text);
  }

  show(lat: number, zoom: number): void {
    const { metres, px } = scaleStep(metresPerPixel(lat, zoom), Math.min(BAR_PX, window.innerWidth / 5));
    this.bar.style.inlineSize = `${Math.round(px)}px`;
    this.text.textContent = metres >= 1000 ? say("km", { n: metres / 1000 }) : say("m", { n: metres });
  }
}

/** What every map says in its own language: that boundaries and names on it are no statement. */
export function disclaimer(text: string | undefined): HTMLElement {
  return make("p", "tw-map-disclaimer", text ?? "");
}

/** Below the map, where it covers nothing: the folded legend and the disclaimer. */
export function foot(legend: Legend, text: string | undefined): HTMLElement {
  const element = make("div", "tw-map-foot");
  element.append(legend.strip, disclaimer(text));
  return element;
}

export type Box = [number, number, number, number];
export type Swatch = SVGSVGElement | HTMLImageElement;
export interface LegendPart {
  title: string;
  columns: 1 | 2;
  rows: { swatch: Swatch; text: string }[];
}

/** The part of a map's element that the map itself fills; what says what it shows stands below. */
export function roomIn(host: HTMLElement): HTMLElement {
  const room = make("div", "tw-map-room");
  host.append(room);
  return room;
}

/** A panel that folds to a strip of the most needed signs with their words; its button or `L` turns it. */
export class Legend {
  /** Room that the open panel takes from the map's end. */
  static readonly WIDTH_PX = 264;
  /** Height of what stands at the map's foot, beside the legend: the scale, and above it whose the roads are. */
  footPx = 52;
  readonly element = make("div", "tw-map-legend");
  /** Stands under the map while the panel is folded, and opens it too. */
  readonly strip = make("ul", "tw-map-strip");
  private readonly panel = make("div", "tw-map-legend-panel");
  private readonly body = make("div", "tw-map-legend-body", "", { tabindex: "0" });
  private readonly towns = make("ul", "tw-map-legend-towns");
  private readonly townsHead = make("h3");
  private readonly turn: HTMLButtonElement;
  private shownTowns = "";

  constructor(id: string) {
    this.turn = make("button", "tw-map-legend-turn", say("legend"), { type: "button", "aria-expanded": "false", "aria-controls": id });
    this.turn.append(make("kbd", "", "L", { "aria-hidden": "true" }));
    this.panel.id = id;
    this.panel.hidden = true;
    this.turn.addEventListener("click", () => this.toggle());
    this.strip.addEventListener("click", () => this.toggle());
    this.strip.setAttribute("aria-label", say("legend"));
    this.panel.append(this.body);
    this.panel.setAttribute("role", "group");
    this.panel.setAttribute("aria-label", say("legend"));
    this.element.append(this.turn, this.panel);
  }

  get isOpen(): boolean {
    return !this.panel.hidden;
  }

  /** Parts of the map that buttons, scale and legend cover: left, top, right, bottom. */
  covered(width: number, height: number): Box[] {
    const scale: Box = [0, height - this.footPx, 210, height];
    const zoom: Box = [0, 0, 168, 52];
    const mirror = document.documentElement.dir === "rtl";
    const legendWidth = this.isOpen ? Legend.WIDTH_PX : 112;
    const legendHeight = this.isOpen ? height : 52;
    const mirrored = ([left, top, right, bottom]: Box): Box => (mirror ? [width - right, top, width - left, bottom] : [left, top, right, bottom]);
    return [scale, mirrored(zoom), mirrored([width - legendWidth, 0, width, legendHeight])];
  }

  toggle(): void {
    this.panel.hidden = !this.panel.hidden;
    this.strip.hidden = this.isOpen;
    this.turn.setAttribute("aria-expanded", String(this.isOpen));
  }

  /** strip: what the folded legend shows; the rest is read by opening it. */
  show(parts: LegendPart[], notes: string[], strip: LegendPart["rows"]): void {
    this.strip.replaceChildren(...strip.map(rowOf));
    this.body.replaceChildren();
    for (const part of parts) {
      if (part.rows.length === 0) continue;
      if (part.title) this.body.append(make("h3", "", part.title));
      const list = make("ul", part.columns === 2 ? "tw-two" : "");
      list.append(...part.rows.map(rowOf));
      this.body.append(list);
    }
    this.body.append(this.townsHead, this.towns);
    for (const note of notes) this.body.append(make("p", "", note));
  }

  /** The numbers that stand on the map now for names without room, resolved. Nothing is touched while they stay. */
  showTowns(towns: readonly string[]): void {
    const text = towns.join("\n");
    if (text === this.shownTowns) return;
    this.shownTowns = text;
    this.townsHead.textContent = towns.length > 0 ? say("legend_towns") : "";
    this.towns.replaceChildren(...towns.map((town) => make("li", "", town)));
  }
}

function rowOf(row: LegendPart["rows"][number]): HTMLLIElement {
  const item = make("li");
  item.append(row.swatch, make("span", "", row.text));
  return item;
}
