/** A place as a field holds it: latitude first, as people write it; or longitude and latitude in a field each. */

export interface Point {
  lon: number;
  lat: number;
}

const PAIR = /^\s*(-?\d{1,3}(?:\.\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*$/;

/** The point of a decimal pair, latitude first; null for anything else, which the server may still read. */
export function readPoint(text: string): Point | null {
  const match = PAIR.exec(text);
  return match ? onEarth(Number(match[2]), Number(match[1])) : null;
}

/** The point of two fields; null where one is no number or lies off the globe. */
export function readFields(lon: string, lat: string): Point | null {
  return lon.trim() && lat.trim() ? onEarth(Number(lon), Number(lat)) : null;
}

export function writePoint(point: Point): string {
  return `${fixed(point.lat)}, ${fixed(point.lon)}`;
}

/** Five decimals of a degree: a metre, finer than anyone clicks. */
export function fixed(degrees: number): string {
  return degrees.toFixed(5);
}

/** A longitude in [-180, 180), however often the map went round. */
export function wrapped(lon: number): number {
  return ((((lon + 180) % 360) + 360) % 360) - 180;
}

function onEarth(lon: number, lat: number): Point | null {
  return Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? { lon, lat } : null;
}
