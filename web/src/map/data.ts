/** The two tables that a map stands on: the ground and the incidents, as the server gives them. */

import type { FeatureCollection, Geometry, Point } from "geojson";
import type { Points } from "./aggregate.js";
import { worldX, worldY } from "./mercator.js";
import { pilesOf } from "./spread.js";

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
  id?: string;
  /** All the names that the policy shows, as one text. */
  name: string;
  rank?: number;
  /** Stands where the names have no room; the legend resolves it. */
  number?: number;
}

/** A basemap that the watch brings: where its file is read, and what it shows. */
export interface Tiles {
  url: string;
  min_zoom: number;
  max_zoom: number;
  bounds: [number, number, number, number];
}

/** What a boundary is, as its data or the watch states it. */
export type BoundaryStatus = "state" | "disputed" | "not_stated";

export interface BoundaryProps {
  status?: BoundaryStatus;
  /** The line's id in the data it comes from; where a click may mark it. */
  line?: string;
}

export interface Ground {
  area: [number, number, number, number];
  land: FeatureCollection;
  water: FeatureCollection;
  district: FeatureCollection;
  boundary: FeatureCollection<Geometry, BoundaryProps>;
  zones: FeatureCollection<Geometry, ZoneProps>;
  line: FeatureCollection<Geometry, { accuracy_m?: number; name?: string }>;
  towns: FeatureCollection<Point, TownProps>;
  /** West, south, east and north of all that is drawn; beyond it the map says that it ends. */
  ends?: [number, number, number, number] | null;
  boundary_set?: string;
  disclaimer?: string;
  credit?: string;
  tiles?: Tiles;
  /** Why the file that the watch brings is not drawn. */
  tiles_note?: string;
}

const STATUSES: readonly BoundaryStatus[] = ["state", "disputed", "not_stated"];

/** The statuses that boundaries of this ground have, in one order; a line that says nothing is not stated. */
export function statusesOf(ground: Ground): BoundaryStatus[] {
  const drawn = new Set((ground.boundary?.features ?? []).map(({ properties }) => properties?.status ?? "not_stated"));
  return STATUSES.filter((status) => drawn.has(status));
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

type Packed = Omit<Incidents, "start" | "end"> & { start_steps: number[]; lasts: number[] };

/** The incident table. Its times come as steps from row to row, which are a fifth as long on the way. */
export async function fetchIncidents(url: string): Promise<Incidents> {
  const { start_steps, lasts, ...rest } = await fetchJson<Packed>(url);
  let second = 0;
  const start = start_steps.map((step) => (second += step));
  return { ...rest, start, end: start.map((begun, row) => begun + lasts[row]!) };
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
  signs.pile = pilesOf(signs.x, signs.y);
  return { all, signs };
}
