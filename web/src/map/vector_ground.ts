/** The basemap that a watch brings, under its own lines and signs: land, water, rivers, roads, dots of towns and villages.
 *
 * A chunk of its own, fetched where there is such a file alone; so it takes what it needs of the map as arguments. The
 * tiles' boundaries and all their names are drawn nowhere: whose those are, the watch's own files say. */

import type { AddProtocolAction, LayerSpecification, StyleSpecification } from "maplibre-gl";
import { PMTiles, SharedPromiseCache } from "pmtiles";
import type { Tiles, TownProps } from "./data.js";
import type { FeatureCollection, MultiPolygon, Point } from "geojson";
import type { Palette } from "./palette.js";

export const SOURCE = "tiles";
const PROTOCOL = "tw-tiles";
/** From here on the tiles have rivers, and their land and water stand in place of the small ground's. */
const FINE_ZOOM = 9;
/** What a tile may hold once it is unpacked; a real one has a hundredth of it. */
const MOST_UNPACKED = 32 * 2 ** 20;
/** The same of a directory, in bytes. Each of them can be an entry, and the page waits while they are counted. */
export const MOST_DIRECTORY = 2 * 2 ** 20;
/** So near to a town of the watch's own, in degrees, a dot of the tiles is taken for the same place. */
const SAME_PLACE = 0.02;
const GZIP = 2;
const MOST_FAILURES = 4;
const REST_MS = 60_000;

/** Unpacks a directory or a tile, and stops at a size that no real one has. */
export async function unpack(packed: ArrayBuffer, packing: number, most = MOST_UNPACKED): Promise<ArrayBuffer> {
  if (packing !== GZIP) {
    if (packed.byteLength > most) throw new Error("larger than any tile");
    return packed;
  }
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > most) {
      void reader.cancel();
      throw new Error("larger than any tile");
    }
    parts.push(value);
  }
  return new Blob(parts as BlobPart[]).arrayBuffer();
}

/** Unpacks a directory, which is far smaller than a tile may be. */
export function unpackDirectory(packed: ArrayBuffer, packing: number): Promise<ArrayBuffer> {
  return unpack(packed, packing, MOST_DIRECTORY);
}

/** What reads one tile of the file for the map. One that cannot be read is empty, and told by `failed`. After several in a
 * row nothing is asked for a while: the file or the console is gone, and browsers write every failure into their log. */
export function tileReader(archive: Pick<PMTiles, "getZxy">, failed: () => void, now = () => performance.now()): AddProtocolAction {
  let failures = 0;
  let restsUntil = 0;
  return async ({ url }, { signal }) => {
    if (now() < restsUntil) return { data: new ArrayBuffer(0) };
    const [z, x, y] = url.slice(`${PROTOCOL}://`.length).split("/").map(Number) as [number, number, number];
    try {
      const tile = await archive.getZxy(z, x, y, signal);
      failures = 0;
      return { data: tile ? tile.data : new ArrayBuffer(0) };
    } catch (fault) {
      if (signal.aborted) throw fault;
      failures += 1;
      if (failures >= MOST_FAILURES) restsUntil = now() + REST_MS;
      failed();
      return { data: new ArrayBuffer(0) };
    }
  };
}

export class VectorGround {
  constructor(
    private readonly tiles: Tiles, private readonly towns: FeatureCollection<Point, TownProps> | undefined,
    addProtocol: (name: string, action: AddProtocolAction) => void, failed: () => void,
  ) {
    const archive = new PMTiles(new URL(tiles.url, location.href).href, new SharedPromiseCache(100, true, unpackDirectory), unpack);
    addProtocol(PROTOCOL, tileReader(archive, failed));
  }

