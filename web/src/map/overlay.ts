/** What stands on the ground of the Watch map: its end, zones, ellipses, labels, signs, tiles and the chosen ring, in this
 * order from below. */

import { type Grouped, type Tile, OPEN_ZOOM, group, gridZoom } from "./aggregate.js";
import { type Incidents, type Placed, place } from "./data.js";
import { ellipseRing } from "./ellipse.js";
import type { Box } from "./furniture.js";
import { Occupied } from "./label_spots.js";
import { Labels } from "./labels.js";
import { type Ends, MapEdge } from "./map_edge.js";
import { Mask } from "./mask.js";
import { type Camera, metresPerPixel, screenX, screenY, worldX, worldY } from "./mercator.js";
import { type Palette, thin } from "./palette.js";
import { SIGN_PX, type SignSheet } from "./signs.js";
import { ringPlaces } from "./spread.js";
import { Zones } from "./zones.js";
import { figure } from "../words.js";

const RING = 19;
/** A tile's width at its widest, and room for the other kind's beside it. */
const MOST_TILE_PX = 160;
/** Ellipses drawn besides the chosen one; more than that, newest first, would hide each other. */
const MOST_ELLIPSES = 200;

/** Something on the map that can be pointed at: an incident's row, or a tile. */
export type Mark = { kind: "sign"; row: number; x: number; y: number } | { kind: "tile"; tile: Tile; x: number; y: number; width: number };

export class Overlay {
  mask = Mask.all();
  chosen = -1;
  cursor: string | null = null;
  focused = false;
  labels: Labels | null = null;
  zones: Zones | null = null;
  /** Zones that the list is filtered by, and the one under the pointer. */
  chosenZones: ReadonlySet<string> = new Set();
  pointedZone: string | null = null;
  /** Where the basemap ends, world coordinates. */
  ends: Ends | null = null;
  /** Places that were searched for, world coordinates. */
  searched: readonly [number, number][] = [];
  sheet: SignSheet | null = null;
  marks: Mark[] = [];
  private incidents: Incidents | null = null;
  private placed: Placed | null = null;
  private grouped: Grouped | null = null;
  private groupedAt = "";
  private version = 0;
  private mixed = false;
  private readonly edge = new MapEdge();
  /** How far the signs of a pile stand from their true place, pixels, by row. */
  private aside = new Map<number, [number, number]>();

  show(incidents: Incidents): void {
    this.incidents = incidents;
    this.placed = place(incidents);
    this.mixed = incidents.simulated.includes(1) && incidents.simulated.includes(0);
    this.version++;
  }

  filter(mask: Mask): void {
    this.mask = mask;
    this.version++;
  }

  get table(): Incidents | null {
    return this.incidents;
  }

  /** Where a row lies on the screen, sign or not; null without a place. */
  at(row: number, camera: Camera): { x: number; y: number } | null {
    const x = this.placed?.all.x[row];
    if (x === undefined || x !== x) return null;
    const [right, down] = this.aside.get(row) ?? [0, 0];
    return { x: screenX(camera, x) + right, y: screenY(camera, this.placed!.all.y[row]!) + down };
  }

  /** Whether zooming would part nothing of a tile. */
  isOnePile(tile: Tile): boolean {
    const pile = this.placed?.signs.pile;
    return pile !== undefined && tile.rows.every((row) => pile[row] === pile[tile.rows[0]!]);
  }

  /** The uppermost mark within reach of a point on the screen. */
  find(x: number, y: number, reach: number): Mark | null {
    let best: Mark | null = null;
    let least = reach;
    for (const mark of this.marks) {
      const half = mark.kind === "tile" ? Math.max(0, mark.width / 2 - reach + 4) : 0;
      const distance = Math.hypot(Math.max(0, Math.abs(x - mark.x) - half), y - mark.y);
      if (distance <= least) {
        best = mark;
        least = distance;
      }
    }
    return best;
  }

  paint(context: CanvasRenderingContext2D, camera: Camera, colours: Palette, covered: readonly Box[]): void {
    context.clearRect(0, 0, camera.width, camera.height);
    const occupied = new Occupied(camera.width, camera.height);
    for (const box of covered) occupied.take(...box);
    if (this.ends) this.edge.paint(context, camera, this.ends, occupied, colours);
    this.zones?.outline(context, this.chosenZones, camera, colours.accentFill, colours.accent);
    if (this.pointedZone !== null) this.zones?.outline(context, new Set([this.pointedZone]), camera, "transparent", colours.zone);
    this.marks = [];
    if (this.incidents && this.placed) {
      this.regroup(camera.zoom);
      this.collect(camera, occupied);
      this.paintEllipses(context, camera, colours);
    }
    this.paintSearched(context, camera, occupied, colours);
    this.labels?.paint(context, camera, occupied, colours);
    this.zones?.paint(context, camera, occupied, this.labels?.written ?? [], colours);
    if (this.incidents && this.placed) {
      this.paintLegs(context, camera, colours);
      this.paintSigns(context, colours);
      for (const mark of this.marks) if (mark.kind === "tile") paintTile(context, mark, colours, this.cursor === mark.tile.key && this.focused, this.mixed && mark.tile.simulated);
    }
    this.paintChosen(context, camera, colours);
  }

