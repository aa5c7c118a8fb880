/** Drawing a zone or a line by mouse, finger or text. `tw:drawn` tells the geometry, or null while there is none. */

import type { Geometry } from "geojson";
import { say } from "../words.js";
import type { Ground } from "./data.js";
import { ScaleBar, buttons, disclaimer, make } from "./furniture.js";
import { Occupied } from "./label_spots.js";
import { Labels } from "./labels.js";
import { type Camera, latOf, screenX, screenY, worldX, worldY } from "./mercator.js";
import { outline } from "./overlay.js";
import { palette } from "./palette.js";
import { type Corner, type ShapeKind, faultOf, geometryOf, readCorners, writeCorners } from "./shape.js";
import { type Bounds, View } from "./view.js";

const GRIP_PX = 12;

export class DrawMap {
  private corners: Corner[] = [];
  private closed = false;
  private dragged = -1;
  private pointer: { x: number; y: number } | null = null;
  private readonly scale = new ScaleBar();
  private readonly view: View;
  private readonly labels: Labels | null;
  private readonly stage: HTMLElement;
  private readonly list = make("textarea", "tw-draw-list", "", { rows: "6", spellcheck: "false", id: "tw-draw-list", "aria-describedby": "tw-draw-said" });
  private readonly said = make("p", "tw-draw-said", "", { role: "status", id: "tw-draw-said" });

  constructor(private readonly host: HTMLElement, ground: Ground | null, bounds: Bounds, private readonly kind: ShapeKind) {
    this.stage = make("div", "tw-map-stage", "", { role: "application", tabindex: "0", "aria-label": say("map_draw"), "aria-describedby": "tw-map-how" });
    const frame = make("div", "tw-draw-frame");
    frame.append(this.stage);
    host.append(frame);
    this.labels = ground ? new Labels(ground) : null;
    this.view = new View(this.stage, {
      bounds, ground, minZoom: 1, maxZoom: 13, padding: () => ({ top: 24, bottom: 24, left: 24, right: 24 }), doubleClickZoom: false,
      paint: (context, camera) => this.paint(context, camera),
    });
    frame.append(buttons((steps) => this.view.zoomBy(steps), () => this.view.moveTo(bounds)), this.scale.element, disclaimer(ground?.disclaimer));
    host.append(this.panel());
    void this.labels?.fonts().then(() => this.view.paint());
    this.start(host.dataset["geometry"]);
    this.listen();
  }

  end(): void {
    this.view.end();
  }

  /** The field of corners is the keyboard's way in; what is drawn is written there too. */
  private panel(): HTMLElement {
    const panel = make("div", "tw-draw");
    const close = make("button", "", say("draw_close"), { type: "button" });
    const remove = make("button", "", say("draw_remove"), { type: "button" });
    const clear = make("button", "", say("draw_clear"), { type: "button" });
    close.addEventListener("click", () => this.close());
    remove.addEventListener("click", () => this.removeLast());
    clear.addEventListener("click", () => this.set([], false));
    const row = make("div", "tw-draw-buttons");
    row.append(close, remove, clear);
    panel.append(make("p", "tw-draw-hint", say("draw_hint"), { id: "tw-map-how" }), row, make("label", "", say("draw_list"), { for: "tw-draw-list" }), this.list, this.said);
    this.list.addEventListener("input", () => this.read());
    return panel;
  }

  private start(text: string | undefined): void {
    if (!text) return;
    try {
      const geometry = JSON.parse(text) as Geometry;
      if (geometry.type === "Polygon") this.set(geometry.coordinates[0]!.slice(0, -1) as Corner[], true);
      else if (geometry.type === "LineString") this.set(geometry.coordinates as Corner[], true);
    } catch {
      /* a text that is no geometry starts an empty drawing */
    }
  }

  private read(): void {
    const { corners, badLine } = readCorners(this.list.value);
    this.list.setAttribute("aria-invalid", String(badLine > 0));
    this.corners = corners;
    this.view.paint();
    if (badLine > 0) {
      this.closed = false;
      this.said.textContent = say("draw_bad_line", { n: badLine });
      this.tell(null);
    } else this.judge(true);
  }

  private set(corners: Corner[], closed: boolean): void {
    this.corners = corners;
    this.list.value = writeCorners(corners);
    this.list.removeAttribute("aria-invalid");
    this.judge(closed);
    this.view.paint();
  }

