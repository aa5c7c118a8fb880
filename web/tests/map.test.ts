import { describe, expect, it } from "vitest";
import { CELL_PX, MOST_ABREAST, group, gridZoom } from "../src/map/aggregate.js";
import { type Ground, statusesOf } from "../src/map/data.js";
import { ellipseRing, placeAlong } from "../src/map/ellipse.js";
import { scaleStep } from "../src/map/furniture.js";
import { groundStyle } from "../src/map/ground.js";
import { Occupied } from "../src/map/label_spots.js";
import { Mask } from "../src/map/mask.js";
import { EARTH_CIRCUMFERENCE_M, latOf, lonOf, metresPerPixel, worldSize, worldX, worldY } from "../src/map/mercator.js";
import { boxRound } from "../src/map/middle.js";
import { weightiestLast } from "../src/map/overlay.js";
import { LIGHT } from "../src/map/palette.js";
import { crossingOf, faultOf, geometryOf, readCorners, writeCorners } from "../src/map/shape.js";
import { nearest, nextInDirection } from "../src/map/step.js";

function scattered(count: number, spread: number): { x: Float64Array; y: Float64Array; outcome: Uint8Array } {
  let seed = 12345;
  const next = (): number => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
  return {
    x: Float64Array.from({ length: count }, () => worldX(46.5 + (next() - 0.5) * spread)),
    y: Float64Array.from({ length: count }, () => worldY(39.8 + (next() - 0.5) * spread)),
    outcome: Uint8Array.from({ length: count }, () => Math.floor(next() * 4)),
  };
}

describe("the mercator arithmetic", () => {
  it("goes there and back", () => {
    for (const [lon, lat] of [[46.75, 39.82], [-170, -60], [0, 0], [179.9, 84]] as const) {
      expect(lonOf(worldX(lon))).toBeCloseTo(lon, 9);
      expect(latOf(worldY(lat))).toBeCloseTo(lat, 9);
    }
  });

  it("agrees with its own scale", () => {
    const zoom = 11;
    const px = (worldX(46.76) - worldX(46.75)) * worldSize(zoom);
    const metres = 0.01 * 111_319.49 * Math.cos((39.82 * Math.PI) / 180);
    expect(px * metresPerPixel(39.82, zoom)).toBeCloseTo(metres, 0);
  });
});

describe("the mask", () => {
  it("reads the lowest bit first", () => {
    const mask = Mask.read(btoa(String.fromCharCode(0b00000101, 0b10000000)));
    expect([0, 1, 2, 3, 15, 16].map((row) => mask.passes(row))).toEqual([true, false, true, false, true, false]);
    expect(mask.count(16)).toBe(3);
  });

  it("hides nothing when it is damaged or not there", () => {
    expect(Mask.read("%%%").passes(3)).toBe(true);
    expect(Mask.read(undefined).passes(3)).toBe(true);
  });
});

