/** The watch's zones as something to read, point at and press: names inside them, outlines of the one meant. */

import type { Geometry } from "geojson";
import type { Ground } from "./data.js";
import { type Form, formsOf } from "./label_forms.js";
import { type Occupied, spotBeside, takes } from "./label_spots.js";
import { type Written, write } from "./labels.js";
import { type Camera, screenX, screenY, worldX, worldY } from "./mercator.js";
import type { Palette } from "./palette.js";

const FONT = '500 11px "Noto Sans", "Noto Sans Armenian", "Noto Sans Arabic", "Noto Sans Hebrew", sans-serif';
/** A name stands in a zone that is at least this share of its own width; else it would seem to belong to the neighbours. */
const LEAST_SHARE = 0.7;
/** A zone smaller than this on the screen is a spot: its name stands beside it, from SPOT_ZOOM on. */
const SPOT_PX = 24;
const SPOT_ZOOM = 9;
const LINE_REACH_PX = 6;
/** Points of a zone's inside that are tried for its name, on each axis. */
const GRID = 14;
/** Corners that decide which inner point lies deepest. */
const CORNERS_WEIGHED = 120;
/** Which names come first: what people pass through, then places, then what the watch counts by, its whole area last. */
const ORDER = ["corridor", "line", "site", "storage", "district", "area", "region"];

export interface ZoneShape {
  id: string;
  kind: string;
  name: string;
  isLine: boolean;
  /** Outlines in world coordinates, x and y in turns. */
  rings: Float64Array[];
  box: [number, number, number, number];
  size: number;
}

export class Zones {
  readonly shapes: ZoneShape[];
  /** Where the last frame wrote names of zones: a press on a name means its zone. */
  written: (Written & { id: string })[] = [];
  private readonly inner = new Map<ZoneShape, [number, number][]>();
  private forms = new Map<string, Form[]>();
  private readonly context = document.createElement("canvas").getContext("2d")!;

