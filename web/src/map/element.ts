/** `<tw-map>`: one element, five maps: of the watch, of one incident, to draw on, to choose by a click, to pick a place. */

import { loadWords, say } from "../words.js";
import { type Choice, ChooseMap, type Shape } from "./choose_map.js";
import { type Ground, type Incidents, type Marked, type Signs, fetchChanged, fetchIncidents, fetchJson } from "./data.js";
import { DrawMap } from "./draw_map.js";
import { make } from "./furniture.js";
import { IncidentMap, type IncidentPlaces } from "./incident_map.js";
import { Mask } from "./mask.js";
import { PickMap } from "./pick_map.js";
import type { Bounds } from "./view.js";
import { type Chosen, WatchMap } from "./watch_map.js";

interface Shapes {
  features: Shape[];
  bounds?: Bounds;
}
const NO_SHAPES: Shapes = { features: [] };
const WORLD: Bounds = [-170, -58, 180, 75];

export class TwMap extends HTMLElement {
  private inner: WatchMap | IncidentMap | DrawMap | ChooseMap | PickMap | null = null;
  private readonly ended = new AbortController();
  /** The mark of the ground that is drawn. */
  private groundMark = "";

  connectedCallback(): void {
    void this.begin();
  }

  disconnectedCallback(): void {
    this.ended.abort();
    this.inner?.end();
    this.inner = null;
  }

  /** The Watch map, where this is one: for the parts that keep list, time and map in step, and for tests. */
  get watch(): WatchMap | null {
    return this.inner instanceof WatchMap ? this.inner : null;
  }

  toggleLegend(): void {
    if (this.inner instanceof WatchMap || this.inner instanceof IncidentMap) this.inner.legend.toggle();
  }

  private async begin(): Promise<void> {
    const asked = { ground: this.dataset["ground"], signs: this.dataset["signs"] };
    const incidents = this.dataset["incidents"] ? fetchIncidents(this.dataset["incidents"]) : null;
    const incident = this.dataset["incident"] ? fetchJson<IncidentPlaces>(this.dataset["incident"]) : null;
    const [came, signs] = await Promise.all([
      asked.ground ? fetchChanged<Ground>(asked.ground, "").catch((fault: unknown) => this.groundFailed(fault)) : null,
      asked.signs ? fetchJson<Signs>(asked.signs).catch(() => null) : null,
      loadWords(),
    ]);
    const shapes = this.dataset["shapes"] ? await fetchJson<Shapes>(this.dataset["shapes"]).catch(() => NO_SHAPES) : NO_SHAPES;
    if (this.ended.signal.aborted) return;
    const ground = this.takeMark(came);
    const bounds: Bounds = ground?.area ?? WORLD;
    const beside = ground ? this.tellTiles(ground) : []; // before the map begins: it may fail at once
    try {
      if (this.dataset["draw"]) this.inner = new DrawMap(this, ground, bounds, this.dataset["draw"] === "line" ? "line" : "polygon");
      else if (this.dataset["choose"]) this.inner = new ChooseMap(this, ground, shapes.bounds ?? bounds, this.dataset["choose"] as Choice, shapes.features);
      else if (this.dataset["pick"]) this.inner = new PickMap(this, ground, bounds);
      else if (this.dataset["places"]) this.inner = new IncidentMap(this, ground, JSON.parse(this.dataset["places"]) as IncidentPlaces, signs);
      else if (incident) this.inner = new IncidentMap(this, ground, await incident, signs);
      else await this.beginWatch(new WatchMap(this, ground, bounds), incidents, signs);
      this.append(...beside);
      if (beside.length && (this.inner instanceof WatchMap || this.inner instanceof IncidentMap)) this.inner.legend.footPx = 84;
      this.dataset["ready"] = "";
      this.dispatchEvent(new CustomEvent("tw:ready", { bubbles: true }));
    } catch (fault) {
      this.failed(fault);
    }
  }

  private async beginWatch(map: WatchMap, incidents: Promise<Incidents> | null, signs: Signs | null): Promise<void> {
    this.inner = map;
    const { signal } = this.ended;
    let isFirst = true;
    const follow = (): void => {
      const view = document.getElementById("view");
      map.filter(Mask.read(view?.dataset["mask"]));
      map.search(view?.dataset["places"] ?? "", isFirst);
      isFirst = false;
      const chosen = view?.dataset["sel"];
      map.choose(chosen ? Number(chosen) : null);
    };
    // A view of another list numbers its rows anew: the table comes first, then the mask.
    const renew = async (): Promise<void> => {
      const version = document.getElementById("view")?.dataset["version"];
      if (version !== undefined && map.overlay.table !== null && map.overlay.table.version !== version) {
        await Promise.all([map.reload().catch(() => undefined), this.renewGround(map)]);
        this.dispatchEvent(new CustomEvent("tw:ready", { bubbles: true }));
      }
      follow();
      const now = document.getElementById("view")?.dataset["version"];
      if (map.overlay.table && now === version && version !== map.overlay.table.version) this.dispatchEvent(new CustomEvent("tw:behind", { bubbles: true }));
    };
    if (incidents) await map.show(await incidents, signs);
    follow();
    document.addEventListener("tw:view", () => void renew(), { signal });
    document.addEventListener("tw:choose", (event) => map.choose((event as CustomEvent<Chosen>).detail.n), { signal });
  }

  /** Whose the roads, rivers and villages are, and that some are missing; or why there are none, although the watch brings some. */
  private tellTiles(ground: Ground): HTMLElement[] {
    const told: HTMLElement[] = [];
    if (ground.tiles) {
      const credit = make("p", "tw-map-credit", say("tiles_credit"));
      this.addEventListener("tw:tiles-failed", () => credit.prepend(make("span", "", `${say("tiles_failed")} `, { role: "status" })), { signal: this.ended.signal });
      told.push(credit);
    }
    if (ground.tiles_note) {
      const why = make("details", "tw-map-credit");
      why.append(make("summary", "", say("tiles_absent")), make("p", "", ground.tiles_note));
      told.push(why);
    }
    return told;
  }

  /** Zones and the line come and go with the watch's clock: what changed is drawn anew, what did not stays untouched. */
  private async renewGround(map: WatchMap): Promise<void> {
    const url = this.dataset["ground"];
    const came = url ? await fetchChanged<Ground>(url, this.groundMark).catch(() => null) : null;
    const ground = this.takeMark(came);
    if (ground && this.inner === map) map.takeGround(ground);
  }

  private takeMark(came: Marked<Ground> | null): Ground | null {
    if (came) this.groundMark = came.mark;
    return came?.value ?? null;
  }

  private groundFailed(fault: unknown): null {
    this.append(make("p", "tw-map-note", say("map_ground_failed", { reason: reasonOf(fault) }), { role: "status" }));
    return null;
  }

  private failed(fault: unknown): void {
    this.append(make("p", "tw-map-note", say("map_failed", { reason: reasonOf(fault) }), { role: "alert" }));
    this.dataset["failed"] = "";
  }
}

function reasonOf(fault: unknown): string {
  const text = fault instanceof Error ? fault.message : String(fault);
  return text.startsWith("{") ? "WebGL" : text.slice(0, 120);
}

customElements.define("tw-map", TwMap);
