/** Names of towns in the page's own fonts: placed where they fit, away from signs, larger towns first. All names of a town
 * stand together; where they have no room its number does, which the legend resolves. */

import type { Ground } from "./data.js";
import { type Camera, screenX, screenY, worldX, worldY } from "./mercator.js";
import type { Palette } from "./palette.js";

const FAMILY = '"Noto Sans", "Noto Sans Armenian", "Noto Sans Arabic", "Noto Sans Hebrew", sans-serif';
const FIRST = `600 12px ${FAMILY}`;
const SECOND = `400 10.5px ${FAMILY}`;
const HALO_PX = 1.5;
const CELL = 6;
const DOT = 2.5;

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

interface Label {
  x: number;
  y: number;
  rank: number;
  first: string;
  second: string;
  width: number;
  number: string;
  numberWidth: number;
}

export class Labels {
  private readonly labels: Label[] = [];

  constructor(ground: Ground) {
    const measure = document.createElement("canvas").getContext("2d")!;
    for (const feature of ground.towns?.features ?? []) {
      const [lon, lat] = feature.geometry.coordinates as [number, number];
      const { name, others, rank, number } = feature.properties;
      const second = Array.isArray(others) ? others.join(" · ") : (others ?? "");
      measure.font = FIRST;
      let width = measure.measureText(name).width;
      measure.font = SECOND;
      width = Math.max(width, measure.measureText(second).width);
      const short = number === undefined ? "" : `[${number}]`;
      measure.font = FIRST;
      const numberWidth = measure.measureText(short).width;
      this.labels.push({ x: worldX(lon), y: worldY(lat), rank: rank ?? 3, first: name, second, width, number: short, numberWidth });
    }
    this.labels.sort((a, b) => a.rank - b.rank);
  }

  /** Asks the browser for the fonts of all the names; true when new ones came and widths may have changed. */
  async fonts(): Promise<boolean> {
    const text = this.labels.map((label) => label.first + label.second).join("");
    const faces = await Promise.all([document.fonts.load(FIRST, text), document.fonts.load(SECOND, text)]).catch(() => []);
    return faces.flat().length > 0;
  }

  paint(context: CanvasRenderingContext2D, camera: Camera, occupied: Occupied, colours: Palette): void {
    context.lineJoin = "round";
    context.textBaseline = "alphabetic";
    for (const label of this.labels) {
      const x = screenX(camera, label.x);
      const y = screenY(camera, label.y);
      if (x < -60 || y < -20 || x > camera.width + 60 || y > camera.height + 20) continue;
      const named = spotFor(occupied, x, y, label.width, label.second ? 29 : 16);
      const spot = named ?? (label.number ? spotFor(occupied, x, y, label.numberWidth, 16) : null);
      if (!spot) continue;
      const [at, top, align] = spot;
      occupied.take(x - DOT, y - DOT, x + DOT, y + DOT);
      context.textAlign = align;
      dot(context, x, y, colours);
      written(context, FIRST, named ? label.first : label.number, at, top + 12, colours.ink2, colours);
      if (named && label.second) written(context, SECOND, label.second, at, top + 25, colours.ink3, colours);
    }
  }
}

type Spot = [number, number, CanvasTextAlign];

/** The first side of a dot where a text of this size is free, taken; null where none is. */
function spotFor(occupied: Occupied, x: number, y: number, width: number, height: number): Spot | null {
  const spots: Spot[] = [
    [x, y + DOT + 2, "center"],
    [x, y - DOT - 2 - height, "center"],
    [x + DOT + 5, y - height / 2, "left"],
    [x - DOT - 5, y - height / 2, "right"],
  ];
  for (const spot of spots) {
    const [at, top, align] = spot;
    const left = align === "center" ? at - width / 2 : align === "left" ? at : at - width;
    if (!occupied.free(left - 2, top, left + width + 2, top + height)) continue;
    occupied.take(left - 2, top, left + width + 2, top + height);
    return spot;
  }
  return null;
}

function dot(context: CanvasRenderingContext2D, x: number, y: number, colours: Palette): void {
  context.beginPath();
  context.arc(x, y, DOT, 0, 2 * Math.PI);
  context.fillStyle = colours.land;
  context.fill();
  context.lineWidth = 1.2;
  context.strokeStyle = colours.ink3;
  context.stroke();
}

function written(context: CanvasRenderingContext2D, font: string, text: string, x: number, y: number, ink: string, colours: Palette): void {
  context.font = font;
  context.lineWidth = 2 * HALO_PX;
  context.strokeStyle = colours.land;
  context.strokeText(text, x, y);
  context.fillStyle = ink;
  context.fillText(text, x, y);
}
