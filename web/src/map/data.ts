/** The two tables that a map stands on: the ground and the incidents, as the server gives them. */

import type { FeatureCollection, Geometry, Point } from "geojson";
import type { Points } from "./aggregate.js";
import { worldX, worldY } from "./mercator.js";

export interface ZoneProps {
  id: string;
  kind: string;
  name: string;
  derived?: boolean;
  accuracy_m?: number;
  /** The names of a road or corridor, each for a line of its own; where there is a table of names. */
  lines?: string[];
}

export interface TownProps {
  name: string;
  others?: string | string[];
  rank?: number;
  /** Stands where the name has no room; the legend resolves it. Where there is a table of names. */
  number?: number;
}

export interface Ground {
  area: [number, number, number, number];
  land: FeatureCollection;
  water: FeatureCollection;
  district: FeatureCollection;
  boundary: FeatureCollection<Geometry, { disputed?: boolean }>;
  zones: FeatureCollection<Geometry, ZoneProps>;
  line: FeatureCollection<Geometry, { accuracy_m?: number; name?: string }>;
  towns: FeatureCollection<Point, TownProps>;
  boundary_set?: string;
  disclaimer?: string;
  credit?: string;
}

/** Larger semi-axis from which a place is worse than a district: no sign, only ellipse and row. */
export const DISTRICT_M = 20_000;

export interface Incidents {
  version: string;
  rows: number;
  kinds: string[];
  outcomes: string[];
  code: string[];
  lon: (number | null)[];
  lat: (number | null)[];
  major_m: (number | null)[];
  minor_m: (number | null)[];
  azimuth_deg: (number | null)[];
  outcome: number[];
  kind: number[];
  start: number[];
  end: number[];
  simulated: number[];
}

export type Signs = Record<"light" | "dark", Record<string, string>>;

export async function fetchJson<T>(url: string): Promise<T> {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return (await answer.json()) as T;
}

export interface Marked<T> {
  value: T;
  /** The server's mark of it: another one means that it changed. */
  mark: string;
}

/** The same with the mark that it came with; null where that is the mark given. */
export async function fetchChanged<T>(url: string, mark: string): Promise<Marked<T> | null> {
  const answer = await fetch(url, { headers: { Accept: "application/json" }, cache: "no-cache" });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  const now = answer.headers.get("etag") ?? "";
  return now !== "" && now === mark ? null : { value: (await answer.json()) as T, mark: now };
}

/** World coordinates of every row: of all placed ones, and of those that have a sign. */
export interface Placed {
  all: Points;
  signs: Points;
}

export function place(incidents: Incidents): Placed {
  const rows = incidents.rows;
  const outcome = Uint8Array.from(incidents.outcome);
  const simulated = Uint8Array.from(incidents.simulated);
  const all: Points = { x: new Float64Array(rows).fill(NaN), y: new Float64Array(rows).fill(NaN), outcome, simulated };
  for (let row = 0; row < rows; row++) {
    const lon = incidents.lon[row];
    const lat = incidents.lat[row];
    if (lon == null || lat == null) continue;
    all.x[row] = worldX(lon);
    all.y[row] = worldY(lat);
  }
  const signs: Points = { x: all.x.slice(), y: all.y.slice(), outcome, simulated };
  incidents.major_m.forEach((major, row) => {
    if (major != null && major > DISTRICT_M) signs.x[row] = NaN;
  });
  return { all, signs };
}
