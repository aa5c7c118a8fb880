/** Drawing a zone or a line by mouse, finger or text. The corners stand in one field, which the page's form sends as it is;
 * an area closes by itself. `tw:drawn` tells the geometry, or null while there is none. */

import type { Geometry } from "geojson";
import { say } from "../words.js";
import type { Ground } from "./data.js";
import { ScaleBar, buttons, disclaimer, make, reachPx } from "./furniture.js";
import { Occupied } from "./label_spots.js";
import { Labels } from "./labels.js";
import { type Camera, latOf, screenX, screenY, worldX, worldY } from "./mercator.js";
import { outline } from "./overlay.js";
import { type Palette, palette } from "./palette.js";
import { type Corner, type Crossing, type ShapeKind, faultOf, geometryOf, readCorners, writeCorners } from "./shape.js";
import { type Bounds, View } from "./view.js";
import { ZoneNames } from "./zone_names.js";

const GRIP_PX = 12;
const SIDE_PX = 8;
const MOST_STEPS = 200;

export class DrawMap {
  private corners: Corner[] = [];
  private readonly earlier: Corner[][] = [];
  private crossing: Crossing | null = null;
  /** The line of the field that is no corner; while there is one, the map changes nothing, or what follows it were lost. */
  private badLine = 0;
  private chosen = -1;
  private dragged = -1;
  private pointer: { x: number; y: number } | null = null;
  private readonly scale = new ScaleBar();
  private readonly view: View;
  private readonly labels: Labels | null;
  private readonly names: ZoneNames | null;
  private readonly stage: HTMLElement;
  private readonly list: HTMLTextAreaElement;
  private readonly undoing = make("button", "", say("draw_undo"), { type: "button" });
  private readonly deleting = make("button", "", say("draw_delete"), { type: "button" });
  private readonly clearing = make("button", "", say("draw_clear"), { type: "button" });
  private readonly said = make("p", "tw-draw-said", "", { role: "status", id: "tw-draw-said" });

  constructor(private readonly host: HTMLElement, ground: Ground | null, bounds: Bounds, private readonly kind: ShapeKind) {
    this.stage = make("div", "tw-map-stage", "", { role: "application", tabindex: "0", "aria-label": say("map_draw"), "aria-describedby": "tw-map-how" });
    const frame = make("div", "tw-draw-frame");
    frame.append(this.stage);
    host.append(frame);
    this.labels = ground ? new Labels(ground) : null;
    this.names = ground ? new ZoneNames(ground.zones.features) : null;
    this.list = this.field();
    this.view = new View(this.stage, {
      bounds, ground, minZoom: 1, maxZoom: 13, padding: () => ({ top: 24, bottom: 24, left: 24, right: 24 }), doubleClickZoom: false,
      paint: (context, camera) => this.paint(context, camera),
    });
    frame.append(buttons((steps) => this.view.zoomBy(steps), () => this.view.moveTo(bounds)), this.scale.element);
    host.append(disclaimer(ground?.disclaimer));
    host.append(this.panel());
    void this.labels?.fonts().then(() => this.view.paint());
    this.read();
    this.listen();
  }

  end(): void {
    this.view.end();
  }

  /** The field of corners: the page's own, which its form sends, or one made here where the page has none. */
  private field(): HTMLTextAreaElement {
    const own = document.getElementById(this.host.dataset["corners"] ?? "");
    if (own instanceof HTMLTextAreaElement) {
      own.setAttribute("aria-describedby", "tw-draw-said");
      return own;
    }
    const list = make("textarea", "tw-draw-list", "", { rows: "6", spellcheck: "false", "aria-label": say("draw_list"), "aria-describedby": "tw-draw-said" });
    this.host.append(list);
    return list;
  }

  private panel(): HTMLElement {
    const panel = make("div", "tw-draw");
    this.undoing.addEventListener("click", () => this.undo());
    this.deleting.addEventListener("click", () => this.remove());
    this.clearing.addEventListener("click", () => {
      this.badLine = 0;
      this.set([]);
    });
    const row = make("div", "tw-draw-buttons");
    row.append(this.undoing, this.deleting, this.clearing);
    panel.append(make("p", "tw-draw-hint", say(this.kind === "line" ? "draw_hint_line" : "draw_hint"), { id: "tw-map-how" }), row, this.said);
    return panel;
  }

  /** Takes what the field holds: typed, kept by the browser, or sent back by the server. */
  private read(): void {
    const { corners, badLine } = readCorners(this.list.value);
    this.list.setAttribute("aria-invalid", String(badLine > 0));
    this.corners = corners;
    this.chosen = -1;
    this.badLine = badLine;
    if (badLine > 0) {
      this.crossing = null;
      this.said.textContent = say("draw_bad_line", { n: badLine });
      this.tell(null);
    } else this.judge();
    this.view.paint();
  }

