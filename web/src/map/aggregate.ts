/** Signs that stand alone, and tiles that stand for many: a grid over the world, so that nothing shifts while panning. */

import type { Mask } from "./mask.js";
import { WORLD_PX } from "./mercator.js";
import { MOST_SPREAD, pilesOf, reachAt } from "./spread.js";

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
  /** The pile of each row that no zoom parts, as `pilesOf` numbers them; without it nothing spreads. */
  pile?: Int32Array;
}

export interface Tile {
  key: string;
  x: number;
  y: number;
  /** -1 or 1 where it shares its place with the tile of the other kind: half its width to that side. */
  beside: -1 | 0 | 1;
  count: number;
  /** Count by outcome, in the fixed order of the table. */
  shares: [number, number, number, number];
  rows: number[];
  /** Real and simulated are never summed: a cell with both has a tile of each. */
  simulated: boolean;
}

/** Signs that share nearly one place and stand round it. */
export interface Spread {
  x: number;
  y: number;
  rows: number[];
}

export interface Grouped {
  singles: Int32Array;
  tiles: Tile[];
  spreads: Spread[];
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
  if (zoom < OPEN_ZOOM || !points.pile) return { singles: Int32Array.from(singles), tiles, spreads: [] };
  return apart(points, singles, tiles, reachAt(gridZoom(zoom)));
}

/** What would cover each other stands round its place, or, where it is too much for that, in a tile that is no cell's. */
function apart(points: Points, singles: number[], tiles: Tile[], reach: number): Grouped {
  const pile = pilesOf(singles.map((row) => points.x[row]!), singles.map((row) => points.y[row]!), reach);
  const piles = new Map<number, number[]>();
  singles.forEach((row, at) => {
    const first = singles[pile[at]!]!;
    const rows = piles.get(first);
    if (rows === undefined) piles.set(first, [row]);
    else rows.push(row);
  });
  const alone: number[] = [];
  const spreads: Spread[] = [];
  for (const [first, rows] of piles) {
    if (rows.length === 1) alone.push(rows[0]!);
    else if (rows.length <= MOST_SPREAD) spreads.push({ x: points.x[first]!, y: points.y[first]!, rows });
    else tiles.push(...pileTiles(points, rows, first));
  }
  return { singles: Int32Array.from(alone), tiles, spreads };
}

/** A tile of each of the real and the simulated rows of a pile, at its place, side by side where there are both. */
function pileTiles(points: Points, rows: number[], first: number): Tile[] {
  return [false, true].flatMap((simulated) => {
    const own = rows.filter((row) => Boolean(points.simulated?.[row]) === simulated);
    if (own.length === 0) return [];
    const beside = own.length === rows.length ? 0 : simulated ? 1 : -1;
    return [{ key: `p${first}${simulated ? "s" : ""}`, x: points.x[first]!, y: points.y[first]!, beside, count: own.length, shares: sharesOf(points, own), rows: own, simulated }];
  });
}

function sharesOf(points: Points, rows: readonly number[]): Tile["shares"] {
  const shares: Tile["shares"] = [0, 0, 0, 0];
  for (const row of rows) shares[points.outcome[row] as 0 | 1 | 2 | 3]++;
  return shares;
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
  let x = 0;
  let y = 0;
  for (const row of rows) {
    x += points.x[row]!;
    y += points.y[row]!;
  }
  const column = cell % columns;
  const line = Math.floor(cell / columns);
  const held = (mean: number, at: number): number => Math.max(at + 0.42, Math.min(at + 0.58, mean * cells)) / cells;
  const middle = aside === 0 ? held(y / rows.length, line) : (line + 0.5 + aside) / cells;
  return { key: `${columns}:${cell}${simulated ? "s" : ""}`, x: held(x / rows.length, column), y: middle, beside: 0, count: rows.length, shares: sharesOf(points, rows), rows, simulated };
}
