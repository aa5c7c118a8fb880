/** The basemap that a watch brings: drawn by kind alone, under the watch's own lines, and what fails is empty and told. */

import { describe, expect, it, vi } from "vitest";
import { gzipSync } from "node:zlib";
import type { RequestParameters } from "maplibre-gl";
import { fetchIncidents } from "../src/map/data.js";
import { groundStyle } from "../src/map/ground.js";
import { DARK, LIGHT } from "../src/map/palette.js";
import { MOST_DIRECTORY, VectorGround, groundLayers, tileReader, unpack, unpackDirectory } from "../src/map/vector_ground.js";

const TILES = { url: "/watch/basemap.pmtiles?1-2", min_zoom: 0, max_zoom: 12, bounds: [44, 38, 48, 41] as [number, number, number, number] };
const TOWN = {
  type: "FeatureCollection" as const,
  features: [{ type: "Feature" as const, properties: { name: "Alden" }, geometry: { type: "Point" as const, coordinates: [46.5, 39.5] } }],
};

function packed(text: string): ArrayBuffer {
  return new Uint8Array(gzipSync(Buffer.from(text))).buffer;
}

describe("what is drawn of a brought basemap", () => {
  it("is land, water, roads and places, and no boundary, name or point of interest", () => {
    const drawn = groundLayers(LIGHT, TOWN);
    const parts = new Set(drawn.map((layer) => ("source-layer" in layer ? layer["source-layer"] : "")));
    expect([...parts].sort()).toEqual(["earth", "places", "roads", "water"]);
    expect(drawn.filter((layer) => layer.type === "symbol")).toEqual([]);
    expect(JSON.stringify(drawn)).not.toMatch(/"name|text-field|population/);
  });

  it("lies above the small ground's land and water and under every line of the watch", () => {
    vi.stubGlobal("location", { href: "http://127.0.0.1:1/watch" });
    const ground = new VectorGround(TILES, TOWN, () => undefined, () => undefined);
    const style = ground.under(groundStyle(null, DARK), DARK);
    const ids = style.layers.map((layer) => layer.id);
    const own = ids.filter((id) => id.startsWith("tiles-"));
    expect(own.length).toBe(groundLayers(DARK).length);
    const first = ids.indexOf(own[0]!);
    expect(ids.slice(first, first + own.length)).toEqual(own);
    for (const under of ["beyond", "sea", "land", "water", "river"]) expect(ids.indexOf(under)).toBeLessThan(first);
    for (const above of ["district", "boundary", "disputed", "zone", "corridor", "band", "line"])
      expect(ids.indexOf(above)).toBeGreaterThanOrEqual(first + own.length);
    expect(style.sources["tiles"]).toMatchObject({ type: "vector", minzoom: 0, maxzoom: 12, bounds: TILES.bounds });
    vi.unstubAllGlobals();
  });

  it("leaves the dot of a town to the watch where it names one there", () => {
    const filter = JSON.stringify(groundLayers(LIGHT, TOWN).find((layer) => layer.id === "tiles-village"));
    expect(filter).toContain('["!",["within",{"type":"MultiPolygon"');
    expect(JSON.stringify(groundLayers(LIGHT))).not.toContain("within");
  });
});

describe("a tile", () => {
  const ask = { url: "tw-tiles://9/320/190" } as RequestParameters;

  it("is read from the file by zoom, column and row", async () => {
    const getZxy = vi.fn(async () => ({ data: new Uint8Array([1, 2]).buffer }));
    const failed = vi.fn();
    const { data } = await tileReader({ getZxy }, failed)(ask, new AbortController());
    expect(getZxy.mock.calls[0]!.slice(0, 3)).toEqual([9, 320, 190]);
    expect([...new Uint8Array(data as ArrayBuffer)]).toEqual([1, 2]);
    expect(failed).not.toHaveBeenCalled();
  });

  it("that the file does not hold is empty, which is no fault", async () => {
    const failed = vi.fn();
    const { data } = await tileReader({ getZxy: async () => undefined }, failed)(ask, new AbortController());
    expect((data as ArrayBuffer).byteLength).toBe(0);
    expect(failed).not.toHaveBeenCalled();
  });

  it("that cannot be read is empty and told", async () => {
    const failed = vi.fn();
    const broken = { getZxy: async () => Promise.reject(new Error("Bad response code: 404")) };
    const { data } = await tileReader(broken, failed)(ask, new AbortController());
    expect((data as ArrayBuffer).byteLength).toBe(0);
    expect(failed).toHaveBeenCalledOnce();
  });

  it("is not asked for again at once where several in a row could not be read", async () => {
    const getZxy = vi.fn(async () => Promise.reject(new Error("Bad response code: 404")));
    let time = 0;
    const read = tileReader({ getZxy }, () => undefined, () => time);
    for (let tile = 0; tile < 40; tile++) await read(ask, new AbortController());
    expect(getZxy).toHaveBeenCalledTimes(4);
    time = 61_000;
    await read(ask, new AbortController());
    expect(getZxy).toHaveBeenCalledTimes(5);
  });

  it("that nobody waits for any more is no fault", async () => {
    const failed = vi.fn();
    const ended = new AbortController();
    ended.abort();
    const broken = { getZxy: async () => Promise.reject(new Error("aborted")) };
    await expect(tileReader(broken, failed)(ask, ended)).rejects.toThrow("aborted");
    expect(failed).not.toHaveBeenCalled();
  });
});

describe("the incident table", () => {
  it("has its times back from the steps in which they came", async () => {
    const answer = { version: "a", rows: 3, start_steps: [1000, -10, -5], lasts: [0, 60, 0] };
    vi.stubGlobal("fetch", async () => new Response(JSON.stringify(answer)));
    expect(await fetchIncidents("/watch/incidents.json")).toEqual({ version: "a", rows: 3, start: [1000, 990, 985], end: [1000, 1050, 985] });
    vi.unstubAllGlobals();
  });
});

describe("unpacking", () => {
  it("gives what was packed, and leaves alone what was not", async () => {
    expect(Buffer.from(await unpack(packed("a river"), 2)).toString()).toBe("a river");
    expect(Buffer.from(await unpack(new TextEncoder().encode("plain").buffer as ArrayBuffer, 1)).toString()).toBe("plain");
  });

  it("stops at a size that no tile has", async () => {
    await expect(unpack(packed("x".repeat(100_000)), 2, 50_000)).rejects.toThrow("larger than any tile");
  });

  it("stops at a directory of more entries than the page can count", async () => {
    const many = "x".repeat(MOST_DIRECTORY + 1);
    await expect(unpackDirectory(packed(many), 2)).rejects.toThrow("larger than any tile");
    await expect(unpackDirectory(new TextEncoder().encode(many).buffer as ArrayBuffer, 1)).rejects.toThrow("larger than any tile");
    expect((await unpackDirectory(packed(many.slice(1)), 2)).byteLength).toBe(MOST_DIRECTORY);
  });

  it("refuses damaged bytes", async () => {
    await expect(unpack(new Uint8Array([31, 139, 8, 0, 9, 9, 9, 9]).buffer, 2)).rejects.toThrow();
  });
});
