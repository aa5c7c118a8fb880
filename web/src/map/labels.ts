/** Names of towns in the page's own fonts: placed where they fit, away from signs, larger towns first. All names of a town
 * stand together in one weight; where they have no room its number does, which the legend resolves. */

import type { Ground } from "./data.js";
import { type Form, LINE_PX, formsOf } from "./label_forms.js";
import { type Occupied, type Spot, spotAfar, spotBeside } from "./label_spots.js";
import { type Camera, screenX, screenY, worldX, worldY } from "./mercator.js";
import type { Palette } from "./palette.js";

const FAMILY = '"Noto Sans", "Noto Sans Armenian", "Noto Sans Arabic", "Noto Sans Hebrew", sans-serif';
const LARGE = `600 12px ${FAMILY}`;
const SMALL = `500 12px ${FAMILY}`;
const HALO_PX = 1.5;
const DOT = 2.5;
const GAP = DOT + 4;
/** How far out the label of a town of each rank goes, on a leading line, before its number stands for it. */
const LED_PX: Record<number, number> = { 1: 186, 2: 26 };
const NUMBER_LED_PX = 96;
const BESIDE_THE_MAP_PX = 60;

interface Label {
  x: number;
  y: number;
  rank: number;
  font: string;
  text: string;
  forms: Form[];
  number: number | undefined;
  short: Form | null;
}

/** What stands on the map for a town: its names, or its number. */
export interface Written {
  text: string;
  x: number;
  y: number;
  width: number;
  height: number;
  /** Where the place itself is. */
  point: [number, number];
  isNumber: boolean;
}

export class Labels {
  /** What the last frame wrote, for the legend, the hover and the labels of zones. */
  written: Written[] = [];
  private labels: Label[] = [];

  /** With `near` a town whose names find no room at its own point is left out: on a map of the whole world, leading lines
   * and numbers would hide the ground that somebody looks for. */
  constructor(private readonly ground: Ground, private readonly near = false) {
    this.measure();
  }

  private measure(): void {
    const context = document.createElement("canvas").getContext("2d")!;
    const width = (line: string): number => context.measureText(line).width;
    this.labels = (this.ground.towns?.features ?? []).map((feature) => {
      const [lon, lat] = feature.geometry.coordinates as [number, number];
      const { id, rank = 3, number } = feature.properties;
      const name = feature.properties.name.trim() || (id ?? "");
      const font = rank <= 1 ? LARGE : SMALL;
      context.font = font;
      const short = number === undefined ? null : { lines: [`[${number}]`], width: width(`[${number}]`), height: LINE_PX + 1 };
      return { x: worldX(lon), y: worldY(lat), rank, font, text: name, forms: formsOf(name, width), number, short };
    });
    this.labels.sort((a, b) => a.rank - b.rank);
  }

  /** Asks the browser for the fonts of all the names and measures anew; true when new ones came. */
  async fonts(): Promise<boolean> {
    const text = this.labels.map((label) => label.text).join("");
    const faces = await Promise.all([document.fonts.load(LARGE, text), document.fonts.load(SMALL, text)]).catch(() => []);
    if (faces.flat().length === 0) return false;
    this.measure();
    return true;
  }

  /** The numbers that the last frame wrote, for the legend. */
  get numbers(): Set<string> {
    return new Set(this.written.filter((label) => label.isNumber).map((label) => label.text));
  }

  /** The names of the town whose number stands at a point of the screen; null where none does. */
  numberedAt(x: number, y: number): string | null {
    const under = this.written.find((label) => label.isNumber && Math.abs(x - label.x) <= label.width / 2 + 3 && Math.abs(y - label.y) <= label.height / 2 + 3);
    return under?.text ?? null;
  }

  paint(context: CanvasRenderingContext2D, camera: Camera, occupied: Occupied, colours: Palette): void {
    this.written = [];
    const seen: { label: Label; x: number; y: number }[] = [];
    for (const label of this.labels) {
      const x = screenX(camera, label.x);
      const y = screenY(camera, label.y);
      const edge = BESIDE_THE_MAP_PX;
      if (x < -edge || y < -20 || x > camera.width + edge || y > camera.height + 20) continue;
      seen.push({ label, x, y });
      if (!this.near) dot(context, x, y, colours);
    }
    for (const { x, y, label } of seen) if (label.rank in LED_PX) occupied.take(x - DOT, y - DOT, x + DOT, y + DOT);
    const placed: { label: Label; form: Form; spot: Spot; x: number; y: number }[] = [];
    for (const { label, x, y } of seen) {
      const place = besideOf(label, x, y, occupied) ?? (this.near ? null : ledOf(label, x, y, occupied));
      if (!place) continue;
      if (this.near) dot(context, x, y, colours);
      occupied.take(x - DOT, y - DOT, x + DOT, y + DOT);
      placed.push({ label, form: place[0], spot: place[1], x, y });
    }
    // Lines below all the names: where one must cross a name, the name stays whole.
    for (const { spot, x, y } of placed) if (spot.lead) lead(context, x, y, spot.lead, colours);
    for (const { label, form, spot, x, y } of placed) {
      write(context, label.font, form, spot.x, spot.y, colours.ink2, colours);
      this.written.push({ text: label.text, x: spot.x, y: spot.y, width: form.width, height: form.height, point: [x, y], isNumber: form === label.short });
    }
  }
}

/** Beside the point, flat before stacked. */
function besideOf(label: Label, x: number, y: number, occupied: Occupied): [Form, Spot] | null {
  for (const form of label.forms) {
    const spot = spotBeside(occupied, x, y, form.width, form.height, GAP);
    if (spot) return [form, spot];
  }
  return null;
}

/** On a leading line, which for the largest towns may cross others; then the number. */
function ledOf(label: Label, x: number, y: number, occupied: Occupied): [Form, Spot] | null {
  const far_px = LED_PX[label.rank] ?? 0;
  const led = spotAfar(occupied, x, y, label.forms, far_px) ?? (label.rank <= 1 ? spotAfar(occupied, x, y, label.forms, far_px, false) : null);
  if (led || !label.short) return led;
  const spot = spotBeside(occupied, x, y, label.short.width, label.short.height, GAP);
  return spot ? [label.short, spot] : spotAfar(occupied, x, y, [label.short], NUMBER_LED_PX);
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

function lead(context: CanvasRenderingContext2D, x: number, y: number, to: [number, number], colours: Palette): void {
  for (const [width, colour] of [[3, colours.land], [1, colours.ink2]] as const) {
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(...to);
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.stroke();
  }
}

/** A label's lines round a middle, each on its halo. */
export function write(context: CanvasRenderingContext2D, font: string, form: Form, x: number, y: number, ink: string, colours: Palette): void {
  context.font = font;
  context.textAlign = "center";
  context.textBaseline = "alphabetic";
  context.lineJoin = "round";
  context.lineWidth = 2 * HALO_PX;
  context.strokeStyle = colours.land;
  context.fillStyle = ink;
  const top = y - form.height / 2 + 12;
  form.lines.forEach((line, index) => context.strokeText(line, x, top + index * LINE_PX));
  form.lines.forEach((line, index) => context.fillText(line, x, top + index * LINE_PX));
}
