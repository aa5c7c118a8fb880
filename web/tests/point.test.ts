import { describe, expect, it } from "vitest";
import { readPoint, wrapped, writePoint } from "../src/map/point.js";

describe("a picked place", () => {
  it("is a pair with the latitude first, and reads back", () => {
    expect(writePoint({ lon: 46.752801, lat: 39.8177 })).toBe("39.81770, 46.75280");
    expect(readPoint("39.81770, 46.75280")).toEqual({ lon: 46.7528, lat: 39.8177 });
    expect(readPoint(" -35.2;-25.2 ")).toEqual({ lon: -25.2, lat: -35.2 });
  });

  it("leaves what is no decimal pair on earth to the server", () => {
    for (const text of ["", "Hadrut", "2.1 km NE of Hadrut", "39°49′N 46°45′E", "91, 10", "10, 181", "39.8", "1, 2, 3"]) expect(readPoint(text)).toBeNull();
  });

  it("has a longitude of this turn of the globe", () => {
    expect(wrapped(190)).toBe(-170);
    expect(wrapped(-190)).toBe(170);
    expect(wrapped(45)).toBe(45);
  });
});