  /** The corners after an act, with the step to take it back. */
  private set(corners: Corner[], chosen = -1): void {
    this.remember();
    this.show(corners, chosen);
  }

  private remember(): void {
    this.earlier.push(this.corners);
    if (this.earlier.length > MOST_STEPS) this.earlier.shift();
  }

  private show(corners: Corner[], chosen = -1): void {
    this.corners = corners;
    this.chosen = chosen;
    this.list.value = writeCorners(corners);
    this.list.removeAttribute("aria-invalid");
    this.list.dispatchEvent(new Event("tw:corners", { bubbles: true }));
    this.judge();
    this.view.paint();
  }

  /** Says what is missing or crosses; what is drawn stays as it is. */
  private judge(): void {
    const fault = faultOf(this.corners, this.kind);
    const count = this.corners.length;
    this.crossing = fault?.kind === "crosses" ? fault : null;
    this.list.setAttribute("aria-invalid", String(this.crossing !== null));
    if (fault?.kind === "crosses") this.said.textContent = say("draw_crosses", this.sides(fault));
    else if (fault) this.said.textContent = count === 0 ? "" : say("draw_few", { n: fault.least });
    else this.said.textContent = say("draw_done", { n: count });
    this.said.classList.toggle("tw-draw-fault", this.crossing !== null);
    this.undoing.disabled = this.earlier.length === 0;
    this.deleting.disabled = count === 0;
    this.clearing.disabled = count === 0;
    this.tell(fault ? null : geometryOf(this.corners, this.kind));
  }

  private sides({ at, sides: [one, other] }: Crossing): Record<string, string> {
    const after = (corner: number): string => String((corner % this.corners.length) + 1);
    return { lon: at[0].toFixed(3), lat: at[1].toFixed(3), a: String(one), b: after(one), c: String(other), d: after(other) };
  }

  private undo(): void {
    const before = this.earlier.pop();
    if (before) {
      this.badLine = 0;
      this.show(before);
    }
  }

  /** Removes the chosen corner, or else the last. */
  private remove(): void {
    const which = this.chosen >= 0 ? this.chosen : this.corners.length - 1;
    if (which >= 0 && this.badLine === 0) this.set(this.corners.filter((_corner, index) => index !== which));
  }

  private tell(geometry: Geometry | null): void {
    this.host.dispatchEvent(new CustomEvent("tw:drawn", { bubbles: true, detail: { geometry } }));
  }

  private listen(): void {
    const { map } = this.view;
    this.list.addEventListener("input", () => {
      this.remember();
      this.read();
    });
    map.on("click", (event) => {
      if (this.badLine > 0) return this.list.focus();
      const grip = this.grip(event.point);
      if (grip >= 0) this.choose(grip);
      else if (event.originalEvent.detail <= 1) this.add(event.point, [event.lngLat.lng, event.lngLat.lat]);
    });
    for (const begin of ["mousedown", "touchstart"] as const)
      map.on(begin, (event) => {
        this.dragged = this.badLine > 0 ? -1 : this.grip(event.point);
        if (this.dragged < 0) return;
        this.remember();
        this.chosen = this.dragged;
        event.preventDefault();
      });
    for (const move of ["mousemove", "touchmove"] as const)
      map.on(move, (event) => {
        this.pointer = event.point;
        if (this.dragged >= 0) this.show(this.corners.with(this.dragged, [event.lngLat.lng, event.lngLat.lat]), this.dragged);
        else {
          map.getCanvas().style.cursor = this.grip(event.point) >= 0 ? "move" : "crosshair";
          this.view.paint();
        }
      });
    for (const finish of ["mouseup", "touchend"] as const)
      map.on(finish, () => {
        // A corner that was only pressed did not move: there is nothing to take back.
        if (this.dragged >= 0 && this.earlier.at(-1) === this.corners) this.earlier.pop();
        this.dragged = -1;
      });
    map.on("mouseout", () => {
      this.pointer = null;
      this.view.paint();
    });
    this.stage.addEventListener("keydown", (event) => this.key(event));
  }

  private choose(corner: number): void {
    this.chosen = corner;
    this.view.paint();
  }

  /** A corner more: within the side that was clicked, or else after the last. */
  private add(at: { x: number; y: number }, corner: Corner): void {
    const side = this.corners.length >= 3 || this.kind === "line" ? this.sideAt(at) : -1;
    const place = side >= 0 ? side + 1 : this.corners.length;
    this.set(this.corners.toSpliced(place, 0, corner), place);
  }

