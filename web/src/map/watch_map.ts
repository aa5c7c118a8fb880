/** The Watch page's map: in step with list and time, one tab stop, and as quick with 20,000 incidents as with one. */

import { say } from "../words.js";
import { type Ground, type Incidents, type Signs, fetchIncidents } from "./data.js";
import { Anchored } from "./card_place.js";
import { Legend, ScaleBar, buttons, foot, make, roomIn } from "./furniture.js";
import { Labels } from "./labels.js";
import { townsOf, watchLegend } from "./legend.js";
import { keepInAddress, readStanding, standingOf } from "./map_address.js";
import { endsOf } from "./map_edge.js";
import { Mask } from "./mask.js";
import { Members } from "./members.js";
import { type Camera, MOST_ZOOM, latOf, lonOf, worldX, worldY } from "./mercator.js";
import { type Mark, Overlay, signName } from "./overlay.js";
import { isDark, palette } from "./palette.js";
import { Pointing } from "./pointing.js";
import { SignSheet, sheetOf } from "./signs.js";
import { type Arrow, isArrow, nearest, nextInDirection } from "./step.js";
import { type Bounds, View } from "./view.js";
import { type ZoneShape, Zones } from "./zones.js";

/** How near a searched place the map goes. */
const PLACE_ZOOM = 10.5;
/** Room round the zones where the map fits them. */
const EDGE_PX = 20;
/** The address follows the map when it has come to rest. */
const ADDRESS_MS = 300;

/** The row that follows another in a list, round and round; null if that other is not in it. */
function after(rows: readonly number[], row: number): number | null {
  const at = rows.indexOf(row);
  return at < 0 ? null : rows[(at + 1) % rows.length]!;
}

export interface Chosen {
  n: number | null;
  by: "list" | "map" | "time" | "key";
}

/** West, south, east and north of the zones and lines: what the map shows first. */
function boundsOf(zones: Zones | null): Bounds | null {
  const box = zones?.box;
  return box ? [lonOf(box[0]), latOf(box[3]), lonOf(box[2]), latOf(box[1])] : null;
}

/** A zone that was pressed: the filters follow, the same press again lets every zone through. */
export interface PressedZone {
  id: string;
  name: string;
}

export class WatchMap {
  readonly overlay = new Overlay();
  readonly legend = new Legend("tw-map-legend");
  private readonly view: View;
  private readonly stage: HTMLElement;
  private readonly said: HTMLElement;
  private readonly scale = new ScaleBar();
  private readonly pointing: Pointing;
  private readonly members: Members;
  private readonly card: Anchored | null;
  private readonly bounds: Bounds;
  private signs: Signs | null = null;
  /** Whether a person moved the map: it then stays where it is, and the address says where. */
  private isMoved = false;
  private keeping: ReturnType<typeof setTimeout> | undefined;
  private searchedText = "";

  constructor(private readonly host: HTMLElement, private ground: Ground | null, area: Bounds) {
    const room = roomIn(host);
    this.stage = make("div", "tw-map-stage", "", {
      role: "application", tabindex: "0", "aria-label": say("map"), "aria-describedby": "tw-map-how",
    });
    this.said = make("p", "unseen", "", { role: "status" });
    room.append(this.stage);
    host.append(foot(this.legend, ground?.disclaimer));
    this.overlay.zones = ground && new Zones(ground);
    this.overlay.ends = endsOf(ground);
    this.bounds = boundsOf(this.overlay.zones) ?? area;
    this.view = new View(this.stage, {
      bounds: this.bounds, ground, minZoom: 6, maxZoom: MOST_ZOOM, padding: () => this.padding(), doubleClickZoom: true,
      paint: (context, camera) => this.paint(context, camera),
    });
    this.members = new Members((row) => this.chooseMember(row), () => this.stage.focus({ preventScroll: true }));
    this.pointing = new Pointing(this.view, this.overlay, { mark: (mark) => this.press(mark), zone: (zone) => this.pressZone(zone) });
    const card = document.getElementById("card");
    this.card = card && new Anchored(card, () => this.placeCard());
    room.append(
      buttons((steps) => this.view.zoomBy(steps), () => this.fitAll()), this.scale.element, this.legend.element,
      this.pointing.hover.element, this.members.element, make("p", "unseen", say("map_how"), { id: "tw-map-how" }), this.said,
    );
    this.listen();
    this.stand();
    if (ground) this.label(ground);
  }

