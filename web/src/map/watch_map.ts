/** The Watch page's map: in step with list and time, one tab stop, and as quick with 20,000 incidents as with one. */

import { say } from "../words.js";
import { type Ground, type Incidents, type Signs, fetchJson } from "./data.js";
import { type Box, Legend, ScaleBar, buttons, disclaimer, make } from "./furniture.js";
import { Labels } from "./labels.js";
import { watchLegend } from "./legend.js";
import { Mask } from "./mask.js";
import { type Camera, latOf, lonOf } from "./mercator.js";
import { type Mark, Overlay, signName } from "./overlay.js";
import { isDark, palette } from "./palette.js";
import { SignSheet, sheetOf } from "./signs.js";
import { type Arrow, isArrow, nearest, nextInDirection } from "./step.js";
import { type Bounds, View } from "./view.js";

const MOST_ZOOM = 13;
const REACH_PX = matchMedia("(pointer: coarse)").matches ? 24 : 18;

/** The row that follows another in a list, round and round; null if that other is not in it. */
function after(rows: readonly number[], row: number): number | null {
  const at = rows.indexOf(row);
  return at < 0 ? null : rows[(at + 1) % rows.length]!;
}

export interface Chosen {
  n: number | null;
  by: "list" | "map" | "time" | "key";
}

export class WatchMap {
  readonly overlay = new Overlay();
  readonly legend: Legend;
  private readonly view: View;
  private readonly stage: HTMLElement;
  private readonly said: HTMLElement;
  private readonly scale = new ScaleBar();
  private signs: Signs | null = null;

  constructor(private readonly host: HTMLElement, private ground: Ground | null, bounds: Bounds) {
    this.stage = make("div", "tw-map-stage", "", {
      role: "application", tabindex: "0", "aria-label": say("map"), "aria-describedby": "tw-map-how",
    });
    this.said = make("p", "unseen", "", { role: "status" });
    this.legend = new Legend("tw-map-legend", host.clientWidth >= 640 && innerWidth >= 1200);
    host.append(this.stage);
    this.view = new View(this.stage, {
      bounds, ground, minZoom: 6, maxZoom: MOST_ZOOM, padding: () => this.padding(), doubleClickZoom: true,
      paint: (context, camera) => {
        this.overlay.paint(context, camera, palette(), this.legend.covered(camera.width, camera.height));
        this.scale.show(latOf((camera.height / 2 - camera.top) / camera.size), camera.zoom);
      },
    });
    host.append(
      buttons((steps) => this.view.zoomBy(steps), () => this.view.moveTo(bounds)), this.scale.element, this.legend.element, disclaimer(ground?.disclaimer),
      make("p", "unseen", say("map_how"), { id: "tw-map-how" }), this.said,
    );
    this.listen();
    if (ground) this.label(ground);
  }

  private label(ground: Ground): void {
    const labels = new Labels(ground);
    this.overlay.labels = labels;
    void labels.fonts().then((came) => {
      if (!came || this.ground !== ground) return;
      this.overlay.labels = new Labels(ground);
      this.view.paint();
    });
  }

  /** The ground as it is now: zones, the line of contact and names change with the clock, and with them labels and legend. */
  takeGround(ground: Ground): void {
    this.ground = ground;
    this.label(ground);
    this.view.takeGround(ground);
    this.explain();
  }

  async show(incidents: Incidents, signs: Signs | null): Promise<void> {
    this.signs = signs;
    this.overlay.show(incidents);
    this.explain();
    await this.drawSigns();
  }

  /** Reads the incident table again; the server's ETag makes an unchanged one cheap. */
  async reload(): Promise<void> {
    const url = this.host.dataset["incidents"];
    if (url) await this.show(await fetchJson<Incidents>(url), this.signs);
  }

  filter(mask: Mask): void {
    this.overlay.filter(mask);
    this.view.paint();
  }

  /** Marks a row as chosen; moves only if it lies out of view. */
  choose(row: number | null): void {
    this.overlay.chosen = row ?? -1;
    this.overlay.cursor = null;
    this.view.paint();
    if (row === null) return;
    const camera = this.view.camera;
    const at = this.overlay.at(row, camera);
    if (!at || this.isInView(at, camera)) return;
    const aside = this.legend.isOpen ? -Legend.WIDTH_PX / 2 : 0;
    this.view.centre(lonOf((at.x - camera.left) / camera.size), latOf((at.y - camera.top) / camera.size), undefined, [aside * this.way, 0]);
  }

  /** 1 where the legend stands at the right, -1 in a right-to-left page. */
  private get way(): number {
    return document.documentElement.dir === "rtl" ? -1 : 1;
  }

  private padding(): { top: number; bottom: number; left: number; right: number } {
    const legend = this.legend.isOpen ? Legend.WIDTH_PX : 24;
    return { top: 32, bottom: 32, left: this.way > 0 ? 24 : legend, right: this.way > 0 ? legend : 24 };
  }

  /** On the map and not under what stands on it: buttons, scale, legend, and the corner of the card. */
  private isInView(at: { x: number; y: number }, camera: Camera): boolean {
    const { width, height } = camera;
    const edge = 20;
    if (at.x < edge || at.y < edge || at.x > width - edge || at.y > height - edge) return false;
    const card: Box = this.way > 0 ? [width - 340, height - 170, width, height] : [0, height - 170, 340, height];
    const boxes = width >= 700 ? [...this.legend.covered(width, height), card] : this.legend.covered(width, height);
    return !boxes.some(([left, top, right, bottom]) => at.x > left && at.x < right && at.y > top && at.y < bottom);
  }

