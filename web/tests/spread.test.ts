/** Signs of one place: the same rows, the same spread; too many for rings are a tile; real and simulated never in one. */

import { describe, expect, it } from "vitest";
import { type Points, group } from "../src/map/aggregate.js";
import { Mask } from "../src/map/mask.js";
import { worldX, worldY } from "../src/map/mercator.js";
import { MOST_SPREAD, pilesOf, ringPlaces } from "../src/map/spread.js";

const SIGN_PX = 26;

function village(count: number, simulated: (row: number) => boolean = () => false): Points {
  const x = new Float64Array(count).fill(worldX(46.75)).map((value, row) => value + row * 1e-10);
  const y = new Float64Array(count).fill(worldY(39.82));
  return { x, y, outcome: new Uint8Array(count), simulated: Uint8Array.from({ length: count }, (_none, row) => Number(simulated(row))), pile: pilesOf(x, y) };
}

describe("the rings", () => {
  it("give each sign a place that no other covers", () => {
    for (let count = 2; count <= MOST_SPREAD; count++) {
      const places = ringPlaces(count);
      expect(places.length).toBe(count);
      for (const [index, [x, y]] of places.entries())
        for (const [otherX, otherY] of places.slice(index + 1)) expect(Math.hypot(x - otherX, y - otherY)).toBeGreaterThanOrEqual(SIGN_PX - 1);
    }
  });

  it("are the same each time", () => {
    expect(ringPlaces(9)).toEqual(ringPlaces(9));
  });
});

describe("piles", () => {
  it("hold what no zoom can part, and nothing that a zoom can", () => {
    const lons = [46.75, 46.7501, 46.76, 46.7601, 47];
    const piles = pilesOf(Float64Array.from(lons, worldX), new Float64Array(5).fill(worldY(39.82)));
    expect([...piles]).toEqual([0, 0, 2, 2, 4]);
  });

  it("of up to a bound stand round their place from zoom 9 on", () => {
    expect(group(village(5), Mask.all(), 8).spreads).toEqual([]);
    const { singles, spreads, tiles } = group(village(5), Mask.all(), 9);
    expect([...singles]).toEqual([]);
    expect(tiles).toEqual([]);
    expect(spreads.map((spread) => spread.rows)).toEqual([[0, 1, 2, 3, 4]]);
  });

  it("of five thousand stay one tile at every zoom", () => {
    const points = village(5000);
    for (const zoom of [6, 9, 11, 13]) {
      const { singles, spreads, tiles } = group(points, Mask.all(), zoom);
      expect([singles.length, spreads.length, tiles.length]).toEqual([0, 0, 1]);
      expect(tiles[0]!.count).toBe(5000);
    }
  });

  it("never have real and simulated in one tile", () => {
    const { tiles } = group(village(30, (row) => row % 3 === 0), Mask.all(), 13);
    expect(tiles.map((tile) => [tile.simulated, tile.count])).toEqual([[false, 20], [true, 10]]);
    expect(new Set(tiles.map((tile) => tile.beside)).size).toBe(2);
  });

  it("count every row once", () => {
    const points = village(40);
    points.x[7] = worldX(46.9);
    const { singles, spreads, tiles } = group({ ...points, pile: pilesOf(points.x, points.y) }, Mask.all(), 11);
    const rows = [...singles, ...spreads.flatMap((spread) => spread.rows), ...tiles.flatMap((tile) => tile.rows)].sort((a, b) => a - b);
    expect(rows).toEqual(Array.from({ length: 40 }, (_none, row) => row));
  });
});
