/** The middle of an area: read as people write a place, and the box round it. */

import { EARTH_CIRCUMFERENCE_M } from "./mercator.js";

/** "lat, lon" as people write a place → [lon, lat], or null where the text is anything else. */
export function readMiddle(text: string): [number, number] | null {
  const match = /^\s*(-?\d+(?:\.\d+)?)\s*[,;]\s*(-?\d+(?:\.\d+)?)\s*$/.exec(text);
  const [lat, lon] = [Number(match?.[1]), Number(match?.[2])];
  return match && Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? [lon, lat] : null;
}

/** The box of a width round a middle, as the server draws it: west, south, east, north. */
export function boxRound([lon, lat]: [number, number], width_km: number): [number, number, number, number] {
  const high = ((width_km * 1000) / (EARTH_CIRCUMFERENCE_M / 360)) / 2;
  const wide = high / Math.max(Math.cos((lat * Math.PI) / 180), 0.1);
  return [lon - wide, lat - high, lon + wide, lat + high];
}
