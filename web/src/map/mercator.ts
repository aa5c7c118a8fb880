/** Web Mercator arithmetic in units of the whole world: x and y run from 0 to 1, x eastward, y southward. */

export const EARTH_CIRCUMFERENCE_M = 40075016.686;
/** Pixels of the whole world at zoom 0, as MapLibre counts zoom. */
export const WORLD_PX = 512;
/** How far the Watch map goes in. */
export const MOST_ZOOM = 13;
const LIMIT = 85.051129;

export function worldX(lon: number): number {
  return (lon + 180) / 360;
}

export function worldY(lat: number): number {
  const phi = (Math.max(-LIMIT, Math.min(LIMIT, lat)) * Math.PI) / 180;
  return (1 - Math.log(Math.tan(Math.PI / 4 + phi / 2)) / Math.PI) / 2;
}

export function lonOf(x: number): number {
  return x * 360 - 180;
}

export function latOf(y: number): number {
  return (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;
}

export function worldSize(zoom: number): number {
  return WORLD_PX * 2 ** zoom;
}

export function metresPerPixel(lat: number, zoom: number): number {
  return (EARTH_CIRCUMFERENCE_M * Math.cos((lat * Math.PI) / 180)) / worldSize(zoom);
}

/** Where the map stands: the world's left upper corner on the screen, and the world's size, both in CSS pixels. */
export interface Camera {
  left: number;
  top: number;
  size: number;
  zoom: number;
  width: number;
  height: number;
}

export function screenX(camera: Camera, x: number): number {
  return camera.left + x * camera.size;
}

export function screenY(camera: Camera, y: number): number {
  return camera.top + y * camera.size;
}
