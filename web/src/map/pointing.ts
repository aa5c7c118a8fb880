/** The pointer on the Watch map: what lies under it answers at once, and a press chooses, opens or filters. */

import { say } from "../words.js";
import { Hover, shortOf } from "./hover.js";
import type { Camera } from "./mercator.js";
import type { Mark, Overlay } from "./overlay.js";
import type { View } from "./view.js";
import type { ZoneShape } from "./zones.js";

const IS_COARSE = matchMedia("(pointer: coarse)").matches;
const REACH_PX = IS_COARSE ? 24 : 18;
/** A zone's name comes when the pointer rests: it is everywhere, and would follow every way across the map. */
const REST_MS = 250;
/** A second press within this time zooms, so a zone waits for it. */
const DOUBLE_MS = 260;

export interface Presses {
  /** Anything but a zone: true when the press was used up. */
  mark: (mark: Mark | null) => boolean;
  zone: (zone: ZoneShape) => void;
}

export class Pointing {
  readonly hover = new Hover();
  private resting: ReturnType<typeof setTimeout> | undefined;
  private pressing: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly view: View, private readonly overlay: Overlay, private readonly presses: Presses) {
    const { map } = view;
    map.on("click", (event) => this.press(event.point.x, event.point.y));
    map.on("dblclick", () => clearTimeout(this.pressing));
    map.on("mousemove", (event) => this.move(event.point.x, event.point.y));
    map.on("mouseout", () => this.leave());
    map.on("movestart", () => this.leave());
  }

  private press(x: number, y: number): void {
    clearTimeout(this.pressing);
    if (this.presses.mark(this.overlay.find(x, y, REACH_PX))) {
      this.hover.hide();
      return;
    }
    const zone = this.overlay.zones?.at(x, y, this.view.camera);
    if (zone && !zone.isLine) this.pressing = setTimeout(() => this.presses.zone(zone), DOUBLE_MS);
  }

  private move(x: number, y: number): void {
    clearTimeout(this.resting);
    const mark = this.overlay.find(x, y, REACH_PX);
    const camera = this.view.camera;
    this.view.map.getCanvas().style.cursor = mark ? "pointer" : "";
    if (mark) {
      this.point(null);
      if (!IS_COARSE) this.hover.show(this.wordsOf(mark), mark, camera);
      return;
    }
    const town = IS_COARSE ? null : (this.overlay.labels?.numberedAt(x, y) ?? null);
    if (town) {
      this.point(null);
      this.hover.show([town], { x, y }, camera);
      return;
    }
    const zone = this.overlay.zones?.at(x, y, camera) ?? null;
    if (zone?.id !== this.overlay.pointedZone) this.hover.hide();
    this.point(zone);
    if (zone && !IS_COARSE) this.resting = setTimeout(() => this.hover.show(this.zoneWords(zone), { x, y }, camera), REST_MS);
  }

  private leave(): void {
    clearTimeout(this.resting);
    clearTimeout(this.pressing);
    this.hover.hide();
    this.point(null);
  }

  private point(zone: ZoneShape | null): void {
    const id = zone?.id ?? null;
    if (id === this.overlay.pointedZone) return;
    this.overlay.pointedZone = id;
    this.view.paint();
  }

  /** The hover of a mark that the keyboard came to. */
  showFor(mark: Mark, camera: Camera): void {
    this.hover.show(this.wordsOf(mark), mark, camera);
  }

  private wordsOf(mark: Mark): string[] {
    if (mark.kind === "tile") return [say(mark.tile.simulated ? "hover_tile_simulated" : "hover_tile", { n: mark.tile.count })];
    const { what, when, error } = shortOf(this.overlay.table!, mark.row);
    return [what, when, error];
  }

  private zoneWords(zone: ZoneShape): string[] {
    if (zone.isLine) return [zone.name];
    return [zone.name, say(this.overlay.chosenZones.has(zone.id) ? "zone_press_again" : "zone_press")];
  }
}
