/** A place as a field holds it: latitude first, as people write it. */

export interface Point {
  lon: number;
  lat: number;
}

const PAIR = /^\s*(-?\d{1,3}(?:\.\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*$/;

/** The point of a decimal pair, latitude first; null for anything else, which the server may still read. */
export function readPoint(text: string): Point | null {
  const match = PAIR.exec(text);
  if (!match) return null;
  const [lat, lon] = [Number(match[1]), Number(match[2])];
  return Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? { lon, lat } : null;
}

/** Five decimals of a degree: a metre, finer than anyone clicks. */
export function writePoint(point: Point): string {
  return `${point.lat.toFixed(5)}, ${point.lon.toFixed(5)}`;
}

/** A longitude in [-180, 180), however often the map went round. */
export function wrapped(lon: number): number {
  return ((((lon + 180) % 360) + 360) % 360) - 180;
}
