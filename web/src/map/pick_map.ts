/** Picking a place: a click, or Enter at the cross in the middle, writes it into the form's field; what is typed there shows on the map.
 *  `data-pick`: the field of a pair, latitude first. `data-pick-within`: the field of its ± in metres, drawn as a circle. Fields are
 *  looked for in the same form. */

import { say } from "../words.js";
import type { Ground } from "./data.js";
import { ellipseRing } from "./ellipse.js";
import { ScaleBar, buttons, disclaimer, make } from "./furniture.js";
import { Occupied } from "./label_spots.js";
import { Labels } from "./labels.js";
import { type Camera, latOf, lonOf, screenX, screenY, worldX, worldY } from "./mercator.js";
import { outline } from "./overlay.js";
import { palette } from "./palette.js";
import { type Point, readPoint, wrapped, writePoint } from "./point.js";
import { type Bounds, View } from "./view.js";

export class PickMap {
  private point: Point | null = null;
  private hasFocus = false;
  private readonly scale = new ScaleBar();
  private readonly view: View;
  private readonly labels: Labels | null;
  private readonly stage: HTMLElement;
  private readonly said = make("p", "tw-pick-said", "", { role: "status" });
  private readonly ended = new AbortController();

  constructor(private readonly host: HTMLElement, ground: Ground | null, bounds: Bounds) {
    const how = `tw-pick-how-${host.dataset["pick"] ?? ""}`;
    this.stage = make("div", "tw-map-stage", "", { role: "application", tabindex: "0", "aria-label": say("map_pick"), "aria-describedby": how });
    const frame = make("div", "tw-draw-frame");
    frame.append(this.stage);
    host.append(frame);
    this.labels = ground ? new Labels(ground) : null;
    this.view = new View(this.stage, {
      bounds, ground, minZoom: 1, maxZoom: 16, padding: () => ({ top: 24, bottom: 24, left: 24, right: 24 }), doubleClickZoom: false,
      paint: (context, camera) => this.paint(context, camera),
    });
    frame.append(buttons((steps) => this.view.zoomBy(steps), () => this.view.moveTo(bounds)), this.scale.element, this.said);
    host.append(disclaimer(ground?.disclaimer), make("p", "tw-draw-hint", say("pick_hint"), { id: how }));
    void this.labels?.fonts().then(() => this.view.paint());
    this.listen();
    this.read();
  }

  end(): void {
    this.ended.abort();
    this.view.end();
  }

  private field(name: string | undefined): HTMLInputElement | null {
    const form: ParentNode = this.host.closest("form") ?? document;
    return name ? form.querySelector<HTMLInputElement>(`[name="${CSS.escape(name)}"]`) : null;
  }

  private get pair(): HTMLInputElement | null {
    return this.field(this.host.dataset["pick"]);
  }

  /** What the field says, on the map; a text that is no pair, such as a town's name, shows nothing. */
  private read(): void {
    this.point = readPoint(this.pair?.value ?? "");
    if (this.point && !this.isSeen(this.point)) {
      const { lon: east, lat: north } = this.point;
      this.view.moveTo([east - 0.2, north - 0.15, east + 0.2, north + 0.15]);
    }
    this.view.paint();
  }

  private isSeen(point: Point): boolean {
    const camera = this.view.camera;
    const x = screenX(camera, worldX(point.lon));
    const y = screenY(camera, worldY(point.lat));
    return x >= 0 && y >= 0 && x <= camera.width && y <= camera.height;
  }

  private pick(lon: number, lat: number): void {
    this.point = { lon: wrapped(lon), lat };
    if (this.pair) fill(this.pair, writePoint(this.point));
    this.said.textContent = say("pick_done", { place: writePoint(this.point) });
    this.view.paint();
  }

  private listen(): void {
    const { map } = this.view;
    const { signal } = this.ended;
    map.getCanvas().style.cursor = "crosshair";
    map.on("click", (event) => this.pick(event.lngLat.lng, event.lngLat.lat));
    this.stage.addEventListener("keydown", (event) => this.key(event));
    for (const [type, on] of [["focus", true], ["blur", false]] as const)
      this.stage.addEventListener(type, () => {
        this.hasFocus = on && this.stage.matches(":focus-visible");
        this.view.paint();
      });
    const ours = (event: Event): boolean => [this.pair, this.field(this.host.dataset["pickWithin"])].includes(event.target as HTMLInputElement);
    document.addEventListener("input", (event) => {
      if (ours(event)) this.read();
    }, { signal });
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.shiftKey ? 8 : 80;
    const ways: Record<string, [number, number]> = { ArrowUp: [0, -step], ArrowDown: [0, step], ArrowLeft: [-step, 0], ArrowRight: [step, 0] };
    const way = ways[event.key];
    const camera = this.view.camera;
    if (event.key === "Enter") this.pick(lonOf((camera.width / 2 - camera.left) / camera.size), latOf((camera.height / 2 - camera.top) / camera.size));
    else if (way) this.view.panBy(...way);
    else if (event.key === "+" || event.key === "=") this.view.zoomBy(1);
    else if (event.key === "-") this.view.zoomBy(-1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private paint(context: CanvasRenderingContext2D, camera: Camera): void {
    const colours = palette();
    context.clearRect(0, 0, camera.width, camera.height);
    const occupied = new Occupied(camera.width, camera.height);
    occupied.take(0, camera.height - 52, 210, camera.height);
    const at = this.point ? ([screenX(camera, worldX(this.point.lon)), screenY(camera, worldY(this.point.lat))] as const) : null;
    if (at) occupied.take(at[0] - 12, at[1] - 12, at[0] + 12, at[1] + 12);
    this.labels?.paint(context, camera, occupied, colours);
    this.scale.show(latOf((camera.height / 2 - camera.top) / camera.size), camera.zoom);
    context.strokeStyle = colours.ink;
    context.lineWidth = 1.5;
    if (this.hasFocus) cross(context, camera.width / 2, camera.height / 2, 9);
    if (!this.point || !at) return;
    const within = Number(this.field(this.host.dataset["pickWithin"])?.value.replace(",", "."));
    if (within > 0 && within < 1e6) {
      outline(context, ellipseRing({ ...this.point, major_m: within, minor_m: within, azimuth_deg: 0 }), camera);
      context.fillStyle = colours.accentFill;
      context.fill();
      context.strokeStyle = colours.accent;
      context.stroke();
    }
    context.beginPath();
    context.arc(at[0], at[1], 6, 0, 2 * Math.PI);
    context.fillStyle = colours.surface;
    context.fill();
    context.lineWidth = 3;
    context.strokeStyle = colours.accent;
    context.stroke();
  }
}

function fill(field: HTMLInputElement, text: string): void {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function cross(context: CanvasRenderingContext2D, x: number, y: number, reach: number): void {
  context.beginPath();
  context.moveTo(x - reach, y);
  context.lineTo(x + reach, y);
  context.moveTo(x, y - reach);
  context.lineTo(x, y + reach);
  context.stroke();
}
