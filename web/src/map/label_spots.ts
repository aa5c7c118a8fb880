/** Where a label can stand: eight places round its point, then farther out on a thin line that leads back to it. */

export const CELL = 6;

/** Which parts of the screen are taken, in squares of CELL pixels. */
export class Occupied {
  private readonly columns: number;
  private readonly lines: number;
  private readonly taken: Uint8Array;

  constructor(width: number, height: number) {
    this.columns = Math.ceil(width / CELL);
    this.lines = Math.ceil(height / CELL);
    this.taken = new Uint8Array(this.columns * this.lines);
  }

  take(left: number, top: number, right: number, bottom: number): void {
    this.over(left, top, right, bottom, (at) => {
      this.taken[at] = 1;
      return true;
    });
  }

  /** Whether the whole box lies on the screen and nothing has been taken inside it. */
  free(left: number, top: number, right: number, bottom: number): boolean {
    if (left < 0 || top < 0 || right > this.columns * CELL || bottom > this.lines * CELL) return false;
    return this.over(left, top, right, bottom, (at) => this.taken[at] === 0);
  }

  private over(left: number, top: number, right: number, bottom: number, each: (at: number) => boolean): boolean {
    const from = Math.max(0, Math.floor(left / CELL));
    const to = Math.min(this.columns - 1, Math.floor(right / CELL));
    const last = Math.min(this.lines - 1, Math.floor(bottom / CELL));
    for (let line = Math.max(0, Math.floor(top / CELL)); line <= last; line++)
      for (let column = from; column <= to; column++) if (!each(line * this.columns + column)) return false;
    return true;
  }
}

/** The middle of a label, and where the line that leads to its point begins; `lead` is null beside the point. */
export interface Spot {
  x: number;
  y: number;
  lead: [number, number] | null;
}

/** East, west, north, south, then the corners: as steps of half a box. */
const SIDES: readonly [number, number][] = [[1, 0], [-1, 0], [0, -1], [0, 1], [1, -1], [-1, -1], [1, 1], [-1, 1]];
const FAR_PX = [14, 26, 40, 56, 74, 96, 122, 152, 186];
const WAYS = 16;
/** A leading line may begin under the sign that stands on the point. */
const UNDER_SIGN_PX = 18;
const EDGE = 2;

/** The first free spot beside a point, taken; null where none is. gap: from the point to the text, pixels. */
export function spotBeside(occupied: Occupied, x: number, y: number, width: number, height: number, gap: number): Spot | null {
  for (const [east, south] of SIDES) {
    const corner = east !== 0 && south !== 0 ? 0.75 : 1;
    const spot = { x: x + east * (gap * corner + width / 2), y: y + south * (gap * corner + height / 2), lead: null };
    if (takes(occupied, spot, width, height)) return spot;
  }
  return null;
}

/** The nearest free spot farther out for one of some boxes and no farther than told; null where none is. With `clear` its line to
 * the point crosses nothing that is taken. */
export function spotAfar<T extends { width: number; height: number }>(occupied: Occupied, x: number, y: number, boxes: readonly T[], most_px: number, clear = true): [T, Spot] | null {
  for (const far of FAR_PX.filter((far) => far <= most_px))
    for (const box of boxes)
      for (let way = 0; way < WAYS; way++) {
        // From the east in turns to both sides: 0, 1, -1, 2, -2 …
        const turn = ((way % 2 ? 1 : -1) * Math.ceil(way / 2) * 2 * Math.PI) / WAYS;
        const { width, height } = box;
        const spot: Spot = { x: x + Math.cos(turn) * (far + width / 2), y: y + Math.sin(turn) * (far + height / 2), lead: null };
        spot.lead = [clamp(x, spot.x - width / 2, spot.x + width / 2), clamp(y, spot.y - height / 2, spot.y + height / 2)];
        if (!isFree(occupied, spot, width, height) || (clear && !isOpen(occupied, x, y, spot.lead))) continue;
        takes(occupied, spot, width, height);
        return [box, spot];
      }
  return null;
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}

function isFree(occupied: Occupied, spot: Spot, width: number, height: number): boolean {
  return occupied.free(spot.x - width / 2 - EDGE, spot.y - height / 2, spot.x + width / 2 + EDGE, spot.y + height / 2);
}

export function takes(occupied: Occupied, spot: Spot, width: number, height: number): boolean {
  if (!isFree(occupied, spot, width, height)) return false;
  occupied.take(spot.x - width / 2 - EDGE, spot.y - height / 2, spot.x + width / 2 + EDGE, spot.y + height / 2);
  return true;
}

/** Whether the line from the point to the label crosses nothing, but for what stands on the point itself. */
function isOpen(occupied: Occupied, x: number, y: number, to: [number, number]): boolean {
  const length = Math.hypot(to[0] - x, to[1] - y);
  for (let at = UNDER_SIGN_PX; at < length - CELL; at += CELL / 2) {
    const [px, py] = [x + ((to[0] - x) * at) / length, y + ((to[1] - y) * at) / length];
    if (!occupied.free(px, py, px, py)) return false;
  }
  return true;
}
