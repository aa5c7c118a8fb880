/** The Incident page's map: what each observation said, as ellipses and bearings with the table's letters, and the fused place. */

import { say } from "../words.js";
import type { Ground, Signs } from "./data.js";
import { type Ellipse, ellipseRing, placeAlong } from "./ellipse.js";
import { Legend, ScaleBar, buttons, foot, make, roomIn } from "./furniture.js";
import { Occupied } from "./label_spots.js";
import { Labels } from "./labels.js";
import { incidentLegend, townsOf } from "./legend.js";
import { MapEdge, endsOf } from "./map_edge.js";
import { type Camera, latOf, screenX, screenY, worldX, worldY } from "./mercator.js";
import { outline } from "./overlay.js";
import { type Palette, isDark, palette, thin } from "./palette.js";
import { SIGN_PX, SignSheet, sheetOf } from "./signs.js";
import { type Bounds, View } from "./view.js";

interface Bearing {
  lon: number;
  lat: number;
  bearing_deg: number;
  length_m: number;
}

export interface Observed extends Partial<Ellipse> {
  letter: string;
  claim: boolean;
  means: string;
  bearing: Bearing | null;
}

export interface IncidentPlaces {
  bounds: Bounds;
  outcome: string;
  kind: string;
  simulated: boolean;
  fused: Ellipse | null;
  first: Ellipse | null;
  observations: Observed[];
  /** Of an edit that is looked at: where the incidents lie now, and where others than `fused` would. */
  before?: Ellipse[];
  after?: Ellipse[];
}

const OUTCOMES = ["inconsistent", "undetermined", "consistent", "not_applicable"];
/** Line styles of observations in order: solid, then two kinds of dashes; dots are for claims alone. */
const DASHES = [[], [7, 4], [12, 4, 3, 4]];

export function isEllipse(shape: Partial<Ellipse> | null): shape is Ellipse {
  return shape != null && [shape.lon, shape.lat, shape.major_m, shape.minor_m].every((value) => typeof value === "number");
}

export class IncidentMap {
  readonly legend = new Legend("tw-map-legend");
  private readonly scale = new ScaleBar();
  private readonly edge = new MapEdge();
  private readonly view: View;
  private readonly labels: Labels | null;
  private readonly stage: HTMLElement;
  private sheet: SignSheet | null = null;

  constructor(host: HTMLElement, private readonly ground: Ground | null, private readonly places: IncidentPlaces, private readonly signs: Signs | null) {
    this.stage = make("div", "tw-map-stage", "", { role: "application", tabindex: "0", "aria-label": say("map_incident"), "aria-describedby": "tw-map-how" });
    const room = roomIn(host);
    room.append(this.stage);
    host.append(foot(this.legend, ground?.disclaimer));
    this.labels = ground ? new Labels(ground) : null;
    this.view = new View(this.stage, {
      bounds: places.bounds, ground, minZoom: 6, maxZoom: 16, padding: () => ({ top: 40, bottom: 48, left: 40, right: this.legend.isOpen ? Legend.WIDTH_PX : 40 }), doubleClickZoom: true,
      paint: (context, camera) => this.paint(context, camera),
    });
    room.append(
      buttons((steps) => this.view.zoomBy(steps), () => this.view.moveTo(places.bounds)), this.scale.element, this.legend.element,
      make("p", "unseen", say("map_incident_how"), { id: "tw-map-how" }),
    );
    this.stage.addEventListener("keydown", (event) => this.key(event));
    this.stage.addEventListener("tw:theme", () => void this.dress());
    void this.labels?.fonts().then(() => this.view.paint());
    void this.dress();
  }

  end(): void {
    this.view.end();
  }

  private get outcome(): number {
    return Math.max(0, OUTCOMES.indexOf(this.places.outcome));
  }