  private regroup(zoom: number): void {
    const key = `${this.version}:${gridZoom(zoom)}:${zoom < OPEN_ZOOM}`;
    if (this.groupedAt === key) return;
    this.grouped = group(this.placed!.signs, this.mask, zoom);
    this.groupedAt = key;
    this.aside = new Map();
    for (const { rows } of this.grouped.spreads)
      ringPlaces(rows.length).forEach((step, index) => this.aside.set(rows[index]!, step));
  }

  private collect(camera: Camera, occupied: Occupied): void {
    const { x: xs, y: ys } = this.placed!.signs;
    const half = SIGN_PX / 2 + 1;
    const sign = (row: number): void => {
      const [right, down] = this.aside.get(row) ?? [0, 0];
      const x = screenX(camera, xs[row]!) + right;
      const y = screenY(camera, ys[row]!) + down;
      if (x < -half || y < -half || x > camera.width + half || y > camera.height + half) return;
      this.marks.push({ kind: "sign", row, x, y });
      occupied.take(x - half, y - half, x + half, y + half);
    };
    this.grouped!.singles.forEach(sign);
    for (const spread of this.grouped!.spreads) spread.rows.forEach(sign);
    for (const tile of this.grouped!.tiles) {
      const y = screenY(camera, tile.y);
      const middle = screenX(camera, tile.x);
      if (middle < -MOST_TILE_PX || y < -20 || middle > camera.width + MOST_TILE_PX || y > camera.height + 20) continue;
      const width = tileWidth(tile);
      const x = middle + (tile.beside * (width + 4)) / 2;
      this.marks.push({ kind: "tile", tile, x, y, width });
      occupied.take(x - width / 2, y - 17, x + width / 2, y + 17);
    }
  }

  private paintEllipses(context: CanvasRenderingContext2D, camera: Camera, colours: Palette): void {
    let painted = 0;
    if (camera.zoom >= OPEN_ZOOM)
      for (const mark of this.marks)
        if (mark.kind === "sign" && mark.row !== this.chosen && painted < MOST_ELLIPSES && this.ellipse(context, mark.row, camera, colours)) painted++;
    if (this.chosen >= 0) this.ellipse(context, this.chosen, camera, colours);
  }

  /** Draws one 95 % ellipse if it is wider than the sign; true when drawn. */
  private ellipse(context: CanvasRenderingContext2D, row: number, camera: Camera, colours: Palette): boolean {
    const table = this.incidents!;
    const lon = table.lon[row];
    const lat = table.lat[row];
    const major_m = table.major_m[row];
    if (lon == null || lat == null || major_m == null) return false;
    if ((2 * major_m) / metresPerPixel(lat, camera.zoom) <= SIGN_PX) return false;
    const shape = { lon, lat, major_m, minor_m: table.minor_m[row] ?? major_m, azimuth_deg: table.azimuth_deg[row] ?? 0 };
    const colour = colours.outcome[table.outcome[row] as 0 | 1 | 2 | 3];
    outline(context, ellipseRing(shape, 48), camera);
    context.fillStyle = thin(colour, 0.14);
    context.fill();
    context.lineWidth = 1.2;
    context.strokeStyle = colour;
    context.stroke();
    return true;
  }

  /** Thin legs from the signs of a pile to their true place, which bears a point. */
  private paintLegs(context: CanvasRenderingContext2D, camera: Camera, colours: Palette): void {
    for (const { x, y, rows } of this.grouped!.spreads) {
      const [px, py] = [screenX(camera, x), screenY(camera, y)];
      if (px < -100 || py < -100 || px > camera.width + 100 || py > camera.height + 100) continue;
      context.beginPath();
      for (const row of rows) {
        const [right, down] = this.aside.get(row)!;
        context.moveTo(screenX(camera, this.placed!.signs.x[row]!), screenY(camera, this.placed!.signs.y[row]!));
        context.lineTo(screenX(camera, this.placed!.signs.x[row]!) + right, screenY(camera, this.placed!.signs.y[row]!) + down);
      }
      context.lineWidth = 1;
      context.strokeStyle = colours.ink3;
      context.stroke();
      context.beginPath();
      context.arc(px, py, 2.5, 0, 2 * Math.PI);
      context.fillStyle = colours.ink2;
      context.fill();
    }
  }