  /** The same style with this ground in it: above the small ground's land and water, under every line of the watch. */
  under(style: StyleSpecification, colours: Palette): StyleSpecification {
    const { min_zoom, max_zoom, bounds } = this.tiles;
    const at = style.layers.findIndex((layer) => layer.id === "district");
    const layers = groundLayers(colours, this.towns);
    return {
      ...style,
      sources: {
        ...style.sources,
        [SOURCE]: { type: "vector", tiles: [`${PROTOCOL}://{z}/{x}/{y}`], minzoom: min_zoom, maxzoom: max_zoom, bounds },
      },
      layers: at < 0 ? [...style.layers, ...layers] : [...style.layers.slice(0, at), ...layers, ...style.layers.slice(at)],
    };
  }
}

/** The layers of the Protomaps basemap, version 4, that are drawn; by `kind` and `kind_detail` alone, without a text. */
export function groundLayers(colours: Palette, towns?: FeatureCollection<Point, TownProps>): LayerSpecification[] {
  const round = { "line-join": "round", "line-cap": "round" };
  const kind = (...kinds: string[]): unknown => ["in", ["get", "kind"], ["literal", kinds]];
  const detail = (...kinds: string[]): unknown => ["in", ["get", "kind_detail"], ["literal", kinds]];
  const area = ["==", ["geometry-type"], "Polygon"];
  const line = ["==", ["geometry-type"], "LineString"];
  const widths = (...stops: number[]): unknown => ["interpolate", ["linear"], ["zoom"], ...stops];
  const road = (id: string, minzoom: number, filter: unknown, width: unknown): unknown => ({
    id, type: "line", source: SOURCE, "source-layer": "roads", minzoom, layout: round, filter: ["all", line, filter],
    paint: { "line-color": colours.road, "line-width": width },
  });
  const layers = [
    { id: "tiles-land", type: "fill", source: SOURCE, "source-layer": "earth", minzoom: FINE_ZOOM, filter: area, paint: { "fill-color": colours.land, "fill-antialias": false } },
    {
      id: "tiles-water", type: "fill", source: SOURCE, "source-layer": "water", minzoom: FINE_ZOOM,
      filter: ["all", area, ["!", kind("swimming_pool", "fountain", "reef")]], paint: { "fill-color": colours.water },
    },
    {
      id: "tiles-stream", type: "line", source: SOURCE, "source-layer": "water", minzoom: 12, layout: round, filter: ["all", line, kind("stream")],
      paint: { "line-color": colours.river, "line-width": 0.7 },
    },
    {
      id: "tiles-river", type: "line", source: SOURCE, "source-layer": "water", minzoom: FINE_ZOOM, layout: round, filter: ["all", line, kind("river", "canal")],
      paint: { "line-color": colours.river, "line-width": widths(9, 1, 13, 2.4) },
    },
    road("tiles-track", 12, ["all", kind("path"), detail("track")], 0.6),
    road("tiles-street", 11, kind("minor_road"), widths(11, 0.5, 13, 1.1)),
    road("tiles-road", 7, ["all", kind("major_road"), ["!", detail("trunk", "primary")]], widths(8, 0.7, 13, 2)),
    road("tiles-main-road", 5, ["any", kind("highway"), ["all", kind("major_road"), detail("trunk", "primary")]], widths(6, 0.9, 9, 1.5, 13, 3)),
    {
      id: "tiles-village", type: "circle", source: SOURCE, "source-layer": "places", minzoom: 8,
      filter: ["all", ["==", ["geometry-type"], "Point"], kind("locality"), ...elsewhere(towns)],
      paint: { "circle-color": colours.village, "circle-radius": widths(8, 1.4, 13, 2.6) },
    },
  ];
  return layers as LayerSpecification[];
}

/** The condition that a place is none of the watch's own towns, which have their dot with their names. */
function elsewhere(towns?: FeatureCollection<Point, TownProps>): unknown[] {
  const squares = (towns?.features ?? []).map(({ geometry }) => {
    const [lon, lat] = geometry.coordinates as [number, number];
    const [west, south, east, north] = [lon - SAME_PLACE, lat - SAME_PLACE, lon + SAME_PLACE, lat + SAME_PLACE];
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]];
  });
  if (squares.length === 0) return [];
  const shape: MultiPolygon = { type: "MultiPolygon", coordinates: squares };
  return [["!", ["within", shape]]];
}
