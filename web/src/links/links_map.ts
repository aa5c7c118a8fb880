/** The map of links: the watch's ground, the links over it as they stand on a day, and the names of their ends. */

import { say } from "../words.js";
import type { Ground } from "../map/data.js";
import { ScaleBar, buttons, disclaimer, make, reachPx, roomIn } from "../map/furniture.js";
import { Occupied } from "../map/label_spots.js";
import { Labels } from "../map/labels.js";
import { MapEdge, endsOf } from "../map/map_edge.js";
import { type Camera, latOf, screenX, screenY } from "../map/mercator.js";
import { palette } from "../map/palette.js";
import { type Bounds, View } from "../map/view.js";
import { type NetworkTable, boundsOf, distanceTo, isLine, middleOf, nodesAsTowns, worldPoints } from "./network.js";
import { type Drawn, isSeen, paintLines, paintSigns, signPlace } from "./paint.js";
import { type Standing, drawnStatus } from "./spans.js";

const REACH_PX = 12;
const PAN_PX = 80;
const SIGN_HALF_PX = 8;
/** A node's dot keeps so much of the screen to itself; of more links than these their course does too. */
const FEW_LINKS = 200;
const WORLD: Bounds = [-170, -58, 180, 75];

export class LinksMap {
  chosen = -1;
  showsLines = false;
  private standings: readonly Standing[] = [];
  private readonly points: Float64Array[];
  private readonly scale = new ScaleBar();
  private readonly edge = new MapEdge();
  private readonly view: View;
  private readonly stage: HTMLElement;
  private readonly asked: ReadonlySet<string>;
  private labels: Labels | null = null;

  constructor(
    host: HTMLElement, private readonly table: NetworkTable, private readonly ground: Ground | null, asked: readonly string[],
    private readonly pressed: (link: number | null) => void,
  ) {
    this.asked = new Set(asked);
    this.points = table.links.map(worldPoints);
    const room = roomIn(host);
    this.stage = make("div", "tw-map-stage", "", { role: "application", tabindex: "0", "aria-label": say("map_links"), "aria-describedby": "tw-links-how" });
    room.append(this.stage);
    const foot = make("div", "tw-map-foot");
    foot.append(disclaimer(ground?.disclaimer));
    host.append(foot);
    const bounds = this.first(asked) ?? this.bounds;
    this.view = new View(this.stage, {
      bounds, ground, minZoom: 4, maxZoom: 14, padding: () => ({ top: 56, bottom: 48, left: 32, right: 32 }), doubleClickZoom: true,
      paint: (context, camera) => this.paint(context, camera),
    });
    room.append(buttons((steps) => this.view.zoomBy(steps), () => this.view.moveTo(this.bounds)), this.scale.element, make("p", "unseen", say("map_links_how"), { id: "tw-links-how" }));
    this.listen();
    this.label();
  }

  end(): void {
    this.view.end();
  }

  /** How the links stand from now on; painted once. */
  stand(standings: readonly Standing[]): void {
    this.standings = standings;
    this.view.paint();
  }

  choose(link: number): void {
    this.chosen = link;
    this.view.paint();
  }

  /** Brings a chosen link into view where it is out of it. */
  reveal(link: number): void {
    const [x, y] = middleOf(this.points[link]!, this.view.camera);
    const camera = this.view.camera;
    const bounds = boundsOf([this.table.links[link]!]);
    if (bounds && (x < 0 || y < 0 || x > camera.width || y > camera.height)) this.view.moveTo(bounds, Math.max(camera.zoom, 9));
  }

  /** Whether lines of power, gas, water and telephone are shown too. */
  show(lines: boolean): void {
    this.showsLines = lines;
    this.label();
    this.view.paint();
  }

  focus(): void {
    this.stage.focus({ preventScroll: true });
  }

  isShown(link: number): boolean {
    return this.showsLines || !isLine(this.table.links[link]!);
  }

  private get bounds(): Bounds {
    return boundsOf(this.table.links.filter((_link, index) => this.isShown(index))) ?? this.ground?.area ?? WORLD;
  }

  /** What the map shows first: the asked way, or the links that touch the watch's own area; "Fit all" shows those beyond it. */
  private first(asked: readonly string[]): Bounds | null {
    const way = this.table.links.filter(({ id }) => asked.includes(id));
    const [west, south, east, north] = this.ground?.area ?? WORLD;
    const isHere = ([lon, lat]: [number, number]): boolean => west <= lon && lon <= east && south <= lat && lat <= north;
    return boundsOf(way) ?? boundsOf(this.table.links.filter(({ points }, index) => this.isShown(index) && points.every(isHere)));
  }

