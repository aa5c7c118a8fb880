import { describe, expect, it } from "vitest";
import { type LinkRow, type NetworkTable, boundsOf, distanceTo, isLine, middleOf, nodesAsTowns, worldPoints } from "../src/links/network.js";
import { STROKES } from "../src/links/paint.js";
import { type Span, changeFrom, changesOf, countsOf, drawnStatus, readDay, standingOn, statusOn, stopOf, stopsOf, withMoment, writeDay } from "../src/links/spans.js";
import { type Camera, worldSize, worldX, worldY } from "../src/map/mercator.js";

const STATUSES = ["not_known", "never_built", "destroyed", "closed", "restricted", "open"];
const day = (text: string): number => readDay(text)!;
const SPANS: Span[] = [[null, day("1992-01-01"), 5, 0], [day("1992-01-01"), day("2021-03-01"), 3, 0], [day("2021-06-01"), null, 4, 0]];

function link(id: string, kind: string, ends: [number, number], points: [number, number][]): LinkRow {
  return { id, kind, ends, points, title: id };
}

const TABLE: NetworkTable = {
  version: "1", statuses: STATUSES, whys: ["stated"], today: day("2021-12-01"), words: STATUSES, both_ways: "{there} / {back}",
  nodes: [
    { id: "a", lon: 46, lat: 39, kind: "town", label: "Upper Town / Yukarı" }, { id: "b", lon: 47, lat: 39, kind: "border_point", label: "B" },
    { id: "mast", lon: 46.2, lat: 39.4, kind: "junction", label: "Mast" },
  ],
  links: [link("road", "road", [0, 1], [[46, 39], [46.5, 39], [47, 39]]), link("wire", "power", [0, 2], [[46, 39], [46.2, 39.4]])],
  spans: { then: [], fixed: [] }, last: day("2021-12-31"),
};

const camera: Camera = { left: -worldX(46) * worldSize(8), top: -worldY(39) * worldSize(8), size: worldSize(8), zoom: 8, width: 800, height: 600 };

describe("the spans of a link", () => {
  it("hold from their first day until the day before the next begins", () => {
    expect(["1950-05-05", "1991-12-31", "1992-01-01", "2021-02-28", "2021-06-01", "2029-01-01"].map((text) => statusOn(SPANS, day(text)))).toEqual([5, 5, 3, 3, 4, 4]);
  });

  it("leave a day that none holds not known", () => {
    expect(statusOn(SPANS, day("2021-04-01"))).toBe(0);
    expect(statusOn([], day("2021-04-01"))).toBe(0);
  });

  it("tell both ways the same where one way is not told apart", () => {
    expect(standingOn([SPANS, null], day("2000-01-01"))).toEqual({ there: 3, back: 3 });
    expect(standingOn([SPANS, [[null, null, 5, 0]]], day("2000-01-01"))).toEqual({ there: 3, back: 5 });
  });

  it("are drawn by the freer way", () => {
    expect(drawnStatus({ there: 3, back: 5 })).toBe(5);
    expect(STATUSES[drawnStatus({ there: 0, back: 0 })]).toBe("not_known");
  });
});

