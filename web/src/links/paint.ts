/** Links on the canvas: railways with ties, roads plain, crossings as a sign; how a link stands is told by its stroke, so that it is
 * read in black and white. The same looks stand in links.css for the drawing on paper. */

import { type Camera, screenX, screenY } from "../map/mercator.js";
import type { Palette } from "../map/palette.js";
import { middleOf } from "./network.js";

/** How the stroke of a status looks. hollow: two thin lines beside each other. mark: a sign in the middle of the link. */
export interface Stroke {
  dash: readonly number[];
  width: number;
  round: boolean;
  hollow: boolean;
  mark: "" | "cross";
}

const PLAIN: Stroke = { dash: [], width: 2.8, round: false, hollow: false, mark: "" };
export const STROKES: Readonly<Record<string, Stroke>> = {
  open: PLAIN,
  restricted: { ...PLAIN, dash: [11, 4] },
  closed: { ...PLAIN, dash: [5, 4], width: 2.2 },
  destroyed: { ...PLAIN, dash: [5, 4], width: 2.2, mark: "cross" },
  never_built: { ...PLAIN, width: 4.4, hollow: true },
  not_known: { ...PLAIN, dash: [0.1, 4.5], round: true, width: 2.4 },
};
const TIES_PX = 9;
/** Each tie is drawn once in so many pixels along a railway. */
const TIE_DASH = [1.4, 9.6];
const SIGN_PX = 7;

export interface Drawn {
  points: Float64Array;
  kind: string;
  status: string;
  isAsked: boolean;
  isChosen: boolean;
}

/** The courses of links; `paintSigns` paints what stands on them. */
export function paintLines(context: CanvasRenderingContext2D, camera: Camera, links: readonly Drawn[], colours: Palette): void {
  context.lineJoin = "round";
  for (const link of links) if (link.isAsked || link.isChosen) underlay(context, camera, link, colours);
  for (const link of links) line(context, camera, link, colours);
  context.setLineDash([]);
  context.lineCap = "butt";
}

/** Signs of crossings and of lines, and the crosses of what is destroyed: above the dots of nodes, since a crossing may be shorter
 * than its sign. */
export function paintSigns(context: CanvasRenderingContext2D, camera: Camera, links: readonly Drawn[], colours: Palette): void {
  context.lineJoin = "round";
  for (const link of links) sign(context, camera, link, colours);
  context.setLineDash([]);
  context.lineCap = "butt";
}

/** Where the sign of a link stands; null where it has none. */
export function signPlace(link: Drawn, camera: Camera): [number, number] | null {
  const isLine = link.kind === "road" || link.kind === "railway";
  if (isLine && STROKES[link.status]?.mark !== "cross") return null;
  const [x, y] = middleOf(link.points, camera);
  return [x, y];
}

export function isSeen(points: Float64Array, camera: Camera): boolean {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let at = 0; at < points.length; at += 2) {
    left = Math.min(left, points[at]!);
    right = Math.max(right, points[at]!);
    top = Math.min(top, points[at + 1]!);
    bottom = Math.max(bottom, points[at + 1]!);
  }
  const edge = 20;
  return screenX(camera, right) > -edge && screenY(camera, bottom) > -edge && screenX(camera, left) < camera.width + edge && screenY(camera, top) < camera.height + edge;
}

