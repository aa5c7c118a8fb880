/** `<tw-map>`: one element, three maps: of the watch, of one incident, to draw on. */

import { loadWords, say } from "../words.js";
import { type Ground, type Incidents, type Signs, fetchIncidents, fetchJson } from "./data.js";
import { DrawMap } from "./draw_map.js";
import { make } from "./furniture.js";
import { IncidentMap, type IncidentPlaces } from "./incident_map.js";
import { Mask } from "./mask.js";
import type { Bounds } from "./view.js";
import { type Chosen, WatchMap } from "./watch_map.js";

const WORLD: Bounds = [-170, -58, 180, 75];

export class TwMap extends HTMLElement {
  private inner: WatchMap | IncidentMap | DrawMap | null = null;
  private readonly ended = new AbortController();

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
    if (this.inner && !(this.inner instanceof DrawMap)) this.inner.legend.toggle();
  }

  private async begin(): Promise<void> {
    const asked = { ground: this.dataset["ground"], signs: this.dataset["signs"] };
    const incidents = this.dataset["incidents"] ? fetchIncidents(this.dataset["incidents"]) : null;
    const incident = this.dataset["incident"] ? fetchJson<IncidentPlaces>(this.dataset["incident"]) : null;
    const [ground, signs] = await Promise.all([
      asked.ground ? fetchJson<Ground>(asked.ground).catch((fault: unknown) => this.groundFailed(fault)) : null,
      asked.signs ? fetchJson<Signs>(asked.signs).catch(() => null) : null,
      loadWords(),
    ]);
    if (this.ended.signal.aborted) return;
    const bounds: Bounds = ground?.area ?? WORLD;
    const beside = ground ? this.tellTiles(ground) : []; // before the map begins: it may fail at once
    try {
      if (this.dataset["draw"]) this.inner = new DrawMap(this, ground, bounds, this.dataset["draw"] === "line" ? "line" : "polygon");
      else if (incident) this.inner = new IncidentMap(this, ground, await incident, signs);
      else await this.beginWatch(new WatchMap(this, ground, bounds), incidents, signs);
      this.append(...beside);
      if (beside.length && this.inner && !(this.inner instanceof DrawMap)) this.inner.legend.footPx = 84;
      this.dataset["ready"] = "";
      this.dispatchEvent(new CustomEvent("tw:ready", { bubbles: true }));
    } catch (fault) {
      this.failed(fault);
    }
  }

  private async beginWatch(map: WatchMap, incidents: Promise<Incidents> | null, signs: Signs | null): Promise<void> {
    this.inner = map;
    const { signal } = this.ended;
    const follow = (): void => {
      const view = document.getElementById("view");
      map.filter(Mask.read(view?.dataset["mask"]));
      const chosen = view?.dataset["sel"];
      map.choose(chosen ? Number(chosen) : null);
    };
    // A view of another list numbers its rows anew: the table comes first, then the mask.
    const renew = async (): Promise<void> => {
      const version = document.getElementById("view")?.dataset["version"];
      if (version !== undefined && map.overlay.table !== null && map.overlay.table.version !== version) {
        await map.reload().catch(() => undefined);
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
