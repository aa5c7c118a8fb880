/** Where a box stands beside a sign: to its side, above or below, whole on the map and off what else lies there. */

import type { Box } from "./furniture.js";

/** From the sign's middle to the box. */
const GAP_PX = 24;
const EDGE_PX = 8;

/** The left upper corner of a box of this size at a point of a map, both in the map's pixels. */
export function placeBeside(at: { x: number; y: number }, size: { width: number; height: number }, room: { width: number; height: number }, avoid: readonly Box[]): { left: number; top: number } {
  const within = (value: number, most: number): number => Math.max(EDGE_PX, Math.min(most - EDGE_PX, value));
  const level = within(at.y - size.height / 2, room.height - size.height);
  const middle = within(at.x - size.width / 2, room.width - size.width);
  const sides = [
    { left: at.x + GAP_PX, top: level }, { left: at.x - GAP_PX - size.width, top: level },
    { left: middle, top: at.y - GAP_PX - size.height }, { left: middle, top: at.y + GAP_PX },
  ];
  const cost = ({ left, top }: { left: number; top: number }): number => {
    const [right, bottom] = [left + size.width, top + size.height];
    const out = Math.max(0, EDGE_PX - left) + Math.max(0, EDGE_PX - top) + Math.max(0, right - room.width + EDGE_PX) + Math.max(0, bottom - room.height + EDGE_PX);
    const over = avoid.reduce((sum, box) => sum + Math.max(0, Math.min(right, box[2]) - Math.max(left, box[0])) * Math.max(0, Math.min(bottom, box[3]) - Math.max(top, box[1])), 0);
    return out * 10_000 + over;
  };
  const best = sides.reduce((least, side) => (cost(side) < cost(least) ? side : least));
  return { left: within(best.left, room.width - size.width), top: within(best.top, room.height - size.height) };
}

/** Keeps a box at its sign while the map moves; on phones the page's own styles lay it at the map's foot. */
export class Anchored {
  private size = { width: 0, height: 0 };
  private readonly watching: ResizeObserver;
  private readonly narrow = matchMedia("(max-width: 799px)");

  constructor(readonly box: HTMLElement, changed: () => void) {
    this.watching = new ResizeObserver(() => {
      this.size = { width: box.offsetWidth, height: box.offsetHeight };
      changed();
    });
    this.watching.observe(box);
  }

  /** at: the sign, null where there is none on this map: the box then stands where the styles put it. */
  place(at: { x: number; y: number } | null, room: { width: number; height: number }, avoid: readonly Box[]): void {
    const isOut = at !== null && (at.x < 0 || at.y < 0 || at.x > room.width || at.y > room.height);
    this.box.toggleAttribute("data-away", isOut && !this.narrow.matches);
    const { style } = this.box;
    if (at === null || this.narrow.matches || this.size.height === 0) {
      for (const side of ["left", "top", "right", "bottom"] as const) style[side] = "";
      return;
    }
    if (isOut) return;
    const { left, top } = placeBeside(at, this.size, room, avoid);
    [style.left, style.top, style.right, style.bottom] = [`${Math.round(left)}px`, `${Math.round(top)}px`, "auto", "auto"];
  }

  end(): void {
    this.watching.disconnect();
  }
}
