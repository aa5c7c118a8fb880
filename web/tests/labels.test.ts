/** All names of a place stand together on the map; where they have no room, its number does, and never a part of them. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Ground, TownProps } from "../src/map/data.js";
import { Occupied } from "../src/map/label_spots.js";
import { Labels } from "../src/map/labels.js";
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

function drawn(towns: TownProps[], taken: Occupied, places: [number, number][] = [], near = false): { said: string[]; leads: number; labels: Labels } {
  const features = towns.map((properties, index) => ({ type: "Feature" as const, properties, geometry: { type: "Point" as const, coordinates: places[index] ?? [0, 0] } }));
  const ground = { towns: { type: "FeatureCollection", features } } as unknown as Ground;
  const said: string[] = [];
  let leads = 0;
  const nothing = (): void => undefined;
  const lineTo = (): void => void leads++;
  const context = { moveTo: nothing, lineTo, beginPath: nothing, arc: nothing, fill: nothing, stroke: nothing, strokeText: nothing, fillText: (text: string) => said.push(text) };
  const size = 512;
  const camera = { left: WIDTH / 2 - worldX(0) * size, top: HEIGHT / 2 - worldY(0) * size, size, width: WIDTH, height: HEIGHT, zoom: 0 };
  const labels = new Labels(ground, near);
  labels.paint(context as unknown as CanvasRenderingContext2D, camera, taken, {} as Palette);
  return { said, leads, labels };
}

function painted(towns: TownProps[], taken: Occupied): string[] {
  return drawn(towns, taken).said;
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

  it("are left out of a map of the world rather than led away from their place", () => {
    const signed = new Occupied(WIDTH, HEIGHT);
    signed.take(WIDTH / 2 - 60, HEIGHT / 2 - 60, WIDTH / 2 + 60, HEIGHT / 2 + 60);
    const { said, leads } = drawn([{ name: both, rank: 1, number: 5 }], signed, [], true);
    expect([said, leads]).toEqual([[], 0]);
    expect(drawn([{ name: both, rank: 1 }], new Occupied(WIDTH, HEIGHT), [], true).said).toEqual([both]);
  });

  it("go farther out on a line round a sign that stands on the town", () => {
    const signed = new Occupied(WIDTH, HEIGHT);
    signed.take(WIDTH / 2 - 14, HEIGHT / 2 - 14, WIDTH / 2 + 14, HEIGHT / 2 + 14);
    const { said, leads, labels } = drawn([{ name: both, rank: 1, number: 5 }], signed);
    expect(said).toEqual([both]);
    expect(leads).toBeGreaterThan(0);
    const [label] = labels.written;
    const clear = Math.abs(label!.x - WIDTH / 2) > 14 + label!.width / 2 || Math.abs(label!.y - HEIGHT / 2) > 14 + label!.height / 2;
    expect(clear, "off the sign").toBe(true);
  });

  it("break into two lines of one weight where one is too wide", () => {
    const narrow = new Occupied(WIDTH, HEIGHT);
    narrow.take(0, 0, WIDTH / 2 - 60, HEIGHT);
    narrow.take(WIDTH / 2 + 60, 0, WIDTH, HEIGHT);
    expect(painted([{ name: both, rank: 1, number: 5 }], narrow)).toEqual(["Khankendi /", "Stepanakert"]);
  });

  it("do not touch each other", () => {
    const places: [number, number][] = [[0, 0], [2, 1], [-3, 2], [4, -3]];
    const names = ["Alpha / Beta", "Gamma / Delta", "Epsilon / Zeta", "Eta / Theta"];
    const { labels } = drawn(names.map((name, index) => ({ name, rank: 1, number: index + 1 })), new Occupied(WIDTH, HEIGHT), places);
    expect(labels.written.map((label) => label.text).sort()).toEqual([...names].sort());
    for (const a of labels.written)
      for (const b of labels.written)
        if (a !== b) expect(Math.abs(a.x - b.x) >= (a.width + b.width) / 2 || Math.abs(a.y - b.y) >= (a.height + b.height) / 2).toBe(true);
  });

  it("come in the order of the server within one rank", () => {
    const narrow = new Occupied(WIDTH, HEIGHT);
    narrow.take(0, 0, WIDTH / 2 - 24, HEIGHT);
    narrow.take(WIDTH / 2 + 24, 0, WIDTH, HEIGHT);
    const { labels } = drawn([{ name: "Zed", rank: 3 }, { name: "Alp", rank: 3 }, { name: "Mid", rank: 3 }, { name: "Non", rank: 3 }, { name: "Oth", rank: 3 }], narrow);
    expect(labels.written[0]!.text).toBe("Zed");
  });

  it("are left out without a table of names, as before", () => {
    const narrow = new Occupied(WIDTH, HEIGHT);
    narrow.take(0, 0, WIDTH / 2 - 24, HEIGHT);
    narrow.take(WIDTH / 2 + 24, 0, WIDTH, HEIGHT);
    expect(painted([{ name: both, rank: 1 }], narrow)).toEqual([]);
  });
});