  constructor(ground: Ground) {
    const lines = (ground.line?.features ?? []).map((feature) => ({ ...feature, properties: { kind: "line", ...feature.properties } }));
    this.shapes = [...(ground.zones?.features ?? []), ...lines]
      .map((feature) => shapeOf(feature.geometry, feature.properties as { id?: string; kind: string; name?: string }))
      .filter((shape) => shape.rings.length > 0)
      .sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || a.size - b.size || (a.id < b.id ? -1 : 1));
  }

  /** West, south, east and north of them all as world coordinates left, top, right, bottom; null without any. */
  get box(): [number, number, number, number] | null {
    if (this.shapes.length === 0) return null;
    return this.shapes.map((shape) => shape.box).reduce((all, box) => [Math.min(all[0], box[0]), Math.min(all[1], box[1]), Math.max(all[2], box[2]), Math.max(all[3], box[3])]);
  }

  async fonts(): Promise<boolean> {
    const faces = await document.fonts.load(FONT, this.shapes.map((shape) => shape.name).join("")).catch(() => []);
    this.forms = new Map();
    return faces.length > 0;
  }

  /** The zone meant at a point of the screen: by its name, its line, or the smallest area round the point. */
  at(x: number, y: number, camera: Camera): ZoneShape | null {
    const name = this.written.find((label) => Math.abs(x - label.x) <= label.width / 2 && Math.abs(y - label.y) <= label.height / 2);
    if (name) return this.shapes.find((shape) => shape.id === name.id) ?? null;
    const [px, py] = [(x - camera.left) / camera.size, (y - camera.top) / camera.size];
    let best: ZoneShape | null = null;
    for (const shape of this.shapes) {
      if (shape.isLine) {
        if (isNear(shape, px, py, LINE_REACH_PX / camera.size)) return shape;
      } else if ((best === null || shape.size < best.size) && holds(shape, px, py)) best = shape;
    }
    return best;
  }

  /** Names where they have room, after signs and towns. A zone that bears the name of a town in it needs none of its own. */
  paint(context: CanvasRenderingContext2D, camera: Camera, occupied: Occupied, towns: readonly Written[], colours: Palette): void {
    this.written = [];
    for (const shape of this.shapes) {
      const [left, top, right, bottom] = onScreen(shape.box, camera);
      if (right < 0 || bottom < 0 || left > camera.width || top > camera.height) continue;
      const isNamed = (label: Written): boolean => label.text === shape.name && label.point[0] > left && label.point[0] < right && label.point[1] > top && label.point[1] < bottom;
      if (towns.some(isNamed) || this.written.some(isNamed)) continue;
      const placed = this.placeOf(shape, camera, occupied, right - left, bottom - top);
      if (!placed) continue;
      const { form, x, y } = placed;
      write(context, FONT, form, x, y, shape.kind === "corridor" ? colours.accent : colours.ink3, colours);
      this.written.push({ id: shape.id, text: shape.name, x, y, width: form.width, height: form.height, point: [x, y], isNumber: false });
    }
  }

  /** Marks a zone: the one under the pointer, or those that the list is filtered by. */
  outline(context: CanvasRenderingContext2D, ids: ReadonlySet<string>, camera: Camera, fill: string, stroke: string): void {
    for (const shape of this.shapes) {
      if (!ids.has(shape.id)) continue;
      context.beginPath();
      for (const ring of shape.rings)
        for (let at = 0; at < ring.length; at += 2) {
          const [x, y] = [screenX(camera, ring[at]!), screenY(camera, ring[at + 1]!)];
          if (at === 0) context.moveTo(x, y);
          else context.lineTo(x, y);
        }
      if (!shape.isLine) {
        context.fillStyle = fill;
        context.fill("evenodd");
      }
      context.lineWidth = 2;
      context.strokeStyle = stroke;
      context.stroke();
    }
  }

  private placeOf(shape: ZoneShape, camera: Camera, occupied: Occupied, wide: number, high: number): { form: Form; x: number; y: number } | null {
    const forms = this.formsOf(shape.name);
    const isSpot = !shape.isLine && Math.max(wide, high) < SPOT_PX;
    if (isSpot && camera.zoom < SPOT_ZOOM) return null;
    for (const form of forms) {
      if (!isSpot && !shape.isLine && shape.kind !== "corridor" && wide < form.width * LEAST_SHARE) continue;
      for (const [worldPx, worldPy] of this.innerOf(shape)) {
        const [x, y] = [screenX(camera, worldPx), screenY(camera, worldPy)];
        if (shape.isLine || isSpot) {
          const spot = spotBeside(occupied, x, y, form.width, form.height, isSpot ? SPOT_PX / 2 : 8);
          if (spot) return { form, ...spot };
        } else if (takes(occupied, { x, y, lead: null }, form.width, form.height)) return { form, x, y };
      }
    }
    return null;
  }

  private formsOf(name: string): Form[] {
    let forms = this.forms.get(name);
    if (!forms) {
      this.context.font = FONT;
      forms = formsOf(name, (line) => this.context.measureText(line).width);
      this.forms.set(name, forms);
    }
    return forms;
  }

  private innerOf(shape: ZoneShape): [number, number][] {
    let points = this.inner.get(shape);
    if (!points) {
      points = shape.isLine ? alongOf(shape.rings) : deepest(shape);
      this.inner.set(shape, points);
    }
    return points;
  }
}

function onScreen(box: ZoneShape["box"], camera: Camera): [number, number, number, number] {
  return [screenX(camera, box[0]), screenY(camera, box[1]), screenX(camera, box[2]), screenY(camera, box[3])];
}