  /** Names of towns and zones; painted again when their fonts come. */
  private label(ground: Ground): void {
    const labels = new Labels(ground);
    this.overlay.labels = labels;
    void Promise.all([labels.fonts(), this.overlay.zones?.fonts()]).then((came) => {
      if (came.includes(true) && this.ground === ground) this.view.paint();
    });
  }

  /** The ground as it is now: zones, the line of contact and names change with the clock, and with them labels and legend. */
  takeGround(ground: Ground): void {
    this.ground = ground;
    this.overlay.zones = new Zones(ground);
    this.overlay.ends = endsOf(ground);
    this.label(ground);
    this.view.takeGround(ground);
    this.explain();
  }

  private paint(context: CanvasRenderingContext2D, camera: Camera): void {
    this.overlay.paint(context, camera, palette(), this.legend.covered(camera.width, camera.height));
    this.legend.showTowns(townsOf(this.ground, this.overlay.labels?.numbers ?? new Set()));
    this.scale.show(latOf((camera.height / 2 - camera.top) / camera.size), camera.zoom);
    this.placeCard();
  }

  /** The card stands at its sign and goes with it. */
  private placeCard(): void {
    if (!this.view) return;
    const camera = this.view.camera;
    const avoid = this.legend.covered(camera.width, camera.height);
    this.card?.place(this.overlay.chosen < 0 ? null : this.overlay.at(this.overlay.chosen, camera), camera, avoid);
  }

  /** Where the address wants the map; else at all the zones. */
  private stand(): void {
    const standing = readStanding(location.search);
    if (!standing) return;
    this.isMoved = true;
    this.view.map.jumpTo({ center: [standing.lon, standing.lat], zoom: standing.zoom });
  }

  private fitAll(): void {
    this.view.fit(this.bounds);
    this.isMoved = false;
    clearTimeout(this.keeping);
    keepInAddress(null);
  }

  async show(incidents: Incidents, signs: Signs | null): Promise<void> {
    this.signs = signs;
    this.overlay.show(incidents);
    this.explain();
    await this.drawSigns();
  }

  /** Reads the incident table again; the server's ETag makes an unchanged one cheap. */
  async reload(): Promise<void> {
    const url = this.host.dataset["incidents"];
    if (url) await this.show(await fetchIncidents(url), this.signs);
  }

  filter(mask: Mask): void {
    this.overlay.filter(mask);
    this.overlay.chosenZones = new Set(new URLSearchParams(location.search).getAll("zone"));
    this.members.close();
    this.view.paint();
  }

