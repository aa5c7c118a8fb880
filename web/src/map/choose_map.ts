/** Choosing by a click, beside fields that do the same by keyboard: the middle of an area, a boundary, shapes of a brought
 * file. What is chosen stands in the fields; the map shows what they hold. A place is picked by pick_map.ts. */

import type { Feature, Geometry } from "geojson";
import { say } from "../words.js";
import type { BoundaryProps, Ground } from "./data.js";
import { ScaleBar, buttons, disclaimer, make, reachPx } from "./furniture.js";
import { Occupied } from "./label_spots.js";
import { Labels } from "./labels.js";
import { boundaryRows } from "./legend.js";
import { type Camera, latOf, lonOf, screenX, screenY, worldX, worldY } from "./mercator.js";
import { boxRound } from "./middle.js";
import { outline } from "./overlay.js";
import { type Palette, palette } from "./palette.js";
import { type Point, readPoint, wrapped, writePoint } from "./point.js";
import { type Bounds, View } from "./view.js";
import { ZoneNames, ringsOf } from "./zone_names.js";

export type Choice = "middle" | "line" | "shapes";
export type Shape = Feature<Geometry, { number: number; name: string }>;

const NEAR_PX = 10;
const HINTS = { middle: "map_choose_middle", line: "map_choose_line", shapes: "map_choose_shapes" } as const;

export class ChooseMap {
  private readonly scale = new ScaleBar();
  private readonly view: View;
  private readonly labels: Labels | null;
  private readonly names: ZoneNames;
  private readonly stage: HTMLElement;
  private readonly ended = new AbortController();

  constructor(
    private readonly host: HTMLElement, private readonly ground: Ground | null, bounds: Bounds,
    private readonly choice: Choice, private readonly shapes: readonly Shape[],
  ) {
    this.stage = make("div", "tw-map-stage", "", { role: "application", tabindex: "0", "aria-label": say(HINTS[choice]) });
    const frame = make("div", "tw-draw-frame");
    frame.append(this.stage);
    host.append(frame);
    this.labels = ground ? new Labels(ground, choice === "middle") : null;
    this.names = new ZoneNames(choice === "shapes" ? shapes : (ground?.zones.features ?? []));
    this.view = new View(this.stage, {
      bounds, ground, minZoom: 0, maxZoom: 13, padding: () => ({ top: 24, bottom: 24, left: 24, right: 24 }), doubleClickZoom: true,
      paint: (context, camera) => this.paint(context, camera),
    });
    frame.append(buttons((steps) => this.view.zoomBy(steps), () => this.view.moveTo(bounds)), this.scale.element);
    host.append(disclaimer(ground?.disclaimer));
    host.append(make("p", "tw-draw-hint", say(HINTS[choice])));
    if (ground && choice === "line") host.append(this.legend(ground));
    void this.labels?.fonts().then(() => this.view.paint());
    this.listen();
    this.look();
  }

  end(): void {
    this.ended.abort();
    this.view.end();
  }

  /** A field of the page by the id that an attribute names. */
  private field(name: "at" | "width" | "line"): HTMLInputElement | HTMLSelectElement | null {
    return document.getElementById(this.host.dataset[name] ?? "") as HTMLInputElement | HTMLSelectElement | null;
  }

  private tick(number: number): HTMLInputElement | null {
    return document.querySelector<HTMLInputElement>(`input[name="take-${number}"]`);
  }

  private legend(ground: Ground): HTMLElement {
    const list = make("ul", "tw-choose-legend");
    for (const row of boundaryRows(ground, palette())) {
      const item = make("li");
      item.append(row.swatch, make("span", "", row.text));
      list.append(item);
    }
    return list;
  }

  private listen(): void {
    const { map } = this.view;
    const { signal } = this.ended;
    map.on("click", (event) => this.click(event.point, event.lngLat.lng, event.lngLat.lat));
    map.on("mousemove", (event) => {
      const over = this.choice === "middle" || (this.choice === "line" ? this.lineAt(event.point) !== null : this.shapeAt(event.point) !== null);
      map.getCanvas().style.cursor = !over ? "" : this.choice === "line" || this.choice === "shapes" ? "pointer" : "crosshair";
    });
    document.addEventListener("input", () => this.view.paint(), { signal });
    document.addEventListener("change", () => this.view.paint(), { signal });
    document.addEventListener("tw:look", () => this.look(), { signal });
    this.stage.addEventListener("keydown", (event) => this.key(event));
  }