function trace(context: CanvasRenderingContext2D, camera: Camera, points: Float64Array): void {
  context.beginPath();
  for (let at = 0; at < points.length; at += 2) {
    const [x, y] = [screenX(camera, points[at]!), screenY(camera, points[at + 1]!)];
    if (at === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
}

function stroke(context: CanvasRenderingContext2D, colour: string, width: number, dash: readonly number[], cap: CanvasLineCap = "butt"): void {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.lineCap = cap;
  context.setLineDash([...dash]);
  context.stroke();
}

/** The asked way lies on a broad band; the chosen link has an edge on both sides. */
function underlay(context: CanvasRenderingContext2D, camera: Camera, link: Drawn, colours: Palette): void {
  trace(context, camera, link.points);
  if (link.isChosen) {
    stroke(context, colours.ink, 17, [], "round");
    stroke(context, colours.land, 12, [], "round");
  }
  if (link.isAsked) {
    context.globalAlpha = 0.3;
    stroke(context, colours.accent, 12, [], "round");
    context.globalAlpha = 1;
  }
}

function line(context: CanvasRenderingContext2D, camera: Camera, link: Drawn, colours: Palette): void {
  const look = STROKES[link.status] ?? STROKES["not_known"]!;
  const thin = link.kind === "crossing" || !["road", "railway"].includes(link.kind) ? 0.6 : 1;
  trace(context, camera, link.points);
  stroke(context, colours.ink, look.width * thin, look.dash, look.round ? "round" : "butt");
  if (look.hollow) stroke(context, colours.land, (look.width - 2) * thin, []);
  if (link.kind === "railway") stroke(context, colours.ink, TIES_PX, TIE_DASH);
}

function sign(context: CanvasRenderingContext2D, camera: Camera, link: Drawn, colours: Palette): void {
  const look = STROKES[link.status] ?? STROKES["not_known"]!;
  const [x, y, turn] = middleOf(link.points, camera);
  if (link.kind === "crossing") crossing(context, x, y, link.status, colours);
  else if (link.kind !== "road" && link.kind !== "railway") utility(context, x, y, link.kind, colours);
  if (look.mark !== "cross" || link.kind === "crossing") return;
  context.beginPath();
  for (const side of [1, -1]) {
    const [dx, dy] = [Math.cos(turn + (side * Math.PI) / 4) * SIGN_PX, Math.sin(turn + (side * Math.PI) / 4) * SIGN_PX];
    context.moveTo(x - dx, y - dy);
    context.lineTo(x + dx, y + dy);
  }
  stroke(context, colours.land, 6, []);
  stroke(context, colours.ink, 2.4, []);
}

/** A square on its point: full where it is open, half where under restrictions, empty where closed; crossed, dashed or with a
 * question mark where destroyed, never built or not known. */
function crossing(context: CanvasRenderingContext2D, x: number, y: number, status: string, colours: Palette): void {
  const reach = SIGN_PX + 1;
  const square = (): void => {
    context.beginPath();
    context.moveTo(x, y - reach);
    context.lineTo(x + reach, y);
    context.lineTo(x, y + reach);
    context.lineTo(x - reach, y);
    context.closePath();
  };
  square();
  context.fillStyle = status === "open" ? colours.ink : colours.surface;
  context.fill();
  stroke(context, colours.land, 5, []);
  context.fill();
  stroke(context, colours.ink, 1.8, status === "never_built" ? [2.5, 2.5] : []);
  context.fillStyle = colours.ink;
  if (status === "restricted") {
    context.beginPath();
    context.moveTo(x - reach, y);
    context.lineTo(x, y + reach);
    context.lineTo(x + reach, y);
    context.fill();
  } else if (status === "destroyed") {
    context.beginPath();
    for (const side of [1, -1]) {
      context.moveTo(x - 4, y - 4 * side);
      context.lineTo(x + 4, y + 4 * side);
    }
    stroke(context, colours.ink, 1.8, []);
  } else if (status === "not_known") {
    context.font = '700 11px "Noto Sans", sans-serif';
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText("?", x, y + 0.5);
  }
}

/** What a line carries: an angle for power, a ring for gas, a drop for water, a box for the telephone. */
function utility(context: CanvasRenderingContext2D, x: number, y: number, kind: string, colours: Palette): void {
  context.beginPath();
  if (kind === "gas") context.arc(x, y, 4.5, 0, 2 * Math.PI);
  else if (kind === "telephone") context.rect(x - 4, y - 4, 8, 8);
  else if (kind === "water") {
    context.moveTo(x, y - 6);
    context.lineTo(x + 4, y + 1);
    context.arc(x, y + 1, 4, 0, Math.PI);
  } else {
    context.moveTo(x - 5, y + 4);
    context.lineTo(x, y - 5);
    context.lineTo(x + 5, y + 4);
  }
  context.closePath();
  context.fillStyle = colours.surface;
  context.fill();
  stroke(context, colours.ink, 1.6, []);
}