  private async dress(): Promise<void> {
    const { observations, first, outcome, kind } = this.places;
    this.legend.show(...incidentLegend({
      outcome: palette().outcome[this.outcome as 0 | 1 | 2 | 3],
      observed: observations.some((one) => !one.claim), claimed: observations.some((one) => one.claim),
      bearing: observations.some((one) => one.bearing), first: first !== null, before: (this.places.before ?? []).length > 0,
    }, this.ground, palette()));
    if (this.signs) this.sheet = await SignSheet.draw(sheetOf(this.signs, isDark()), [`${outcome}-${kind}`], devicePixelRatio || 1);
    this.view.paint();
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const ways: Record<string, [number, number]> = { ArrowUp: [0, -80], ArrowDown: [0, 80], ArrowLeft: [-80, 0], ArrowRight: [80, 0] };
    const way = ways[event.key];
    if (way) this.view.panBy(...way);
    else if (event.key === "+" || event.key === "=") this.view.zoomBy(1);
    else if (event.key === "-") this.view.zoomBy(-1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private paint(context: CanvasRenderingContext2D, camera: Camera): void {
    const colours = palette();
    const { fused, first, observations } = this.places;
    context.clearRect(0, 0, camera.width, camera.height);
    const occupied = new Occupied(camera.width, camera.height);
    for (const box of this.legend.covered(camera.width, camera.height)) occupied.take(...box);
    const ends = endsOf(this.ground);
    if (ends) this.edge.paint(context, camera, ends, occupied, colours);
    let style = 0;
    for (const one of observations) if (one.bearing) ray(context, one.bearing, camera, colours);
    const letters: [string, number, number][] = [];
    for (const one of observations) {
      const dash = one.claim ? [1.5, 3.5] : DASHES[style++ % DASHES.length]!;
      if (isEllipse(one)) {
        outline(context, ellipseRing(one), camera);
        context.fillStyle = thin(colours.ink2, 0.05);
        context.fill();
        dashed(context, colours.ink2, one.claim ? 1.4 : 1.2, dash);
        letters.push([one.letter, ...this.letterPlace(one, letters.length, camera)]);
      } else if (one.bearing) {
        const [lon, lat] = placeAlong(one.bearing.lon, one.bearing.lat, one.bearing.bearing_deg, one.bearing.length_m * 0.75);
        letters.push([one.letter, screenX(camera, worldX(lon)), screenY(camera, worldY(lat))]);
      }
    }
    if (isEllipse(first)) {
      outline(context, ellipseRing(first), camera);
      dashed(context, colours.ink3, 1, [1, 2.5]);
    }
    let sign: [number, number] | null = null;
    const colour = colours.outcome[this.outcome as 0 | 1 | 2 | 3];
    for (const shape of this.places.before ?? []) {
      outline(context, ellipseRing(shape), camera);
      dashed(context, colours.ink2, 2, [7, 4]);
      spot(context, shape, camera, colours);
    }
    for (const shape of this.places.after ?? []) {
      outline(context, ellipseRing(shape), camera);
      dashed(context, colour, 3, []);
    }
    if (isEllipse(fused)) {
      outline(context, ellipseRing(fused), camera);
      context.fillStyle = thin(colour, 0.18);
      context.fill();
      dashed(context, colour, 3, []);
      const x = screenX(camera, worldX(fused.lon));
      const y = screenY(camera, worldY(fused.lat));
      occupied.take(x - 14, y - 14, x + 14, y + 14);
      sign = [x, y];
    }
    for (const [, x, y] of letters) occupied.take(x - 10, y - 10, x + 10, y + 10);
    this.labels?.paint(context, camera, occupied, colours);
    this.legend.showTowns(townsOf(this.ground, this.labels?.numbers ?? new Set()));
    // Above the labels, whose lines lead to what stands under it.
    context.strokeStyle = colours.ink2;
    if (sign) this.sheet?.paint(context, `${this.places.outcome}-${this.places.kind}`, ...sign, SIGN_PX);
    for (const [letter, x, y] of letters) badge(context, letter, x, y, colours);
    this.scale.show(latOf((camera.height / 2 - camera.top) / camera.size), camera.zoom);
  }

  /** On the ellipse's edge, each letter a step further round than the one before, so that they do not meet. */
  private letterPlace(shape: Ellipse, index: number, camera: Camera): [number, number] {
    const ring = ellipseRing(shape, 48);
    const [lon, lat] = ring[(2 + index * 11) % 48]!;
    return [screenX(camera, worldX(lon)), screenY(camera, worldY(lat))];
  }
}

function dashed(context: CanvasRenderingContext2D, colour: string, width: number, dash: number[]): void {
  context.lineWidth = width;
  context.strokeStyle = colour;
  context.setLineDash(dash);
  context.stroke();
  context.setLineDash([]);
}

/** Where the middle of an ellipse is that may be too small, or too large, to be told from its ring. */
function spot(context: CanvasRenderingContext2D, shape: Ellipse, camera: Camera, colours: Palette): void {
  context.beginPath();
  context.arc(screenX(camera, worldX(shape.lon)), screenY(camera, worldY(shape.lat)), 4, 0, 2 * Math.PI);
  context.fillStyle = colours.surface;
  context.fill();
  dashed(context, colours.ink2, 2, []);
}

function ray(context: CanvasRenderingContext2D, bearing: Bearing, camera: Camera, colours: Palette): void {
  const [lon, lat] = placeAlong(bearing.lon, bearing.lat, bearing.bearing_deg, bearing.length_m);
  outline(context, [[bearing.lon, bearing.lat], [lon, lat]], camera);
  dashed(context, colours.ink2, 1.2, [9, 5]);
}

function badge(context: CanvasRenderingContext2D, letter: string, x: number, y: number, colours: Palette): void {
  context.beginPath();
  context.arc(x, y, 9, 0, 2 * Math.PI);
  context.fillStyle = colours.surface;
  context.fill();
  dashed(context, colours.ink2, 1.2, []);
  context.font = '600 12px "Noto Sans", sans-serif';
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = colours.ink;
  context.fillText(letter, x, y + 0.5);
}
