/** All names of a place stand together on the map; where they have no room, its number does, and never a part of them. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Ground, TownProps } from "../src/map/data.js";
import { Labels, Occupied } from "../src/map/labels.js";
import { worldX, worldY } from "../src/map/mercator.js";
import type { Palette } from "../src/map/palette.js";

const WIDTH = 600;
const HEIGHT = 120;
const LETTER_PX = 7;

beforeEach(() => {
  const measure = { font: "", measureText: (text: string) => ({ width: text.length * LETTER_PX }) };
  vi.stubGlobal("document", { documentElement: { lang: "en", dataset: {} }, createElement: () => ({ getContext: () => measure }) });
});
afterEach(() => vi.unstubAllGlobals());

function painted(towns: TownProps[], taken: Occupied): string[] {
  const features = towns.map((properties) => ({ type: "Feature" as const, properties, geometry: { type: "Point" as const, coordinates: [0, 0] } }));
  const ground = { towns: { type: "FeatureCollection", features } } as unknown as Ground;
  const said: string[] = [];
  const nothing = (): void => undefined;
  const context = { beginPath: nothing, arc: nothing, fill: nothing, stroke: nothing, strokeText: nothing, fillText: (text: string) => said.push(text) };
  const size = 512;
  const camera = { left: WIDTH / 2 - worldX(0) * size, top: HEIGHT / 2 - worldY(0) * size, size, width: WIDTH, height: HEIGHT, zoom: 0 };
  new Labels(ground).paint(context as unknown as CanvasRenderingContext2D, camera, taken, {} as Palette);
  return said;
}

describe("names of towns", () => {
  const both = "Khankendi / Stepanakert";

  it("stand together where there is room", () => {
    expect(painted([{ name: both, rank: 1, number: 5 }], new Occupied(WIDTH, HEIGHT))).toEqual([both]);
  });

  it("give way to the number, whole, where there is none", () => {
    const narrow = new Occupied(WIDTH, HEIGHT);
    narrow.take(0, 0, WIDTH / 2 - 24, HEIGHT);
    narrow.take(WIDTH / 2 + 24, 0, WIDTH, HEIGHT);
    expect(painted([{ name: both, rank: 1, number: 5 }], narrow)).toEqual(["[5]"]);
  });

  it("are left out without a table of names, as before", () => {
    const narrow = new Occupied(WIDTH, HEIGHT);
    narrow.take(0, 0, WIDTH / 2 - 24, HEIGHT);
    narrow.take(WIDTH / 2 + 24, 0, WIDTH, HEIGHT);
    expect(painted([{ name: both, rank: 1 }], narrow)).toEqual([]);
  });
});