describe("grouping", () => {
  it("counts every passing row once, as a sign or in a tile, with its outcome", () => {
    const points = scattered(5000, 2);
    const mask = Mask.all();
    for (const zoom of [6, 8.4, 9, 12]) {
      const { singles, tiles } = group(points, mask, zoom);
      const rows = [...singles, ...tiles.flatMap((tile) => tile.rows)].sort((a, b) => a - b);
      expect(rows).toEqual(Array.from({ length: 5000 }, (_none, row) => row));
      for (const tile of tiles) {
        expect(tile.shares.reduce((sum, share) => sum + share)).toBe(tile.count);
        expect(tile.count).toBeGreaterThan(MOST_ABREAST);
      }
    }
  });

  it("from zoom 9 leaves few neighbours as signs, though they touch, and joins a crowd", () => {
    const points = (count: number): Parameters<typeof group>[0] => ({
      x: new Float64Array(count).fill(0.5001), y: new Float64Array(count).fill(0.3801), outcome: new Uint8Array(count),
    });
    expect(group(points(40), Mask.all(), 9.5).tiles).toEqual([]);
    expect(group(points(41), Mask.all(), 9.5).tiles.map((tile) => tile.count)).toEqual([41]);
    expect(group(points(7), Mask.all(), 8.9).tiles.map((tile) => tile.count)).toEqual([7]);
    expect(group(points(6), Mask.all(), 8.9).singles.length).toBe(6);
  });

  it("never sums real and simulated: a crowded cell with both has a tile of each, which do not cover each other", () => {
    const count = 10_000;
    const points = {
      x: new Float64Array(count).fill(0.5001), y: new Float64Array(count).fill(0.3801), outcome: new Uint8Array(count),
      simulated: Uint8Array.from({ length: count }, (_none, row) => (row % 4 === 0 ? 1 : 0)),
    };
    for (const zoom of [6, 9.5, 16]) {
      const { singles, tiles } = group(points, Mask.all(), zoom);
      expect(singles.length).toBe(0);
      expect(tiles.map((tile) => [tile.simulated, tile.count])).toEqual([[false, 7500], [true, 2500]]);
      expect(new Set(tiles.map((tile) => tile.key)).size).toBe(2);
      expect((tiles[1]!.y - tiles[0]!.y) * worldSize(gridZoom(zoom))).toBeGreaterThan(35);
    }
  });

  it("leaves out what the mask hides and what has no place", () => {
    const points = scattered(16, 1);
    points.x[0] = NaN;
    const mask = Mask.read(btoa(String.fromCharCode(0b1111, 0)));
    const { singles, tiles } = group(points, mask, 12);
    expect([...singles]).toEqual([1, 2, 3]);
    expect(tiles).toEqual([]);
  });

  it("opens tiles by zoom", () => {
    const points = scattered(2000, 1);
    const counts = [6, 8, 10, 13].map((zoom) => group(points, Mask.all(), zoom).singles.length);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(counts[3]).toBe(2000);
  });

  it("keeps tiles inside their own cells, so that they do not cover each other", () => {
    const zoom = 8;
    const { tiles } = group(scattered(20_000, 3), Mask.all(), zoom);
    const cell = CELL_PX / worldSize(gridZoom(zoom));
    for (const tile of tiles) {
      const inside = (tile.x / cell) % 1;
      expect(inside).toBeGreaterThan(0.4);
      expect(inside).toBeLessThan(0.6);
    }
  });
});

describe("ellipses", () => {
  it("are closed, as long as their axes and turned clockwise from north", () => {
    const ring = ellipseRing({ lon: 46, lat: 40, major_m: 1000, minor_m: 100, azimuth_deg: 90 });
    expect(ring[0]).toEqual(ring.at(-1));
    const [lon, lat] = ring[0]!;
    expect((lon - 46) * 111_319.49 * Math.cos((40 * Math.PI) / 180)).toBeCloseTo(1000, 3);
    expect((lat - 40) * 111_319.49).toBeCloseTo(0, 3);
    const north = ellipseRing({ lon: 46, lat: 40, major_m: 1000, minor_m: 100, azimuth_deg: 0 });
    expect((north[0]![1] - 40) * 111_319.49).toBeCloseTo(1000, 3);
  });

  it("bearings lead clockwise from north", () => {
    const [lon, lat] = placeAlong(0, 0, 90, 111_195);
    expect(lon).toBeCloseTo(1, 3);
    expect(lat).toBeCloseTo(0, 6);
  });
});

describe("arrow keys", () => {
  const points = [{ x: 10, y: 0 }, { x: 100, y: 5 }, { x: -5, y: 0 }, { x: 0, y: -50 }, { x: 6, y: 40 }];
  it("go to the nearest in the direction", () => {
    const here = { x: 0, y: 0 };
    expect(nextInDirection(here, points, "ArrowRight")).toBe(0);
    expect(nextInDirection(points[0]!, points, "ArrowRight")).toBe(1);
    expect(nextInDirection(here, points, "ArrowLeft")).toBe(2);
    expect(nextInDirection(here, points, "ArrowUp")).toBe(3);
    expect(nextInDirection(here, points, "ArrowDown")).toBe(4);
    expect(nextInDirection(points[1]!, points, "ArrowRight")).toBe(-1);
  });
  it("begin with the nearest of all", () => {
    expect(nearest({ x: 90, y: 0 }, points)).toBe(1);
    expect(nearest({ x: 0, y: 0 }, [])).toBe(-1);
  });
});