  /** Where a row's sign stands on the map's own pixels, or null; for tests and for the card beside it. */
  whereIs(row: number): { x: number; y: number } | null {
    return this.overlay.at(row, this.view.camera);
  }

  /** Moves the map to a place, as the place search asks. */
  goTo(lon: number, lat: number, zoom?: number): void {
    this.view.centre(lon, lat, zoom);
  }

  end(): void {
    this.view.end();
  }

  private explain(): void {
    const sheet = this.signs ? sheetOf(this.signs, isDark()) : {};
    this.legend.show(...watchLegend(this.overlay.table, sheet, this.ground, palette()));
  }

  private async drawSigns(): Promise<void> {
    const table = this.overlay.table;
    if (!table || !this.signs) return;
    const wanted = new Set<string>();
    for (let row = 0; row < table.rows; row++) wanted.add(signName(table, row));
    this.overlay.sheet = await SignSheet.draw(sheetOf(this.signs, isDark()), wanted, devicePixelRatio || 1);
    this.view.paint();
  }

  private listen(): void {
    this.view.map.on("click", (event) => this.press(this.overlay.find(event.point.x, event.point.y, REACH_PX)));
    this.view.map.on("mousemove", (event) => {
      this.view.map.getCanvas().style.cursor = this.overlay.find(event.point.x, event.point.y, REACH_PX) ? "pointer" : "";
    });
    this.stage.addEventListener("keydown", (event) => this.key(event));
    for (const change of ["focus", "blur"] as const)
      this.stage.addEventListener(change, () => {
        this.overlay.focused = change === "focus" && this.stage.matches(":focus-visible");
        this.view.paint();
      });
    this.stage.addEventListener("tw:theme", () => {
      this.explain();
      void this.drawSigns();
    });
  }

  /** A press opens a tile and chooses a sign; pressed again where signs lie on each other, the next of them. */
  private press(mark: Mark | null): void {
    if (!mark) return;
    if (mark.kind === "tile") {
      this.open(mark);
      return;
    }
    const stacked = this.overlay.marks.flatMap((one) => (one.kind === "sign" && Math.hypot(one.x - mark.x, one.y - mark.y) < 6 ? [one.row] : []));
    this.tell(after(stacked, this.overlay.chosen) ?? mark.row, "map");
  }

  /** Opens a tile by zoom; where no zoom can part its members, chooses them one after the other. */
  private open(mark: Mark & { kind: "tile" }): void {
    const zoom = this.view.map.getZoom();
    if (zoom < MOST_ZOOM - 0.01) {
      this.view.centre(lonOf(mark.tile.x), latOf(mark.tile.y), Math.min(MOST_ZOOM, zoom + 1.5));
      return;
    }
    const row = after(mark.tile.rows, this.overlay.chosen) ?? mark.tile.rows[0]!;
    this.tell(row, "map");
    this.said.textContent = this.nameOf(row);
    this.overlay.cursor = mark.tile.key;
  }

  private tell(n: number | null, by: Chosen["by"]): void {
    document.dispatchEvent(new CustomEvent<Chosen>("tw:choose", { detail: { n, by } }));
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (isArrow(event.key)) {
      if (event.shiftKey) this.pan(event.key);
      else this.step(event.key);
    } else if (event.key === "+" || event.key === "=") this.view.zoomBy(1);
    else if (event.key === "-") this.view.zoomBy(-1);
    else if (event.key === "Enter") {
      const tile = this.overlay.marks.find((mark) => mark.kind === "tile" && mark.tile.key === this.overlay.cursor);
      if (!tile || tile.kind !== "tile") return;
      this.open(tile);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private pan(key: Arrow): void {
    const step = 120;
    const ways: Record<Arrow, [number, number]> = { ArrowUp: [0, -step], ArrowDown: [0, step], ArrowLeft: [-step, 0], ArrowRight: [step, 0] };
    this.view.panBy(...ways[key]);
  }

  private step(key: Arrow): void {
    const camera = this.view.camera;
    const { marks, chosen, cursor } = this.overlay;
    this.overlay.focused = true;
    const tile = marks.find((mark) => mark.kind === "tile" && mark.tile.key === cursor);
    const from = tile ?? (chosen >= 0 ? this.overlay.at(chosen, camera) : null);
    const next = from === null
      ? nearest({ x: camera.width / 2, y: camera.height / 2 }, marks)
      : nextInDirection(from, marks, key);
    const mark = marks[next];
    if (!mark) {
      this.said.textContent = say("no_further");
      return;
    }
    if (mark.kind === "sign") {
      this.overlay.cursor = null;
      this.tell(mark.row, "map");
      this.said.textContent = this.nameOf(mark.row);
    } else {
      this.overlay.cursor = mark.tile.key;
      this.said.textContent = say(mark.tile.simulated ? "tile_simulated" : "tile", { n: mark.tile.count });
      this.view.paint();
    }
  }

  private nameOf(row: number): string {
    const item = document.getElementById(`row-${row}`);
    const label = item?.querySelector("[aria-label]")?.getAttribute("aria-label") ?? item?.textContent ?? "";
    return label.replace(/\s+/g, " ").trim() || say("incident", { code: this.overlay.table?.code[row] ?? "" });
  }
}
