/** A shape in the making: corners as [lon, lat], read from text, written to text, and judged. An area closes by itself. */

import type { LineString, Polygon } from "geojson";

export type Corner = [number, number];
export type ShapeKind = "polygon" | "line";
/** Where two sides of an outline meet, and the numbers (from 1) of the corners at which these sides begin. */
export interface Crossing {
  at: Corner;
  sides: [number, number];
}
export type Fault = { kind: "few"; least: number } | ({ kind: "crosses" } & Crossing);

const PLACES = 6;

/** Reads "lon, lat" lines; gives the number of the first line that is none. Empty lines are skipped. */
export function readCorners(text: string): { corners: Corner[]; badLine: number } {
  const corners: Corner[] = [];
  const lines = text.split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    if (!line.trim()) continue;
    const match = /^\s*(-?\d+(?:\.\d+)?)\s*[,;\s]\s*(-?\d+(?:\.\d+)?)\s*$/.exec(line);
    const lon = Number(match?.[1]);
    const lat = Number(match?.[2]);
    if (!match || Math.abs(lon) > 180 || Math.abs(lat) > 90) return { corners, badLine: index + 1 };
    corners.push([lon, lat]);
  }
  return { corners, badLine: 0 };
}

export function writeCorners(corners: readonly Corner[]): string {
  return corners.map(([lon, lat]) => `${round(lon)}, ${round(lat)}`).join("\n");
}

function round(value: number): number {
  return Number(value.toFixed(PLACES));
}

/** What keeps the corners from being a shape, or null. */
export function faultOf(corners: readonly Corner[], kind: ShapeKind): Fault | null {
  const least = kind === "polygon" ? 3 : 2;
  if (corners.length < least) return { kind: "few", least };
  const crossing = kind === "polygon" ? crossingOf(corners) : null;
  return crossing ? { kind: "crosses", ...crossing } : null;
}

export function geometryOf(corners: readonly Corner[], kind: ShapeKind): Polygon | LineString {
  const rounded = corners.map(([lon, lat]): Corner => [round(lon), round(lat)]);
  if (kind === "line") return { type: "LineString", coordinates: rounded };
  const ring = area(rounded) < 0 ? rounded.toReversed() : rounded;
  return { type: "Polygon", coordinates: [[...ring, ring[0]!]] };
}

/** The first place where two sides of the closed outline, not neighbours, meet; null where none do. */
export function crossingOf(corners: readonly Corner[]): Crossing | null {
  const count = corners.length;
  for (let i = 0; i < count; i++)
    for (let j = i + 1; j < count; j++) {
      if (j === i + 1 || (i === 0 && j === count - 1)) continue;
      const [a, b, c, d] = [corners[i]!, corners[(i + 1) % count]!, corners[j]!, corners[(j + 1) % count]!];
      if (meet(a, b, c, d)) return { at: meeting(a, b, c, d), sides: [i + 1, j + 1] };
    }
  return null;
}

/** Where two sides that meet do; where they lie on each other, an end that lies on both. */
function meeting(a: Corner, b: Corner, c: Corner, d: Corner): Corner {
  const across = (b[0] - a[0]) * (d[1] - c[1]) - (b[1] - a[1]) * (d[0] - c[0]);
  if (across === 0) return within(a, b, c) ? c : within(a, b, d) ? d : a;
  const share = ((c[0] - a[0]) * (d[1] - c[1]) - (c[1] - a[1]) * (d[0] - c[0])) / across;
  return [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])];
}

/** Twice the signed area; positive when the corners run counter-clockwise, as GeoJSON wants outer rings. */
function area(corners: readonly Corner[]): number {
  return corners.reduce((sum, [x, y], index) => {
    const [nextX, nextY] = corners[(index + 1) % corners.length]!;
    return sum + x * nextY - nextX * y;
  }, 0);
}

function turn(a: Corner, b: Corner, c: Corner): number {
  return Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
}

function within(a: Corner, b: Corner, c: Corner): boolean {
  return Math.min(a[0], b[0]) <= c[0] && c[0] <= Math.max(a[0], b[0]) && Math.min(a[1], b[1]) <= c[1] && c[1] <= Math.max(a[1], b[1]);
}

function meet(a: Corner, b: Corner, c: Corner, d: Corner): boolean {
  const [abc, abd, cda, cdb] = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)];
  if (abc !== abd && cda !== cdb) return true;
  return (abc === 0 && within(a, b, c)) || (abd === 0 && within(a, b, d)) || (cda === 0 && within(c, d, a)) || (cdb === 0 && within(c, d, b));
}