  private key(event: KeyboardEvent): void {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
      this.undo();
      event.preventDefault();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const ways: Record<string, [number, number]> = { ArrowUp: [0, -80], ArrowDown: [0, 80], ArrowLeft: [-80, 0], ArrowRight: [80, 0] };
    const way = ways[event.key];
    if (event.key === "Enter") this.list.focus();
    else if (event.key === "Backspace" || event.key === "Delete") this.remove();
    else if (way) this.view.panBy(...way);
    else if (event.key === "+" || event.key === "=") this.view.zoomBy(1);
    else if (event.key === "-") this.view.zoomBy(-1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private grip(at: { x: number; y: number }): number {
    const camera = this.view.camera;
    return this.corners.findIndex(([lon, lat]) => Math.hypot(screenX(camera, worldX(lon)) - at.x, screenY(camera, worldY(lat)) - at.y) <= reachPx(GRIP_PX));
  }

  /** The side (by the index of its first corner) that lies at a place of the screen, or -1. The closing side adds at the end. */
  private sideAt(at: { x: number; y: number }): number {
    const camera = this.view.camera;
    const ends = this.corners.map(([lon, lat]) => ({ x: screenX(camera, worldX(lon)), y: screenY(camera, worldY(lat)) }));
    return ends.findIndex((begin, index) => {
      const end = ends[index + 1];
      if (!end) return false;
      const [wide, high] = [end.x - begin.x, end.y - begin.y];
      const share = ((at.x - begin.x) * wide + (at.y - begin.y) * high) / Math.max(wide * wide + high * high, 1e-9);
      return share > 0 && share < 1 && Math.hypot(begin.x + share * wide - at.x, begin.y + share * high - at.y) <= reachPx(SIDE_PX);
    });
  }

  private paint(context: CanvasRenderingContext2D, camera: Camera): void {
    const colours = palette();
    context.clearRect(0, 0, camera.width, camera.height);
    const occupied = new Occupied(camera.width, camera.height);
    occupied.take(0, 0, 168, 52);
    occupied.take(0, camera.height - 52, 210, camera.height);
    this.names?.paint(context, camera, occupied, colours);
    this.labels?.paint(context, camera, occupied, colours);
    this.scale.show(latOf((camera.height / 2 - camera.top) / camera.size), camera.zoom);
    if (this.corners.length > 0) this.paintShape(context, camera, colours);
  }

  private paintShape(context: CanvasRenderingContext2D, camera: Camera, colours: Palette): void {
    const isArea = this.kind === "polygon" && this.corners.length >= 3;
    outline(context, this.corners, camera);
    if (isArea) {
      context.closePath();
      context.fillStyle = colours.accentFill;
      context.fill();
    } else if (this.pointer && this.dragged < 0) context.lineTo(this.pointer.x, this.pointer.y);
    context.lineWidth = 2;
    context.strokeStyle = colours.accent;
    context.setLineDash(isArea || this.kind === "line" ? [] : [6, 4]);
    context.stroke();
    context.setLineDash([]);
    if (this.crossing) this.paintCrossing(context, camera, colours, this.crossing);
    for (const [index, [lon, lat]] of this.corners.entries()) {
      const [x, y] = [screenX(camera, worldX(lon)), screenY(camera, worldY(lat))];
      context.beginPath();
      context.arc(x, y, index === this.chosen ? 7 : 5, 0, 2 * Math.PI);
      context.fillStyle = index === this.chosen ? colours.accent : colours.surface;
      context.fill();
      context.lineWidth = 2;
      context.strokeStyle = colours.accent;
      context.stroke();
      this.paintNumber(context, String(index + 1), x, y, colours);
    }
  }

  private paintNumber(context: CanvasRenderingContext2D, text: string, x: number, y: number, colours: Palette): void {
    context.font = '600 11px "Noto Sans", sans-serif';
    context.textAlign = "center";
    context.textBaseline = "alphabetic";
    context.lineWidth = 3;
    context.strokeStyle = colours.surface;
    context.strokeText(text, x, y - 10);
    context.fillStyle = colours.ink;
    context.fillText(text, x, y - 10);
  }

  /** The two sides that cross, and a ring round the place. */
  private paintCrossing(context: CanvasRenderingContext2D, camera: Camera, colours: Palette, { at, sides }: Crossing): void {
    context.strokeStyle = colours.ink;
    context.lineWidth = 3.5;
    for (const side of sides) {
      outline(context, [this.corners[side - 1]!, this.corners[side % this.corners.length]!], camera);
      context.stroke();
    }
    context.beginPath();
    context.arc(screenX(camera, worldX(at[0])), screenY(camera, worldY(at[1])), 12, 0, 2 * Math.PI);
    context.lineWidth = 2.5;
    context.stroke();
  }
}
