/** Where the map stands, as the address says it: `map=ZOOM/LAT/LON`. */

import { latOf, lonOf, type Camera } from "./mercator.js";

export interface Standing {
  zoom: number;
  lat: number;
  lon: number;
}

const FORM = /^(\d{1,2}(?:\.\d{1,2})?)\/(-?\d{1,2}(?:\.\d{1,5})?)\/(-?\d{1,3}(?:\.\d{1,5})?)$/;
const MOST_ZOOM = 22;
const MOST_LAT = 85;

/** Null for what is no view; the server says so on the page. */
export function readStanding(search: string): Standing | null {
  const match = FORM.exec(new URLSearchParams(search).get("map") ?? "");
  if (!match) return null;
  const [zoom, lat, lon] = match.slice(1).map(Number) as [number, number, number];
  return zoom <= MOST_ZOOM && Math.abs(lat) <= MOST_LAT && Math.abs(lon) <= 180 ? { zoom, lat, lon } : null;
}

/** With as many decimals as a pixel at this zoom is worth. */
export function writeStanding({ zoom, lat, lon }: Standing): string {
  const places = Math.min(5, Math.max(2, Math.ceil(zoom / 3)));
  const short = (value: number, digits: number): string => String(Number(value.toFixed(digits)));
  return `${short(zoom, 2)}/${short(lat, places)}/${short(lon, places)}`;
}

export function standingOf(camera: Camera): Standing {
  return {
    zoom: camera.zoom,
    lat: latOf((camera.height / 2 - camera.top) / camera.size),
    lon: lonOf((camera.width / 2 - camera.left) / camera.size),
  };
}

/** Puts the view into this page's address, or takes it out, without a new entry of the history. */
export function keepInAddress(standing: Standing | null): void {
  const url = new URL(location.href);
  if (standing) url.searchParams.set("map", writeStanding(standing));
  else url.searchParams.delete("map");
  // Slashes may stand in a query as they are, and read better there.
  const text = url.search.replaceAll("%2F", "/");
  if (text !== location.search) history.replaceState(history.state, "", url.pathname + text + url.hash);
}