describe("days", () => {
  it("are read as addresses write them, and nothing else is", () => {
    expect(writeDay(day("2022-08-28"))).toBe("2022-08-28");
    expect(day("1969-12-31")).toBe(-1);
    for (const text of ["", "2022-8-28", "2022-02-30", "28 Aug 2022", "2022-08-28T00:00", null]) expect(readDay(text)).toBeNull();
  });

  it("are stops of the slider, each once and in order, with the watch's own day", () => {
    expect(stopsOf([30, 10, 20, 10], 15)).toEqual([10, 15, 20, 30]);
    expect(stopsOf([], 15)).toEqual([15]);
  });

  it("of a change are those of the links that are shown, up to the last day that may be told", () => {
    const links: [Span[], Span[] | null][] = [[SPANS, [[null, 5, 3, 0], [5, null, 5, 0]]], [[[7, null, 5, 0]], null]];
    const last = day("2021-03-31");
    expect(changesOf(links, () => true, last).sort((a, b) => a - b)).toEqual([5, 7, day("1992-01-01")]);
    expect(changesOf(links, (at) => at === 1, last)).toEqual([7]);
  });

  it("between two stops stand at the earlier, before all at the first", () => {
    const stops = [10, 15, 20];
    expect([5, 10, 14, 15, 99].map((at) => stopOf(stops, at))).toEqual([0, 0, 0, 1, 2]);
  });

  it("have a next and a previous change, until there is none", () => {
    const stops = [10, 15, 20];
    expect([changeFrom(stops, 12, 1), changeFrom(stops, 12, -1), changeFrom(stops, 15, -1), changeFrom(stops, 20, 1), changeFrom(stops, 10, -1)]).toEqual([15, 10, 10, null, null]);
  });

  it("go into the address and leave the rest of it", () => {
    expect(withMoment("?from=a&at=2020-01-01&lang=hy", day("2022-08-28"), "then")).toBe("?from=a&at=2022-08-28&lang=hy&known_by=then");
  });
});

describe("counts", () => {
  it("are of the links that are shown, by status", () => {
    const standings = [{ there: 5, back: 5 }, { there: 3, back: 5 }, { there: 0, back: 0 }, { there: 3, back: 3 }];
    expect(countsOf(standings, (at) => at !== 3, STATUSES.length)).toEqual([1, 0, 0, 0, 0, 2]);
  });
});

describe("the network", () => {
  it("knows which links nobody passes", () => {
    expect(TABLE.links.map(isLine)).toEqual([false, true]);
  });

  it("labels an end of a line of power only where such lines are shown, and each node with all its names", () => {
    const names = (shown: (at: number) => boolean): string[] => nodesAsTowns(TABLE, shown).towns.features.map(({ properties }) => properties.name);
    expect(names((at) => !isLine(TABLE.links[at]!))).toEqual(["Upper Town / Yukarı", "B"]);
    expect(names(() => true)).toEqual(["Upper Town / Yukarı", "B", "Mast"]);
  });

  it("gives no node a number in the place of its names", () => {
    for (const { properties } of nodesAsTowns(TABLE, () => true).towns.features) expect(properties.number).toBeUndefined();
  });

  it("has room round its links", () => {
    const [west, south, east, north] = boundsOf(TABLE.links)!;
    expect(west < 46 && south < 39 && east > 47 && north > 39.4).toBe(true);
    expect(boundsOf([])).toBeNull();
  });

  it("measures how far a press is from a line", () => {
    const points = worldPoints(TABLE.links[0]!);
    const [x, y, turn] = middleOf(points, camera);
    expect(distanceTo(points, camera, x, y)).toBeCloseTo(0, 6);
    expect(distanceTo(points, camera, x, y - 30)).toBeCloseTo(30, 6);
    expect(distanceTo(points, camera, -40, y)).toBeCloseTo(40, 6);
    expect(turn).toBeCloseTo(0, 9);
  });

  it("has a middle also where both ends are one place", () => {
    expect(middleOf(worldPoints(link("gate", "crossing", [0, 1], [[46, 39], [46, 39]])), camera).every(Number.isFinite)).toBe(true);
  });
});

describe("strokes", () => {
  it("tell every status apart without a colour", () => {
    const looks = STATUSES.map((status) => JSON.stringify([STROKES[status]!.dash, STROKES[status]!.hollow, STROKES[status]!.mark]));
    expect(new Set(looks).size).toBe(STATUSES.length);
  });

  it("are solid where a link is open and dashed where it is closed", () => {
    expect(STROKES["open"]!.dash).toEqual([]);
    expect(STROKES["closed"]!.dash.length).toBe(2);
    expect(STROKES["restricted"]!.dash[0]!).toBeGreaterThan(STROKES["closed"]!.dash[0]! * 2);
  });
});
