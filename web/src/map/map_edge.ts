/** Where the ground's own facts end: hatched beyond, and said so, so that nothing out there looks empty or cut off. */

import { say } from "../words.js";
import type { Ground } from "./data.js";
import type { Occupied } from "./label_spots.js";
import { type Camera, screenX, screenY, worldX, worldY } from "./mercator.js";
import type { Palette } from "./palette.js";

const STRIPE_PX = 9;
const FADE_PX = 28;
/** How far the words stand from each other along an edge. */
const EVERY_PX = 420;
const INSET_PX = 14;

/** Left, top, right and bottom of what is known, world coordinates. */
export type Ends = readonly [number, number, number, number];

/** The box round the watch's own ground and the basemap that it brings, if any. */
export function endsOf(ground: Ground | null): Ends | null {
  if (!ground?.ends) return null;
  const boxes = ground.tiles ? [ground.ends, ground.tiles.bounds] : [ground.ends];
  const reach = (pick: (...sides: number[]) => number, side: number): number => pick(...boxes.map((box) => box[side]!));
  return [worldX(reach(Math.min, 0)), worldY(reach(Math.max, 3)), worldX(reach(Math.max, 2)), worldY(reach(Math.min, 1))];
}

export class MapEdge {
  private pattern: CanvasPattern | null = null;
  private drawnFor = "";

  /** The places of the words are taken, so that labels keep away. */
  paint(context: CanvasRenderingContext2D, camera: Camera, ends: Ends, occupied: Occupied, colours: Palette): void {
    const left = screenX(camera, ends[0]);
    const top = screenY(camera, ends[1]);
    const right = screenX(camera, ends[2]);
    const bottom = screenY(camera, ends[3]);
    const { width, height } = camera;
    if (left <= 0 && top <= 0 && right >= width && bottom >= height) return;
    context.save();
    context.beginPath();
    context.rect(0, 0, width, height);
    context.rect(left, top, right - left, bottom - top);
    context.fillStyle = colours.surface;
    context.fill("evenodd");
    // The hatch hangs on the ground, not on the screen, so that it moves with the map.
    const hatch = this.hatch(context, colours);
    if (hatch) {
      hatch.setTransform(new DOMMatrix().translate(left % STRIPE_PX, top % STRIPE_PX));
      context.fillStyle = hatch;
      context.fill("evenodd");
    }
    const inside: [boolean, number, number, number, number][] = [
      [left > 0, left, top, left + FADE_PX, bottom], [right < width, right - FADE_PX, top, right, bottom],
      [top > 0, left, top, right, top + FADE_PX], [bottom < height, left, bottom - FADE_PX, right, bottom],
    ];
    inside.forEach(([shown, x0, y0, x1, y1], side) => {
      if (!shown) return;
      const across = side < 2 ? context.createLinearGradient(x0, 0, x1, 0) : context.createLinearGradient(0, y0, 0, y1);
      const outer = side % 2 === 0 ? 0 : 1;
      across.addColorStop(outer, colours.surface);
      across.addColorStop(1 - outer, `${colours.surface}00`);
      context.fillStyle = across;
      context.fillRect(x0, y0, x1 - x0, y1 - y0);
    });
    this.words(context, camera, [left, top, right, bottom], occupied, colours);
    context.restore();
  }

  private words(context: CanvasRenderingContext2D, camera: Camera, [left, top, right, bottom]: Ends, occupied: Occupied, colours: Palette): void {
    const text = say("map_ends");
    context.font = '400 11px "Noto Sans", "Noto Sans Armenian", "Noto Sans Arabic", "Noto Sans Hebrew", sans-serif';
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    const half = context.measureText(text).width / 2 + 4;
    const write = (x: number, y: number, turn: number): void => {
      const [wide, high] = turn === 0 ? [half, 8] : [8, half];
      if (!occupied.free(x - wide, y - high, x + wide, y + high)) return;
      occupied.take(x - wide, y - high, x + wide, y + high);
      context.save();
      context.translate(x, y);
      context.rotate(turn);
      context.lineWidth = 5;
      context.strokeStyle = colours.surface;
      context.strokeText(text, 0, 0);
      context.fillStyle = colours.ink2;
      context.fillText(text, 0, 0);
      context.restore();
    };
    const places = (from: number, to: number, most: number): number[] => {
      const [first, last] = [Math.max(0, from), Math.min(most, to)];
      const count = Math.max(1, Math.round((last - first) / EVERY_PX));
      return last - first < 40 ? [] : Array.from({ length: count }, (_none, at) => first + ((at + 0.5) * (last - first)) / count);
    };
    for (const [y, is] of [[top - INSET_PX, top > INSET_PX * 2], [bottom + INSET_PX, bottom < camera.height - INSET_PX * 2]] as const)
      if (is) for (const x of places(left, right, camera.width)) write(x, y, 0);
    for (const [x, is, turn] of [[left - INSET_PX, left > INSET_PX * 2, -1], [right + INSET_PX, right < camera.width - INSET_PX * 2, 1]] as const)
      if (is) for (const y of places(top, bottom, camera.height)) write(x, y, (turn * Math.PI) / 2);
  }

  private hatch(context: CanvasRenderingContext2D, colours: Palette): CanvasPattern | null {
    if (this.drawnFor === colours.district) return this.pattern;
    const tile = document.createElement("canvas");
    tile.width = tile.height = STRIPE_PX;
    const ink = tile.getContext("2d")!;
    ink.strokeStyle = colours.district;
    ink.lineWidth = 1;
    ink.beginPath();
    for (const at of [-STRIPE_PX, 0, STRIPE_PX]) {
      ink.moveTo(at, STRIPE_PX);
      ink.lineTo(at + STRIPE_PX, 0);
    }
    ink.stroke();
    this.pattern = context.createPattern(tile, "repeat");
    this.drawnFor = colours.district;
    return this.pattern;
  }
}
