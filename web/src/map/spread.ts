/** Signs that cover each other: which share nearly one place, and how they stand round it. The same rows, the same spread. */

import { MOST_ZOOM, WORLD_PX } from "./mercator.js";

/** Signs nearer than this at the largest zoom cannot be told apart by zooming. */
const TOUCH_PX = 20;
const REACH = TOUCH_PX / (WORLD_PX * 2 ** MOST_ZOOM);
/** Signs nearer than this hide each other at the zoom that they are looked at; a zoom further in parts them again. */
const COVER_PX = 12;
/** Signs on each ring round the true place, and its radius in pixels: far enough apart that each can be pressed. */
const RINGS: readonly [number, number][] = [[7, 34], [14, 67]];
/** More than the rings hold stay a tile, which opens into a list. */
export const MOST_SPREAD = RINGS.reduce((sum, [places]) => sum + places, 0);

/** How near signs have to be to spread at a zoom, world coordinates. */
export function reachAt(zoom: number): number {
  return Math.max(REACH, COVER_PX / (WORLD_PX * 2 ** zoom));
}

/** The pile of each row, as the number of its first row; -1 for a row without a sign. Linear in the rows. */
export function pilesOf(x: ArrayLike<number>, y: ArrayLike<number>, reach = REACH): Int32Array {
  const piles = new Int32Array(x.length).fill(-1);
  const first = new Map<number, number[]>();
  const columns = Math.ceil(1 / reach);
  for (let row = 0; row < x.length; row++) {
    const px = x[row]!;
    if (px !== px) continue;
    const py = y[row]!;
    const [column, line] = [Math.floor(px / reach), Math.floor(py / reach)];
    let pile = -1;
    for (let up = -1; up <= 1 && pile < 0; up++)
      for (let side = -1; side <= 1 && pile < 0; side++)
        for (const other of first.get((line + up) * columns + column + side) ?? [])
          if (Math.hypot(x[other]! - px, y[other]! - py) < reach) {
            pile = other;
            break;
          }
    if (pile < 0) {
      pile = row;
      const cell = line * columns + column;
      const beside = first.get(cell);
      if (beside) beside.push(row);
      else first.set(cell, [row]);
    }
    piles[row] = pile;
  }
  return piles;
}

/** Where each of so many signs stands, pixels from the true place: on one ring while there is room, then on a second. */
export function ringPlaces(count: number): [number, number][] {
  const places: [number, number][] = [];
  for (const [room, radius] of RINGS) {
    const here = Math.min(room, count - places.length);
    if (here <= 0) break;
    const reach = radius === RINGS[0]![1] ? Math.max(17, (radius * here) / room) : radius;
    for (let at = 0; at < here; at++) {
      const turn = (2 * Math.PI * at) / here - Math.PI / 2 + (radius === RINGS[0]![1] ? 0 : Math.PI / here);
      places.push([Math.cos(turn) * reach, Math.sin(turn) * reach]);
    }
  }
  return places;
}