describe("labels", () => {
  it("yield to what is taken and to the edge", () => {
    const occupied = new Occupied(120, 60);
    expect(occupied.free(10, 10, 40, 20)).toBe(true);
    occupied.take(30, 10, 50, 20);
    expect(occupied.free(10, 10, 40, 20)).toBe(false);
    expect(occupied.free(60, 10, 90, 20)).toBe(true);
    expect(occupied.free(110, 10, 140, 20)).toBe(false);
  });
});

describe("the scale bar", () => {
  it("takes steps of 1, 2 and 5 that fit", () => {
    for (const perPixel of [0.3, 7, 95, 177, 1234]) {
      const { metres, px } = scaleStep(perPixel);
      expect(px).toBeLessThanOrEqual(120);
      expect(px).toBeGreaterThan(120 / 2.6);
      expect(String(metres)[0]).toMatch(/[125]/);
    }
  });
});

describe("choosing", () => {
  it("draws the box that the server will: as wide as high on the ground", () => {
    const [west, south, east, north] = boxRound({ lon: 74, lat: 60 }, 100);
    expect(east - west).toBeCloseTo(2 * (north - south), 5);
    expect(((north - south) * EARTH_CIRCUMFERENCE_M) / 360).toBeCloseTo(100_000, 3);
  });
});

describe("boundaries", () => {
  it("have each status that is drawn in the legend, and one that says nothing is not stated", () => {
    const line = (status?: string): unknown => ({ type: "Feature", properties: status ? { status } : {}, geometry: { type: "LineString", coordinates: [] } });
    const drawn = (...lines: unknown[]): string[] => statusesOf({ boundary: { type: "FeatureCollection", features: lines } } as unknown as Ground);
    expect(drawn(line("disputed"), line("state"))).toEqual(["state", "disputed"]);
    expect(drawn(line())).toEqual(["not_stated"]);
    expect(drawn()).toEqual([]);
  });

  it("are drawn in three ways, each by one layer of the ground alone", () => {
    const ground = { area: [0, 0, 1, 1] } as unknown as Ground;
    const drawn = groundStyle(ground, LIGHT).layers.filter(({ id }) => ["boundary", "disputed", "not-stated"].includes(id));
    const dashes = drawn.map((layer) => JSON.stringify((layer as { paint: Record<string, unknown> }).paint["line-dasharray"] ?? "none"));
    expect(new Set(dashes).size).toBe(3);
  });
});

describe("drawing", () => {
  it("reads what it writes, and names the line that is no corner", () => {
    const corners: [number, number][] = [[46.1, 39.5], [46.9, 39.5], [46.5, 40]];
    expect(readCorners(writeCorners(corners))).toEqual({ corners, badLine: 0 });
    expect(readCorners("46.1, 39.5\n\n46.9 x").badLine).toBe(3);
    expect(readCorners("200, 39.5").badLine).toBe(1);
  });

  it("refuses too few corners and an outline that crosses itself", () => {
    expect(faultOf([[0, 0], [1, 1]], "polygon")).toEqual({ kind: "few", least: 3 });
    expect(faultOf([[0, 0]], "line")).toEqual({ kind: "few", least: 2 });
    expect(crossingOf([[0, 0], [1, 1], [1, 0], [0, 1]])).toEqual({ at: [0.5, 0.5], sides: [1, 3] });
    expect(crossingOf([[0, 0], [2, 0], [2, 1], [1, 0], [1, -1]])?.at).toEqual([1, 0]);
    expect(crossingOf([[0, 0], [1, 0], [1, 1], [0, 1]])).toBeNull();
    expect(faultOf([[0, 0], [1, 0], [1, 1], [0, 1]], "polygon")).toBeNull();
  });

  it("gives closed rings that run counter-clockwise", () => {
    const made = geometryOf([[0, 0], [0, 1], [1, 1]], "polygon");
    expect(made).toEqual({ type: "Polygon", coordinates: [[[1, 1], [0, 1], [0, 0], [1, 1]]] });
    expect(geometryOf([[0, 0], [0, 1]], "line").type).toBe("LineString");
  });
});

describe("signs in one place", () => {
  it("are painted with the weightiest assessment last, so that nothing hides it", () => {
    const signs = [0, 1, 2, 3].map((row) => ({ row }));
    expect(weightiestLast(signs, [0, 1, 3, 1]).map(({ row }) => row)).toEqual([2, 1, 3, 0]);
  });
});
