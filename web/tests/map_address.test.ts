/** Where the map stands, there and back through the address; nonsense is no place. */

import { describe, expect, it } from "vitest";
import { readStanding, writeStanding } from "../src/map/map_address.js";
import { placeBeside } from "../src/map/card_place.js";
import { holds, Zones } from "../src/map/zones.js";
import type { Ground } from "../src/map/data.js";
import { worldX, worldY } from "../src/map/mercator.js";

describe("the map's place in the address", () => {
  it("comes back as it went, to a pixel", () => {
    for (const standing of [{ zoom: 9.25, lat: 39.81234, lon: 46.74321 }, { zoom: 6, lat: -34.93, lon: -25.15 }, { zoom: 13, lat: 0, lon: 0 }]) {
      const back = readStanding(`?map=${writeStanding(standing)}`)!;
      expect(back.zoom).toBeCloseTo(standing.zoom, 2);
      expect(Math.abs(back.lat - standing.lat)).toBeLessThan(0.005);
      expect(Math.abs(back.lon - standing.lon)).toBeLessThan(0.005);
    }
  });

  it("is none where it is nonsense", () => {
    for (const text of ["", "9", "9/39.8", "99/39/46", "9/89/46", "9/39/200", "9/1e3/4", "9/NaN/4", "<b>/1/2", "9/39/46/1"])
      expect(readStanding(`?map=${encodeURIComponent(text)}`), text).toBeNull();
  });
});

describe("the card", () => {
  const size = { width: 300, height: 140 };
  const room = { width: 900, height: 400 };

  it("stands beside its sign, flips at the edge and stays whole", () => {
    for (const at of [{ x: 100, y: 200 }, { x: 880, y: 200 }, { x: 450, y: 10 }, { x: 450, y: 395 }]) {
      const { left, top } = placeBeside(at, size, room, []);
      expect(left >= 0 && top >= 0 && left + size.width <= room.width && top + size.height <= room.height).toBe(true);
      const covers = at.x > left && at.x < left + size.width && at.y > top && at.y < top + size.height;
      expect(covers, "never on the sign").toBe(false);
    }
  });

  it("keeps off the legend where it can", () => {
    const legend: [number, number, number, number] = [636, 0, 900, 400];
    const { left } = placeBeside({ x: 560, y: 200 }, size, room, [legend]);
    expect(left + size.width).toBeLessThanOrEqual(legend[0]);
  });
});

describe("zones", () => {
  function zonesOf(rings: [number, number][][]): Zones {
    const context = { font: "", measureText: () => ({ width: 50 }) };
    document.createElement = (() => ({ getContext: () => context })) as unknown as typeof document.createElement;
    const features = rings.map((ring, index) => ({ type: "Feature", properties: { id: `z${index}`, kind: "district", name: `Zone ${index}` }, geometry: { type: "Polygon", coordinates: [ring] } }));
    return new Zones({ zones: { type: "FeatureCollection", features } } as unknown as Ground);
  }
  const square = (west: number, south: number, size: number): [number, number][] =>
    [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]];

  it("are meant by the smallest that holds the point", () => {
    const zones = zonesOf([square(0, 0, 10), square(2, 2, 2)]);
    const size = 512;
    const camera = { left: 0, top: 0, size, zoom: 0, width: 512, height: 512 };
    const at = (lon: number, lat: number): string | undefined => zones.at(worldX(lon) * size, worldY(lat) * size, camera)?.id;
    expect(at(3, 3)).toBe("z1");
    expect(at(8, 8)).toBe("z0");
    expect(at(20, 20)).toBeUndefined();
  });

  it("that cross themselves hold what they draw, and break nothing", () => {
    const [shape] = zonesOf([[[0, 0], [10, 10], [10, 0], [0, 10], [0, 0]]]).shapes;
    expect(holds(shape!, worldX(1), worldY(5))).toBe(true);
    expect(holds(shape!, worldX(5), worldY(1))).toBe(false);
    expect(holds(shape!, worldX(5), worldY(9))).toBe(false);
  });
});
