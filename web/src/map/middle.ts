/** The box round the middle of an area. */

import { EARTH_CIRCUMFERENCE_M } from "./mercator.js";
import type { Point } from "./point.js";

/** The box of a width round a middle, as the server draws it: west, south, east, north. */
export function boxRound({ lon, lat }: Point, width_km: number): [number, number, number, number] {
  const high = ((width_km * 1000) / (EARTH_CIRCUMFERENCE_M / 360)) / 2;
  const wide = high / Math.max(Math.cos((lat * Math.PI) / 180), 0.1);
  return [lon - wide, lat - high, lon + wide, lat + high];
}