  /** Says what is missing; when the shape is whole and closed, tells its geometry. */
  private judge(closed: boolean): void {
    const fault = faultOf(this.corners, this.kind);
    this.closed = closed && fault === null;
    if (fault && (closed || fault.kind === "crosses"))
      this.said.textContent = this.corners.length === 0 ? "" : fault.kind === "few" ? say("draw_few", { n: fault.least }) : say("draw_crosses");
    else this.said.textContent = this.closed ? say("draw_done", { n: this.corners.length }) : "";
    this.tell(this.closed ? geometryOf(this.corners, this.kind) : null);
  }

  private close(): void {
    this.judge(true);
    this.view.paint();
  }

  private removeLast(): void {
    this.set(this.corners.slice(0, -1), false);
  }

  private tell(geometry: Geometry | null): void {
    this.host.dispatchEvent(new CustomEvent("tw:drawn", { bubbles: true, detail: { geometry } }));
  }

  private listen(): void {
    const { map } = this.view;
    map.on("click", (event) => {
      if (event.originalEvent.detail > 1 || this.grip(event.point) >= 0) return;
      if (!this.closed) this.set([...this.corners, [event.lngLat.lng, event.lngLat.lat]], false);
    });
    map.on("dblclick", () => this.close());
    for (const begin of ["mousedown", "touchstart"] as const)
      map.on(begin, (event) => {
        this.dragged = this.grip(event.point);
        if (this.dragged >= 0) event.preventDefault();
      });
    for (const move of ["mousemove", "touchmove"] as const)
      map.on(move, (event) => {
        this.pointer = event.point;
        if (this.dragged >= 0) {
          const moved = this.corners.with(this.dragged, [event.lngLat.lng, event.lngLat.lat]);
          this.set(moved, this.closed);
        } else {
          map.getCanvas().style.cursor = this.grip(event.point) >= 0 ? "move" : this.closed ? "" : "crosshair";
          this.view.paint();
        }
      });
    for (const finish of ["mouseup", "touchend"] as const) map.on(finish, () => (this.dragged = -1));
    map.on("mouseout", () => {
      this.pointer = null;
      this.view.paint();
    });
    this.stage.addEventListener("keydown", (event) => this.key(event));
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const ways: Record<string, [number, number]> = { ArrowUp: [0, -80], ArrowDown: [0, 80], ArrowLeft: [-80, 0], ArrowRight: [80, 0] };
    const way = ways[event.key];
    if (event.key === "Enter") this.close();
    else if (event.key === "Backspace") this.removeLast();
    else if (way) this.view.panBy(...way);
    else if (event.key === "+" || event.key === "=") this.view.zoomBy(1);
    else if (event.key === "-") this.view.zoomBy(-1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private grip(at: { x: number; y: number }): number {
    const camera = this.view.camera;
    return this.corners.findIndex(([lon, lat]) => Math.hypot(screenX(camera, worldX(lon)) - at.x, screenY(camera, worldY(lat)) - at.y) <= GRIP_PX);
  }

  private paint(context: CanvasRenderingContext2D, camera: Camera): void {
    const colours = palette();
    context.clearRect(0, 0, camera.width, camera.height);
    const occupied = new Occupied(camera.width, camera.height);
    occupied.take(0, 0, 168, 52);
    occupied.take(0, camera.height - 52, 210, camera.height);
    this.labels?.paint(context, camera, occupied, colours);
    this.scale.show(latOf((camera.height / 2 - camera.top) / camera.size), camera.zoom);
    if (this.corners.length === 0) return;
    outline(context, this.corners, camera);
    if (!this.closed && this.pointer && this.dragged < 0) context.lineTo(this.pointer.x, this.pointer.y);
    if (this.closed && this.kind === "polygon") {
      context.closePath();
      context.fillStyle = colours.accentFill;
      context.fill();
    }
    context.lineWidth = 2;
    context.strokeStyle = colours.accent;
    context.setLineDash(this.closed ? [] : [6, 4]);
    context.stroke();
    context.setLineDash([]);
    for (const [lon, lat] of this.corners) {
      context.beginPath();
      context.arc(screenX(camera, worldX(lon)), screenY(camera, worldY(lat)), 5, 0, 2 * Math.PI);
      context.fillStyle = colours.surface;
      context.fill();
      context.lineWidth = 2;
      context.stroke();
    }
  }
}
