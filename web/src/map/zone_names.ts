/** Names in the middle of shapes, for the maps of a new watch: each where it has room. */

import type { Feature, Geometry } from "geojson";
import type { Occupied } from "./label_spots.js";
import { type Camera, screenX, screenY, worldX, worldY } from "./mercator.js";
import type { Palette } from "./palette.js";

const FONT = 'italic 500 11.5px "Noto Sans", "Noto Sans Armenian", "Noto Sans Arabic", "Noto Sans Hebrew", sans-serif';
const LONGEST_PX = 180;

interface Name {
  text: string;
  x: number;
  y: number;
}

export class ZoneNames {
  private readonly names: Name[];

  /** The area of the watch, which is the whole map, has no name on it. */
  constructor(shapes: readonly Feature<Geometry, { name?: string; kind?: string }>[]) {
    this.names = shapes.filter(({ properties }) => properties.name && properties.kind !== "area").map(({ geometry, properties }) => {
      const [lon, lat] = middleOf(geometry);
      return { text: properties.name!, x: worldX(lon), y: worldY(lat) };
    });
  }

  paint(context: CanvasRenderingContext2D, camera: Camera, occupied: Occupied, colours: Palette): void {
    context.font = FONT;
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (const name of this.names) {
      const [x, y] = [screenX(camera, name.x), screenY(camera, name.y)];
      const half = Math.min(context.measureText(name.text).width, LONGEST_PX) / 2 + 2;
      if (!occupied.free(x - half, y - 8, x + half, y + 8)) continue;
      occupied.take(x - half, y - 8, x + half, y + 8);
      context.lineWidth = 3;
      context.strokeStyle = colours.land;
      context.strokeText(name.text, x, y, LONGEST_PX);
      context.fillStyle = colours.ink2;
      context.fillText(name.text, x, y, LONGEST_PX);
    }
  }
}

/** The middle of the box round a shape; of a shape of many parts, of the part with most corners. */
export function middleOf(geometry: Geometry): [number, number] {
  const rings = ringsOf(geometry);
  const largest = rings.reduce((most, ring) => (ring.length > most.length ? ring : most), rings[0] ?? []);
  const lons = largest.map(([lon]) => lon!);
  const lats = largest.map(([, lat]) => lat!);
  const between = (values: number[]): number => (values.reduce((a, b) => Math.min(a, b), Infinity) + values.reduce((a, b) => Math.max(a, b), -Infinity)) / 2;
  return [between(lons), between(lats)];
}

/** The outer rings or lines of a shape. */
export function ringsOf(geometry: Geometry): number[][][] {
  if (geometry.type === "Polygon") return [geometry.coordinates[0]!];
  if (geometry.type === "MultiPolygon") return geometry.coordinates.map((part) => part[0]!);
  if (geometry.type === "LineString") return [geometry.coordinates];
  if (geometry.type === "MultiLineString") return geometry.coordinates;
  return [];
}