  /** Marks the places that were searched for, and goes there when the search is a new one. at: `lon,lat lon,lat …`. */
  search(at: string, isFirst: boolean): void {
    if (at === this.searchedText) return;
    this.searchedText = at;
    const places = at.split(" ").map((place) => place.split(",").map(Number)).filter((pair): pair is [number, number] => pair.length === 2 && pair.every(Number.isFinite));
    this.overlay.searched = places.map(([lon, lat]) => [worldX(lon), worldY(lat)]);
    this.view.paint();
    if (places.length === 0 || (isFirst && this.isMoved)) return;
    const lons = places.map(([lon]) => lon);
    const lats = places.map(([, lat]) => lat);
    this.view.moveTo([Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)], PLACE_ZOOM);
  }

  /** Marks a row as chosen; moves only if it lies out of view. */
  choose(row: number | null): void {
    this.overlay.chosen = row ?? -1;
    this.overlay.cursor = null;
    this.view.paint();
    if (row === null) return;
    const camera = this.view.camera;
    const at = this.overlay.at(row, camera);
    if (!at || this.isInView(at, camera)) return;
    const aside = this.legend.isOpen ? -Legend.WIDTH_PX / 2 : 0;
    this.view.centre(lonOf((at.x - camera.left) / camera.size), latOf((at.y - camera.top) / camera.size), undefined, [aside * this.way, 0]);
  }

  /** 1 where the legend stands at the right, -1 in a right-to-left page. */
  private get way(): number {
    return document.documentElement.dir === "rtl" ? -1 : 1;
  }

  private padding(): { top: number; bottom: number; left: number; right: number } {
    const legend = this.legend.isOpen ? Legend.WIDTH_PX : EDGE_PX;
    return { top: EDGE_PX, bottom: EDGE_PX, left: this.way > 0 ? EDGE_PX : legend, right: this.way > 0 ? legend : EDGE_PX };
  }

  /** On the map and not under what stands on it: buttons, scale and legend. */
  private isInView(at: { x: number; y: number }, camera: Camera): boolean {
    const { width, height } = camera;
    const edge = 20;
    if (at.x < edge || at.y < edge || at.x > width - edge || at.y > height - edge) return false;
    return !this.legend.covered(width, height).some(([left, top, right, bottom]) => at.x > left && at.x < right && at.y > top && at.y < bottom);
  }

  /** Where a row's sign stands on the map's own pixels, or null; for tests and for the card beside it. */
  whereIs(row: number): { x: number; y: number } | null {
    return this.overlay.at(row, this.view.camera);
  }

  /** Moves the map to a place, as the place search asks. */
  goTo(lon: number, lat: number, zoom?: number): void {
    this.view.centre(lon, lat, zoom);
  }

  end(): void {
    clearTimeout(this.keeping);
    this.card?.end();
    this.view.end();
  }

  private explain(): void {
    const sheet = this.signs ? sheetOf(this.signs, isDark()) : {};
    this.legend.show(...watchLegend(this.overlay.table, sheet, this.ground, palette()));
  }

  private async drawSigns(): Promise<void> {
    const table = this.overlay.table;
    if (!table || !this.signs) return;
    const wanted = new Set<string>();
    for (let row = 0; row < table.rows; row++) wanted.add(signName(table, row));
    this.overlay.sheet = await SignSheet.draw(sheetOf(this.signs, isDark()), wanted, devicePixelRatio || 1);
    this.view.paint();
  }

  private listen(): void {
    let isResize = false;
    this.view.map.on("resize", () => (isResize = true));
    this.view.map.on("moveend", (event) => {
      const wasResize = isResize;
      isResize = false;
      if ("own" in event) return;
      if (!wasResize) this.moved();
      else if (!this.isMoved) this.view.fit(this.bounds);
    });
    this.stage.addEventListener("keydown", (event) => this.key(event));
    for (const change of ["focus", "blur"] as const)
      this.stage.addEventListener(change, () => {
        this.overlay.focused = change === "focus" && this.stage.matches(":focus-visible");
        this.view.paint();
      });
    this.stage.addEventListener("tw:theme", () => {
      this.explain();
      void this.drawSigns();
    });
  }

  /** The map came to rest somewhere else: the address follows, once it stays. */
  private moved(): void {
    this.isMoved = true;
    clearTimeout(this.keeping);
    this.keeping = setTimeout(() => keepInAddress(standingOf(this.view.camera)), ADDRESS_MS);
  }

  /** A press opens a tile and chooses a sign; pressed again where signs lie on each other, the next of them. Beside them it
   * closes what is open. */
  private press(mark: Mark | null): boolean {
    const wasOpen = this.members.isOpen;
    this.members.close();
    if (!mark) {
      if (this.overlay.chosen < 0) return wasOpen;
      this.tell(null, "map");
      return true;
    }
    if (mark.kind === "tile") {
      this.open(mark);
      return true;
    }
    const stacked = this.overlay.marks.flatMap((other) => (other.kind === "sign" && Math.hypot(other.x - mark.x, other.y - mark.y) < 6 ? [other.row] : []));
    this.tell(after(stacked, this.overlay.chosen) ?? mark.row, "map");
    return true;
  }

  private pressZone(zone: ZoneShape): void {
    document.dispatchEvent(new CustomEvent<PressedZone>("tw:zone", { detail: { id: zone.id, name: zone.name } }));
  }

  /** Opens a tile by zoom; where no zoom can part its members, as a list of them. */
  private open(mark: Mark & { kind: "tile" }): void {
    const zoom = this.view.map.getZoom();
    if (zoom < MOST_ZOOM - 0.01 && !this.overlay.isOnePile(mark.tile)) {
      this.view.centre(lonOf(mark.tile.x), latOf(mark.tile.y), Math.min(MOST_ZOOM, zoom + 1.5));
      return;
    }
    this.tell(null, "map");
    this.overlay.cursor = mark.tile.key;
    this.pointing.hover.hide();
    this.members.open(this.overlay.table!, mark.tile.rows, mark.tile.simulated);
  }

  private chooseMember(row: number): void {
    this.members.close();
    this.tell(row, "map");
    this.said.textContent = this.nameOf(row);
  }

  private tell(n: number | null, by: Chosen["by"]): void {
    document.dispatchEvent(new CustomEvent<Chosen>("tw:choose", { detail: { n, by } }));
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (isArrow(event.key)) {
      if (event.shiftKey) this.pan(event.key);
      else this.step(event.key);
    } else if (event.key === "+" || event.key === "=") this.view.zoomBy(1);
    else if (event.key === "-") this.view.zoomBy(-1);
    else if (event.key === "Enter") {
      const tile = this.overlay.marks.find((mark) => mark.kind === "tile" && mark.tile.key === this.overlay.cursor);
      if (!tile || tile.kind !== "tile") return;
      this.open(tile);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private pan(key: Arrow): void {
    const step = 120;
    const ways: Record<Arrow, [number, number]> = { ArrowUp: [0, -step], ArrowDown: [0, step], ArrowLeft: [-step, 0], ArrowRight: [step, 0] };
    this.view.panBy(...ways[key]);
  }

  private step(key: Arrow): void {
    const camera = this.view.camera;
    const { marks, chosen, cursor } = this.overlay;
    this.overlay.focused = true;
    const tile = marks.find((mark) => mark.kind === "tile" && mark.tile.key === cursor);
    const from = tile ?? (chosen >= 0 ? this.overlay.at(chosen, camera) : null);
    const next = from === null
      ? nearest({ x: camera.width / 2, y: camera.height / 2 }, marks)
      : nextInDirection(from, marks, key);
    const mark = marks[next];
    if (!mark) {
      this.said.textContent = say("no_further");
      return;
    }
    if (mark.kind === "sign") {
      this.overlay.cursor = null;
      this.tell(mark.row, "map");
      this.said.textContent = this.nameOf(mark.row);
    } else {
      this.overlay.cursor = mark.tile.key;
      this.pointing.showFor(mark, camera);
      this.said.textContent = say(mark.tile.simulated ? "tile_simulated" : "tile", { n: mark.tile.count });
      this.view.paint();
    }
  }

  private nameOf(row: number): string {
    const item = document.getElementById(`row-${row}`);
    const label = item?.querySelector("[aria-label]")?.getAttribute("aria-label") ?? item?.textContent ?? "";
    return label.replace(/\s+/g, " ").trim() || say("incident", { code: this.overlay.table?.code[row] ?? "" });
  }
}