function shapeOf(geometry: Geometry, { id = "", kind, name = "" }: { id?: string; kind: string; name?: string }): ZoneShape {
  const rings: Float64Array[] = [];
  const read = (part: unknown): void => {
    if (!Array.isArray(part) || part.length === 0) return;
    if (Array.isArray(part[0]) && typeof part[0][0] === "number")
      rings.push(Float64Array.from((part as [number, number][]).flatMap(([lon, lat]) => [worldX(lon), worldY(lat)])));
    else part.forEach(read);
  };
  if ("coordinates" in geometry) read(geometry.coordinates);
  const box: ZoneShape["box"] = [Infinity, Infinity, -Infinity, -Infinity];
  let twice = 0;
  for (const ring of rings)
    for (let at = 0; at < ring.length; at += 2) {
      const [x, y] = [ring[at]!, ring[at + 1]!];
      [box[0], box[1], box[2], box[3]] = [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)];
      const next = (at + 2) % ring.length;
      twice += x * ring[next + 1]! - ring[next]! * y;
    }
  return { id, kind, name, isLine: geometry.type.endsWith("LineString"), rings, box, size: Math.abs(twice / 2) };
}

/** Whether a zone holds a point; rings that cross themselves count as they are drawn, by even and odd. */
export function holds(shape: ZoneShape, x: number, y: number): boolean {
  const [left, top, right, bottom] = shape.box;
  if (shape.isLine || x < left || y < top || x > right || y > bottom) return false;
  let inside = false;
  for (const ring of shape.rings)
    for (let at = 0, before = ring.length - 2; at < ring.length; before = at, at += 2) {
      const [ay, by] = [ring[at + 1]!, ring[before + 1]!];
      if (ay > y !== by > y && x < ((ring[before]! - ring[at]!) * (y - ay)) / (by - ay) + ring[at]!) inside = !inside;
    }
  return inside;
}

function isNear(shape: ZoneShape, x: number, y: number, reach: number): boolean {
  for (const ring of shape.rings)
    for (let at = 0; at + 3 < ring.length; at += 2) {
      const [ax, ay, dx, dy] = [ring[at]!, ring[at + 1]!, ring[at + 2]! - ring[at]!, ring[at + 3]! - ring[at + 1]!];
      const along = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
      if (Math.hypot(x - ax - along * dx, y - ay - along * dy) <= reach) return true;
    }
  return false;
}

/** A few points inside, the one deepest inside first: where a name can stand. */
function deepest(shape: ZoneShape): [number, number][] {
  const [left, top, right, bottom] = shape.box;
  const corners = shape.rings.flatMap((ring) => {
    const step = 2 * Math.max(1, Math.ceil(ring.length / 2 / CORNERS_WEIGHED));
    return Array.from({ length: Math.ceil(ring.length / step) }, (_none, at): [number, number] => [ring[at * step]!, ring[at * step + 1]!]);
  });
  const inside: { at: [number, number]; depth: number }[] = [];
  for (let line = 1; line < GRID; line++)
    for (let column = 1; column < GRID; column++) {
      const [x, y] = [left + ((right - left) * column) / GRID, top + ((bottom - top) * line) / GRID];
      if (!holds(shape, x, y)) continue;
      inside.push({ at: [x, y], depth: Math.min(...corners.map(([cx, cy]) => Math.hypot(cx - x, cy - y))) });
    }
  inside.sort((a, b) => b.depth - a.depth);
  const chosen: [number, number][] = [];
  const apart = Math.max(right - left, bottom - top) / 6;
  for (const { at } of inside) if (chosen.every(([x, y]) => Math.hypot(x - at[0], y - at[1]) > apart)) chosen.push(at);
  return chosen.length > 0 ? chosen.slice(0, 8) : [[(left + right) / 2, (top + bottom) / 2]];
}

/** Points of a line, its middle first. */
function alongOf(rings: readonly Float64Array[]): [number, number][] {
  const ring = [...rings].sort((a, b) => b.length - a.length)[0]!;
  const count = ring.length / 2;
  return [0.5, 0.35, 0.65, 0.2, 0.8].map((share) => {
    const at = Math.min(count - 1, Math.floor(share * count)) * 2;
    return [ring[at]!, ring[at + 1]!];
  });
}
