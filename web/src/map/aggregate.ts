/** Signs that stand alone, and tiles that stand for many: a grid over the world, so that nothing shifts while panning. */

import type { Mask } from "./mask.js";
import { WORLD_PX } from "./mercator.js";

export const CELL_PX = 72;
/** Signs that fit into a cell beside each other; below OPEN_ZOOM a cell with more becomes a tile. */
export const MOST_ABREAST = 6;
export const OPEN_ZOOM = 9;
/** From OPEN_ZOOM on such a cell becomes a tile only where, with the eight cells round it, more than this many would touch. */
export const MOST_TOUCHING = 40;
export const OUTCOMES = 4;
/** How far the two tiles of a cell stand from its middle, shares of the cell. */
const BESIDE = 0.25;

export interface Points {
  /** World coordinates, NaN for a row that has no sign. */
  x: Float64Array;
  y: Float64Array;
  outcome: Uint8Array;
  /** 1 for a simulated row; without it all rows are of one kind. */
  simulated?: Uint8Array;
}

export interface Tile {
  key: string;
  x: number;
  y: number;
  count: number;
  /** Count by outcome, in the fixed order of the table. */
  shares: [number, number, number, number];
  rows: number[];
  /** Real and simulated are never summed: a cell with both has a tile of each. */
  simulated: boolean;
}

export interface Grouped {
  singles: Int32Array;
  tiles: Tile[];
}

/** The grid follows the zoom in halves, so tiles hold still between. */
export function gridZoom(zoom: number): number {
  return Math.floor(zoom * 2) / 2;
}

export function group(points: Points, mask: Mask, zoom: number): Grouped {
  const cells = (WORLD_PX * 2 ** gridZoom(zoom)) / CELL_PX;
  const byCell = new Map<number, number[]>();
  const columns = Math.ceil(cells) + 1;
  for (let row = 0; row < points.x.length; row++) {
    const x = points.x[row]!;
    if (x !== x || !mask.passes(row)) continue;
    const cell = Math.floor(points.y[row]! * cells) * columns + Math.floor(x * cells);
    const rows = byCell.get(cell);
    if (rows === undefined) byCell.set(cell, [row]);
    else rows.push(row);
  }
  const singles: number[] = [];
  const tiles: Tile[] = [];
  for (const [cell, rows] of byCell) {
    if (rows.length <= MOST_ABREAST || (zoom >= OPEN_ZOOM && round(byCell, cell, columns) <= MOST_TOUCHING)) for (const row of rows) singles.push(row);
    else tiles.push(...tilesOf(points, rows, cell, columns, cells));
  }
  singles.sort((a, b) => a - b);
  return { singles: Int32Array.from(singles), tiles };
}

/** How many signs a cell and the eight round it hold. */
function round(byCell: Map<number, number[]>, cell: number, columns: number): number {
  let count = 0;
  for (const line of [-columns, 0, columns]) for (const side of [-1, 0, 1]) count += byCell.get(cell + line + side)?.length ?? 0;
  return count;
}

function tilesOf(points: Points, rows: number[], cell: number, columns: number, cells: number): Tile[] {
  const real = rows.filter((row) => !points.simulated?.[row]);
  const simulated = rows.filter((row) => points.simulated?.[row]);
  if (real.length === 0 || simulated.length === 0) return [tileOf(points, rows, cell, columns, cells, real.length === 0, 0)];
  return [tileOf(points, real, cell, columns, cells, false, -BESIDE), tileOf(points, simulated, cell, columns, cells, true, BESIDE)];
}

/** A tile stands at the middle of its members, held inside its cell so that neighbours do not cover each other. */
function tileOf(points: Points, rows: number[], cell: number, columns: number, cells: number, simulated: boolean, aside: number): Tile {
  const shares: Tile["shares"] = [0, 0, 0, 0];
  let x = 0;
  let y = 0;
  for (const row of rows) {
    x += points.x[row]!;
    y += points.y[row]!;
    shares[points.outcome[row] as 0 | 1 | 2 | 3]++;
  }
  const column = cell % columns;
  const line = Math.floor(cell / columns);
  const held = (mean: number, at: number): number => Math.max(at + 0.42, Math.min(at + 0.58, mean * cells)) / cells;
  const middle = aside === 0 ? held(y / rows.length, line) : (line + 0.5 + aside) / cells;
  return { key: `${columns}:${cell}${simulated ? "s" : ""}`, x: held(x / rows.length, column), y: middle, count: rows.length, shares, rows, simulated };
}