  /** A cross in a ring where a place was searched for. */
  private paintSearched(context: CanvasRenderingContext2D, camera: Camera, occupied: Occupied, colours: Palette): void {
    for (const [worldPx, worldPy] of this.searched) {
      const [x, y] = [screenX(camera, worldPx), screenY(camera, worldPy)];
      context.beginPath();
      context.arc(x, y, 11, 0, 2 * Math.PI);
      for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]] as const) {
        context.moveTo(x + dx * 7, y + dy * 7);
        context.lineTo(x + dx * 17, y + dy * 17);
      }
      context.lineWidth = 2;
      context.strokeStyle = colours.accent;
      context.stroke();
      occupied.take(x - 8, y - 8, x + 8, y + 8);
    }
  }

  private paintSigns(context: CanvasRenderingContext2D, colours: Palette): void {
    const table = this.incidents!;
    context.lineWidth = 1.5;
    context.strokeStyle = colours.ink2;
    for (const mark of weightiestLast(this.marks.filter((mark) => mark.kind === "sign"), table.outcome)) {
      const name = signName(table, mark.row);
      this.sheet?.paint(context, name, mark.x, mark.y);
      if (this.mixed && table.simulated[mark.row]) {
        context.setLineDash([2.5, 2.5]);
        context.lineWidth = 1;
        context.strokeRect(mark.x - 16.5, mark.y - 16.5, 33, 33);
        context.setLineDash([]);
      }
    }
  }

  private paintChosen(context: CanvasRenderingContext2D, camera: Camera, colours: Palette): void {
    if (this.chosen < 0 || !this.incidents) return;
    const at = this.at(this.chosen, camera);
    if (!at) return;
    const sign = this.placed!.signs.x[this.chosen]!;
    if (sign === sign) this.sheet?.paint(context, signName(this.incidents, this.chosen), at.x, at.y);
    ring(context, at.x, at.y, RING, colours);
    if (this.focused) ring(context, at.x, at.y, RING + 6, colours);
  }
}

/** Signs in the order in which they are painted: the weightiest assessment lies on top of others in its place. Outcomes are numbered from it. */
export function weightiestLast<T extends { row: number }>(signs: readonly T[], outcome: readonly number[]): T[] {
  return signs.toSorted((one, other) => outcome[other.row]! - outcome[one.row]!);
}

export function signName(table: Incidents, row: number): string {
  return `${table.outcomes[table.outcome[row]!]}-${table.kinds[table.kind[row]!]}`;
}

export function outline(context: CanvasRenderingContext2D, ring_: readonly [number, number][], camera: Camera): void {
  context.beginPath();
  ring_.forEach(([lon, lat], index) => {
    const x = screenX(camera, worldX(lon));
    const y = screenY(camera, worldY(lat));
    if (index === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  });
}

function ring(context: CanvasRenderingContext2D, x: number, y: number, radius: number, colours: Palette): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.lineWidth = 5;
  context.strokeStyle = colours.land;
  context.stroke();
  context.lineWidth = 3;
  context.strokeStyle = colours.ink;
  context.stroke();
}

function tileWidth(tile: Tile): number {
  return 22 + 8 * Math.max(2, figure(tile.count).length);
}

function paintTile(context: CanvasRenderingContext2D, mark: Mark & { kind: "tile" }, colours: Palette, focused: boolean, dashed: boolean): void {
  const { tile, width } = mark;
  const left = Math.round(mark.x - width / 2);
  const top = Math.round(mark.y - 17);
  context.beginPath();
  context.roundRect(left + 0.75, top + 0.75, width - 1.5, 32.5, 4);
  context.fillStyle = colours.surface;
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = dashed ? colours.ink2 : colours.edge;
  if (dashed) context.setLineDash([2.5, 2.5]);
  context.stroke();
  context.setLineDash([]);
  context.font = '600 13px "Noto Sans", sans-serif';
  context.textAlign = "center";
  context.textBaseline = "alphabetic";
  context.fillStyle = colours.ink;
  context.fillText(figure(tile.count), left + width / 2, top + 17);
  let from = left + 5;
  const room = width - 10;
  tile.shares.forEach((share, outcome) => {
    const part = (share / tile.count) * room;
    if (part <= 0) return;
    context.fillStyle = colours.outcome[outcome as 0 | 1 | 2 | 3];
    context.fillRect(from, top + 22, Math.max(1, part - 1), 6);
    from += part;
  });
  if (focused) {
    context.beginPath();
    context.roundRect(left - 3.5, top - 3.5, width + 7, 41, 7);
    context.lineWidth = 3;
    context.strokeStyle = colours.ink;
    context.stroke();
  }
}
