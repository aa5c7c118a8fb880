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

/** The style for a ground (or none) in a palette; sources are named after the ground's parts. */
export function groundStyle(ground: Ground | null, colours: Palette): StyleSpecification {
  const lat = ground ? (ground.area[1] + ground.area[3]) / 2 : 0;
  const source = (data: FeatureCollection | undefined, tolerance = 0.375): StyleSpecification["sources"][string] => ({
    type: "geojson", data: data ?? NOTHING, tolerance, maxzoom: 12, buffer: 64,
  });
  return {
    version: 8,
    sources: {
      land: source(ground?.land), water: source(ground?.water), district: source(ground?.district),
      boundary: source(ground?.boundary as FeatureCollection), zones: source(ground?.zones as FeatureCollection),
      line: source(ground?.line as FeatureCollection),
    },
    layers: layers(colours, lat, (ground?.land?.features.length ?? 0) > 0),
  };
}

function layers(colours: Palette, lat: number, hasLand: boolean): LayerSpecification[] {
  const round = { "line-join": "round", "line-cap": "round" } as const;
  const corridor = ["==", ["get", "kind"], "corridor"];
  const polygon = ["==", ["geometry-type"], "Polygon"];
  const made = [
    { id: "ground", type: "background", paint: { "background-color": hasLand ? colours.water : colours.land } },
    { id: "land", type: "fill", source: "land", paint: { "fill-color": colours.land, "fill-antialias": false } },
    { id: "water", type: "fill", source: "water", filter: polygon, paint: { "fill-color": colours.water } },
    { id: "river", type: "line", source: "water", paint: { "line-color": colours.water, "line-width": 1.2 } },
    { id: "district", type: "line", source: "district", paint: { "line-color": colours.district, "line-width": 1 } },
    {
      id: "boundary", type: "line", source: "boundary", layout: round, filter: ["!=", ["get", "disputed"], true],
      paint: { "line-color": colours.boundary, "line-width": 1.4 },
    },
    {
      id: "disputed", type: "line", source: "boundary", filter: ["==", ["get", "disputed"], true],
      paint: { "line-color": colours.boundary, "line-width": 1.4, "line-dasharray": [3, 3] },
    },
    {
      id: "area", type: "line", source: "zones", filter: ["==", ["get", "kind"], "area"],
      paint: { "line-color": colours.zone, "line-width": 1 },
    },
    {
      id: "zone", type: "line", source: "zones",
      filter: ["!", ["in", ["get", "kind"], ["literal", ["area", "corridor", "line"]]]],
      paint: { "line-color": colours.zone, "line-width": 0.8, "line-dasharray": [1, 2] },
    },
    { id: "corridor-fill", type: "fill", source: "zones", filter: corridor, paint: { "fill-color": colours.accentFill } },
    {
      id: "corridor", type: "line", source: "zones", filter: corridor,
      paint: { "line-color": colours.accent, "line-width": 1.2, "line-dasharray": [6, 4] },
    },
    {
      id: "band", type: "line", source: "line", layout: round,
      paint: { "line-color": colours.band, "line-width": bandWidth(lat) },
    },
    { id: "line", type: "line", source: "line", paint: { "line-color": colours.line, "line-width": 1.8, "line-dasharray": [3, 2] } },
  ];
  return made as LayerSpecification[];
}