  private label(): void {
    if (!this.ground) return;
    const labels = new Labels({ ...this.ground, ...nodesAsTowns(this.table, (link) => this.isShown(link)) });
    this.labels = labels;
    void labels.fonts().then((came) => {
      if (came && this.labels === labels) this.view.paint();
    });
  }

  private listen(): void {
    this.view.map.on("click", (event) => {
      const link = this.at(event.point.x, event.point.y);
      this.pressed(link < 0 ? null : link);
    });
    this.view.map.on("mousemove", (event) => {
      this.view.map.getCanvas().style.cursor = this.at(event.point.x, event.point.y) < 0 ? "" : "pointer";
    });
    this.stage.addEventListener("keydown", (event) => this.key(event));
    this.stage.addEventListener("tw:theme", () => this.view.paint());
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const ways: Record<string, [number, number]> = { ArrowUp: [0, -PAN_PX], ArrowDown: [0, PAN_PX], ArrowLeft: [-PAN_PX, 0], ArrowRight: [PAN_PX, 0] };
    const way = ways[event.key];
    const { width, height } = this.view.camera;
    if (way) this.view.panBy(...way);
    else if (event.key === "+" || event.key === "=") this.view.zoomBy(1);
    else if (event.key === "-") this.view.zoomBy(-1);
    else if (event.key === "Enter") this.pressed(this.nearest(width / 2, height / 2, Infinity));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private at(x: number, y: number): number {
    return this.nearest(x, y, reachPx(REACH_PX)) ?? -1;
  }

  /** The link nearest to a point of the screen; a crossing, which is a sign, before a line of the same distance. */
  private nearest(x: number, y: number, within: number): number | null {
    const camera = this.view.camera;
    let [best, least] = [-1, within];
    this.points.forEach((points, link) => {
      if (!this.isShown(link)) return;
      let distance = distanceTo(points, camera, x, y);
      if (this.table.links[link]!.kind === "crossing") {
        const [signX, signY] = middleOf(points, camera);
        distance = Math.max(0, Math.min(distance, Math.hypot(x - signX, y - signY)) - 4);
      }
      if (distance < least) [best, least] = [link, distance];
    });
    return best < 0 ? null : best;
  }

  private paint(context: CanvasRenderingContext2D, camera: Camera): void {
    const colours = palette();
    context.clearRect(0, 0, camera.width, camera.height);
    const occupied = new Occupied(camera.width, camera.height);
    for (const box of this.covered(camera)) occupied.take(...box);
    const ends = endsOf(this.ground);
    if (ends) this.edge.paint(context, camera, ends, occupied, colours);
    const drawn: Drawn[] = [];
    this.standings.forEach((standing, link) => {
      if (!this.isShown(link) || !isSeen(this.points[link]!, camera)) return;
      const { id, kind } = this.table.links[link]!;
      drawn.push({ points: this.points[link]!, kind, status: this.table.statuses[drawnStatus(standing)]!, isAsked: this.asked.has(id), isChosen: link === this.chosen });
    });
    if (drawn.length <= FEW_LINKS) for (const { points } of drawn) keepClear(occupied, points, camera);
    for (const link of drawn) {
      const place = signPlace(link, camera);
      if (place) occupied.take(place[0] - SIGN_HALF_PX, place[1] - SIGN_HALF_PX, place[0] + SIGN_HALF_PX, place[1] + SIGN_HALF_PX);
    }
    paintLines(context, camera, drawn, colours);
    this.labels?.paint(context, camera, occupied, colours);
    paintSigns(context, camera, drawn, colours);
    this.scale.show(latOf((camera.height / 2 - camera.top) / camera.size), camera.zoom);
  }

  /** Where buttons and scale stand. */
  private covered({ height, width }: Camera): [number, number, number, number][] {
    const isMirrored = document.documentElement.dir === "rtl";
    return [[0, height - 52, 210, height], isMirrored ? [width - 168, 0, width, 52] : [0, 0, 168, 52]];
  }
}

/** Takes the places under a line, so that no name lies on it. */
function keepClear(occupied: Occupied, points: Float64Array, camera: Camera): void {
  for (let at = 0; at + 3 < points.length; at += 2) {
    const [ax, ay] = [screenX(camera, points[at]!), screenY(camera, points[at + 1]!)];
    const [bx, by] = [screenX(camera, points[at + 2]!), screenY(camera, points[at + 3]!)];
    const steps = Math.min(400, Math.ceil(Math.hypot(bx - ax, by - ay) / 6));
    for (let step = 0; step <= steps; step++) {
      const [x, y] = [ax + ((bx - ax) * step) / Math.max(1, steps), ay + ((by - ay) * step) / Math.max(1, steps)];
      occupied.take(x - 1, y - 1, x + 1, y + 1);
    }
  }
}
