/** The ground as a MapLibre style: land, districts, boundaries, zones, the line of contact on its band. No request is made. */

import type { LayerSpecification, StyleSpecification } from "maplibre-gl";
import type { FeatureCollection } from "geojson";
import type { Ground } from "./data.js";
import { metresPerPixel } from "./mercator.js";
import type { Palette } from "./palette.js";

const NOTHING: FeatureCollection = { type: "FeatureCollection", features: [] };

/** A line as wide as twice its accuracy on the ground, in pixels of the zoom. */
function bandWidth(lat: number): unknown {
  const at = (zoom: number): unknown => ["max", 2, ["/", ["*", 2, ["coalesce", ["get", "accuracy_m"], 0]], metresPerPixel(lat, zoom)]];
  return ["interpolate", ["exponential", 2], ["zoom"], 0, at(0), 22, at(22)];
}

/** The style for a ground (or none) in a palette. All parts are one source: each one more would cost a mask of the whole view. */
export function groundStyle(ground: Ground | null, colours: Palette): StyleSpecification {
  const lat = ground ? (ground.area[1] + ground.area[3]) / 2 : 0;
  const parts: Record<string, FeatureCollection | undefined> = ground
    ? { sea: seaOf(ground), land: ground.land, water: ground.water, district: ground.district, boundary: ground.boundary as FeatureCollection, zones: ground.zones as FeatureCollection, line: ground.line as FeatureCollection }
    : {};
  const features = Object.entries(parts).flatMap(([part, collection]) =>
    (collection?.features ?? []).map((feature) => ({ ...feature, properties: { ...feature.properties, part } })));
  return {
    version: 8,
    sources: { ground: { type: "geojson", data: { type: "FeatureCollection", features }, maxzoom: 12, buffer: 64 } },
    layers: layers(colours, lat, isIsland(ground)),
  };
}

type Box = [number, number, number, number];

/** The box round all the land, or null without any. */
function landBox(ground: Ground): Box | null {
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity];
  const reach = (part: unknown): void => {
    if (!Array.isArray(part)) return;
    if (typeof part[0] === "number") {
      const [lon, lat] = part as [number, number];
      box[0] = Math.min(box[0], lon);
      box[1] = Math.min(box[1], lat);
      box[2] = Math.max(box[2], lon);
      box[3] = Math.max(box[3], lat);
    } else part.forEach(reach);
  };
  for (const feature of ground.land?.features ?? []) if ("coordinates" in feature.geometry) reach(feature.geometry.coordinates);
  return box[0] <= box[2] ? box : null;
}

/** Whether the sea is all round the land; else what lies beyond the basemap is not known, and is not drawn as water. */
function isIsland(ground: Ground | null): boolean {
  const land = ground && landBox(ground);
  if (!ground || !land) return false;
  const [west, south, east, north] = ground.area;
  return land[0] > west && land[1] > south && land[2] < east && land[3] < north;
}

/** Water as far as the basemap reaches; land lies on it. */
function seaOf(ground: Ground): FeatureCollection {
  const land = landBox(ground);
  if (!land) return NOTHING;
  const [west, south, east, north] = land;
  const ring = [[west, south], [east, south], [east, north], [west, north], [west, south]];
  return { type: "FeatureCollection", features: [{ type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [ring] } }] };
}

/** Features of one part, and of those only what a further condition lets through. */
function of(part: string, condition?: unknown): unknown {
  const own = ["==", ["get", "part"], part];
  return condition === undefined ? own : ["all", own, condition];
}

function layers(colours: Palette, lat: number, island: boolean): LayerSpecification[] {
  const source = "ground";
  const round = { "line-join": "round", "line-cap": "round" } as const;
  const corridor = of("zones", ["==", ["get", "kind"], "corridor"]);
  const status = (name: string): unknown => of("boundary", ["==", ["get", "status"], name]);
  const made = [
    { id: "beyond", type: "background", paint: { "background-color": island ? colours.water : colours.land } },
    { id: "sea", type: "fill", source, filter: of("sea"), paint: { "fill-color": colours.water, "fill-antialias": false } },
    { id: "land", type: "fill", source, filter: of("land"), paint: { "fill-color": colours.land, "fill-antialias": false } },
    { id: "water", type: "fill", source, filter: of("water", ["==", ["geometry-type"], "Polygon"]), paint: { "fill-color": colours.water } },
    { id: "river", type: "line", source, filter: of("water"), paint: { "line-color": colours.water, "line-width": 1.2 } },
    { id: "district", type: "line", source, filter: of("district"), paint: { "line-color": colours.district, "line-width": 1 } },
    {
      id: "boundary", type: "line", source, layout: round, filter: status("state"),
      paint: { "line-color": colours.boundary, "line-width": 1.4 },
    },
    {
      id: "disputed", type: "line", source, filter: status("disputed"),
      paint: { "line-color": colours.boundary, "line-width": 1.4, "line-dasharray": [3, 3] },
    },
    {
      id: "not-stated", type: "line", source, filter: of("boundary", ["!", ["in", ["get", "status"], ["literal", ["state", "disputed"]]]]),
      paint: { "line-color": colours.boundary, "line-width": 1.4, "line-dasharray": [7, 2, 1, 2] },
    },
    {
      id: "area", type: "line", source, filter: of("zones", ["==", ["get", "kind"], "area"]),
      // A soft solid band: unlike a boundary of any status, and unlike the dots of districts.
      paint: { "line-color": colours.zone, "line-width": 5, "line-opacity": 0.35 },
    },
    {
      id: "zone", type: "line", source, filter: of("zones", ["!", ["in", ["get", "kind"], ["literal", ["area", "corridor", "line"]]]]),
      paint: { "line-color": colours.zone, "line-width": 0.8, "line-dasharray": [1, 2] },
    },
    { id: "corridor-fill", type: "fill", source, filter: corridor, paint: { "fill-color": colours.accentFill } },
    {
      id: "corridor", type: "line", source, filter: corridor,
      paint: { "line-color": colours.accent, "line-width": 1.2, "line-dasharray": [6, 4] },
    },
    {
      id: "band", type: "line", source, layout: round, filter: of("line"),
      paint: { "line-color": colours.band, "line-width": bandWidth(lat) },
    },
    { id: "line", type: "line", source, filter: of("line"), paint: { "line-color": colours.line, "line-width": 1.8, "line-dasharray": [3, 2] } },
  ];
  return made as LayerSpecification[];
}
