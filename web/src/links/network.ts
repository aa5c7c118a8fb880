/** The network as the server gives it, and which link lies under a point of the screen. */

import type { Ground, TownProps } from "../map/data.js";
import { type Camera, screenX, screenY, worldX, worldY } from "../map/mercator.js";
import type { Bounds } from "../map/view.js";
import type { BothWays, Known } from "./spans.js";

export interface NodeRow {
  id: string;
  lon: number;
  lat: number;
  kind: string;
  /** All its names as one text. */
  label: string;
}

export interface LinkRow {
  id: string;
  kind: string;
  /** Numbers of its ends in `nodes`. */
  ends: [number, number];
  points: [number, number][];
  title: string;
}

export interface NetworkTable {
  version: string;
  /** From not known to open; the number of a status in spans is its place here. */
  statuses: string[];
  whys: string[];
  nodes: NodeRow[];
  links: LinkRow[];
  spans: Record<Known, BothWays[]>;
  /** The day of the watch's clock, and the last day of which anything may be told. */
  today: number;
  last: number;
  /** The words of each status, in the order of `statuses`. */
  words: string[];
  /** How a link stands that stands differently both ways: `{first}` and `{second}` end, `{there}` and `{back}`. */
  both_ways: string;
}

/** Kinds that nobody passes; shown where the reader asks for them. */
export const LINES: readonly string[] = ["power", "gas", "water", "telephone"];

export function isLine(link: LinkRow): boolean {
  return LINES.includes(link.kind);
}

/** A link's points in world coordinates: x, y, x, y … */
export function worldPoints(link: LinkRow): Float64Array {
  const flat = new Float64Array(link.points.length * 2);
  link.points.forEach(([lon, lat], index) => {
    flat[index * 2] = worldX(lon);
    flat[index * 2 + 1] = worldY(lat);
  });
  return flat;
}

/** West, south, east and north of these links' points; null without any. */
export function boundsOf(links: readonly LinkRow[]): Bounds | null {
  const box: Bounds = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { points } of links)
    for (const [lon, lat] of points) {
      box[0] = Math.min(box[0], lon);
      box[1] = Math.min(box[1], lat);
      box[2] = Math.max(box[2], lon);
      box[3] = Math.max(box[3], lat);
    }
  if (box[0] > box[2]) return null;
  const room = Math.max(0.02, (box[2] - box[0]) * 0.04, (box[3] - box[1]) * 0.04);
  return [box[0] - room, box[1] - room, box[2] + room, box[3] + room];
}

/** The ends of some links as the towns of a ground, so that they are labelled as towns are: all names together, or none. */
export function nodesAsTowns(table: NetworkTable, shown: (link: number) => boolean): Pick<Ground, "towns"> {
  const ends = new Set(table.links.flatMap((link, index) => (shown(index) ? link.ends : [])));
  const features = table.nodes.flatMap((node, index) => {
    if (!ends.has(index)) return [];
    const properties: TownProps = { id: node.id, name: node.label, rank: node.kind === "town" || node.kind === "port" ? 2 : 3 };
    return [{ type: "Feature" as const, properties, geometry: { type: "Point" as const, coordinates: [node.lon, node.lat] } }];
  });
  return { towns: { type: "FeatureCollection", features } };
}

/** How far a point of the screen is from a line, in pixels. */
export function distanceTo(points: Float64Array, camera: Camera, x: number, y: number): number {
  let least = Infinity;
  for (let at = 0; at + 3 < points.length; at += 2) {
    const [ax, ay] = [screenX(camera, points[at]!), screenY(camera, points[at + 1]!)];
    const [bx, by] = [screenX(camera, points[at + 2]!), screenY(camera, points[at + 3]!)];
    const length = (bx - ax) ** 2 + (by - ay) ** 2;
    const share = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length));
    least = Math.min(least, Math.hypot(x - ax - share * (bx - ax), y - ay - share * (by - ay)));
  }
  return least;
}

/** Half of the way along a line on the screen, and its direction there in radians. */
export function middleOf(points: Float64Array, camera: Camera): [number, number, number] {
  const lengths: number[] = [];
  for (let at = 0; at + 3 < points.length; at += 2) lengths.push(Math.hypot(points[at + 2]! - points[at]!, points[at + 3]! - points[at + 1]!));
  let left = lengths.reduce((sum, length) => sum + length, 0) / 2;
  let leg = 0;
  while (leg < lengths.length - 1 && left > lengths[leg]!) left -= lengths[leg++]!;
  const share = lengths[leg] ? left / lengths[leg]! : 0;
  const [ax, ay, bx, by] = [0, 1, 2, 3].map((step) => points[leg * 2 + step]!) as [number, number, number, number];
  return [screenX(camera, ax + share * (bx - ax)), screenY(camera, ay + share * (by - ay)), Math.atan2(by - ay, bx - ax)];
}