  /** The middle that the field holds, where this map chooses one. */
  private get middle(): Point | null {
    return this.choice === "middle" ? readPoint(this.field("at")?.value ?? "") : null;
  }

  private look(): void {
    if (!this.middle) return;
    const [west, south, east, north] = boxRound(this.middle, this.width);
    const [wide, high] = [(east - west) / 2, (north - south) / 2];
    this.view.moveTo([Math.max(west - wide, -180), Math.max(south - high, -85), Math.min(east + wide, 180), Math.min(north + high, 85)]);
  }

  private get width(): number {
    return Math.min(Math.max(Number(this.field("width")?.value.replace(",", ".")) || 100, 2), 4000);
  }

  private click(at: { x: number; y: number }, lon: number, lat: number): void {
    if (this.choice === "line") {
      const line = this.lineAt(at);
      if (line !== null) this.put("line", line);
    } else if (this.choice === "shapes") {
      const shape = this.shapeAt(at);
      if (shape !== null) this.tick(shape)?.click();
    } else this.put("at", writePoint({ lon: wrapped(lon), lat }));
  }

  private put(name: "at" | "line", value: string): void {
    const field = this.field(name);
    if (!field) return;
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new CustomEvent("tw:clicked", { bubbles: true }));
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const ways: Record<string, [number, number]> = { ArrowUp: [0, -80], ArrowDown: [0, 80], ArrowLeft: [-80, 0], ArrowRight: [80, 0] };
    const way = ways[event.key];
    const { camera } = this.view;
    const middle = { x: camera.width / 2, y: camera.height / 2 };
    if (event.key === "Enter" || event.key === " ") this.click(middle, lonOf((middle.x - camera.left) / camera.size), latOf((middle.y - camera.top) / camera.size));
    else if (way) this.view.panBy(...way);
    else if (event.key === "+" || event.key === "=") this.view.zoomBy(1);
    else if (event.key === "-") this.view.zoomBy(-1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** The boundary that lies nearest to a place of the screen, within reach of a finger. */
  private lineAt(at: { x: number; y: number }): string | null {
    const camera = this.view.camera;
    let [nearest, line]: [number, string | null] = [reachPx(NEAR_PX), null];
    for (const { geometry, properties } of this.boundaries())
      for (const ring of ringsOf(geometry))
        for (let index = 1; index < ring.length; index++) {
          const away = distanceTo(ring[index - 1]!, ring[index]!, at, camera);
          if (away < nearest) [nearest, line] = [away, properties.line!];
        }
    return line;
  }

  private boundaries(): Feature<Geometry, BoundaryProps>[] {
    return (this.ground?.boundary?.features ?? []).filter(({ properties }) => properties?.line !== undefined);
  }

  /** The smallest shape that holds a place of the screen; of a line, one that passes near it. */
  private shapeAt(at: { x: number; y: number }): number | null {
    const camera = this.view.camera;
    const [x, y] = [lonOf((at.x - camera.left) / camera.size), latOf((at.y - camera.top) / camera.size)];
    let [smallest, number]: [number, number | null] = [Infinity, null];
    for (const { geometry, properties } of this.shapes)
      for (const ring of ringsOf(geometry)) {
        const isLine = geometry.type.endsWith("LineString");
        const isHit = isLine ? ring.some((_end, index) => index > 0 && distanceTo(ring[index - 1]!, ring[index]!, at, camera) < reachPx(NEAR_PX)) : holds(ring, x, y);
        const size = isLine ? 0 : ring.reduce((sum, [lon, lat], index) => sum + lon! * ring[(index + 1) % ring.length]![1]! - ring[(index + 1) % ring.length]![0]! * lat!, 0);
        if (isHit && Math.abs(size) < smallest) [smallest, number] = [Math.abs(size), properties.number];
      }
    return number;
  }

  private paint(context: CanvasRenderingContext2D, camera: Camera): void {
    const colours = palette();
    context.clearRect(0, 0, camera.width, camera.height);
    const occupied = new Occupied(camera.width, camera.height);
    occupied.take(0, 0, 168, 52);
    occupied.take(0, camera.height - 52, 210, camera.height);
    this.scale.show(latOf((camera.height / 2 - camera.top) / camera.size), camera.zoom);
    for (const shape of this.shapes) this.paintShape(context, camera, shape, colours);
    if (this.choice === "line") this.paintLine(context, camera, colours);
    this.names.paint(context, camera, occupied, colours);
    this.labels?.paint(context, camera, occupied, colours);
    if (this.middle) this.paintMiddle(context, camera, this.middle, colours);
  }

  private paintShape(context: CanvasRenderingContext2D, camera: Camera, { geometry, properties }: Shape, colours: Palette): void {
    const isTaken = this.tick(properties.number)?.checked ?? true;
    for (const ring of ringsOf(geometry)) {
      outline(context, ring as [number, number][], camera);
      if (isTaken && !geometry.type.endsWith("LineString")) {
        context.fillStyle = colours.accentFill;
        context.fill();
      }
      context.setLineDash(isTaken ? [] : [4, 4]);
      context.strokeStyle = isTaken ? colours.accent : colours.zone;
      context.lineWidth = isTaken ? 1.8 : 1.2;
      context.stroke();
      context.setLineDash([]);
    }
  }

  private paintLine(context: CanvasRenderingContext2D, camera: Camera, colours: Palette): void {
    const chosen = this.field("line")?.value;
    context.strokeStyle = colours.accent;
    context.lineWidth = 5;
    context.globalAlpha = 0.55;
    for (const { geometry, properties } of this.boundaries())
      if (properties.line === chosen)
        for (const ring of ringsOf(geometry)) {
          outline(context, ring as [number, number][], camera);
          context.stroke();
        }
    context.globalAlpha = 1;
  }

  private paintMiddle(context: CanvasRenderingContext2D, camera: Camera, at: Point, colours: Palette): void {
    const [x, y] = [screenX(camera, worldX(at.lon)), screenY(camera, worldY(at.lat))];
    const [west, south, east, north] = boxRound(at, this.width);
    context.strokeStyle = colours.accent;
    context.lineWidth = 2;
    outline(context, [[west, south], [east, south], [east, north], [west, north], [west, south]], camera);
    context.fillStyle = colours.accentFill;
    context.fill();
    context.stroke();
    context.beginPath();
    context.arc(x, y, 6, 0, 2 * Math.PI);
    context.fillStyle = colours.surface;
    context.fill();
    context.stroke();
    context.beginPath();
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]] as const) {
      context.moveTo(x + 6 * dx, y + 6 * dy);
      context.lineTo(x + 13 * dx, y + 13 * dy);
    }
    context.stroke();
  }
}

/** Pixels between a place of the screen and the stretch from one corner to the next. */
function distanceTo(from: number[], to: number[], at: { x: number; y: number }, camera: Camera): number {
  const [ax, ay] = [screenX(camera, worldX(from[0]!)), screenY(camera, worldY(from[1]!))];
  const [wide, high] = [screenX(camera, worldX(to[0]!)) - ax, screenY(camera, worldY(to[1]!)) - ay];
  const share = Math.min(1, Math.max(0, ((at.x - ax) * wide + (at.y - ay) * high) / Math.max(wide * wide + high * high, 1e-9)));
  return Math.hypot(ax + share * wide - at.x, ay + share * high - at.y);
}

/** Whether a ring holds a place, by the sides that a line eastward from it crosses. */
function holds(ring: readonly number[][], x: number, y: number): boolean {
  let inside = false;
  ring.forEach(([ax, ay], index) => {
    const [bx, by] = ring[(index + 1) % ring.length]!;
    if (ay! > y !== by! > y && x < ((bx! - ax!) * (y - ay!)) / (by! - ay!) + ax!) inside = !inside;
  });
  return inside;
}
