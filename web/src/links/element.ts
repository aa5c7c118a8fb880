/** `<tw-links>`: the network on a map, with the slider of time, in step with the table of links and the drawing on paper. */

import { figure, loadWords, say } from "../words.js";
import { type Ground, fetchJson } from "../map/data.js";
import { make } from "../map/furniture.js";
import { LinksMap } from "./links_map.js";
import { type LinkRow, type NetworkTable, isLine } from "./network.js";
import { type Moment, TimeBar, momentOf } from "./time_bar.js";
import { type Standing, changesOf, countsOf, drawnStatus, standingOn, withMoment } from "./spans.js";

const ADDRESS_MS = 250;

export class TwLinks extends HTMLElement {
  private map: LinksMap | null = null;
  private table: NetworkTable | null = null;
  private bar: TimeBar | null = null;
  private standings: Standing[] = [];
  private chosen = -1;
  /** When the address was written last, and what will write it next. */
  private kept = -Infinity;
  private keeping: ReturnType<typeof setTimeout> | undefined;
  /** Whether lines of power, gas, water and telephone are shown too. */
  private linesShown = false;
  /** The moment that the page came for, and whether another is shown. */
  private came: Moment | null = null;
  private isStale = false;
  /** What the server wrote into cells of the table, by cell. */
  private readonly served = new Map<HTMLElement, string>();
  private readonly ended = new AbortController();

  connectedCallback(): void {
    void this.begin();
  }

  disconnectedCallback(): void {
    this.ended.abort();
    this.map?.end();
    this.map = null;
  }

  private get picture(): ParentNode {
    return this.closest("[data-links-part]") ?? document;
  }

  private async begin(): Promise<void> {
    const asked = (this.dataset["asked"] ?? "").split(" ").filter(Boolean);
    const [table, ground] = await Promise.all([
      fetchJson<NetworkTable>(this.dataset["links"] ?? "").catch(() => null),
      this.dataset["ground"] ? fetchJson<Ground>(this.dataset["ground"]).catch(() => null) : null,
      loadWords(),
    ]);
    if (this.ended.signal.aborted) return;
    if (!table) return this.fail(say("links_failed"));
    this.table = table;
    try {
      this.map = new LinksMap(this, table, ground, asked, (link) => this.choose(link, "map"));
    } catch {
      this.fail(say("links_no_map")); // without graphics; slider, table and the drawing stay in step
    }
    this.listen(table);
    this.dataset["ready"] = "";
    this.dispatchEvent(new CustomEvent("tw:ready", { bubbles: true }));
  }

  private listen(table: NetworkTable): void {
    const { signal } = this.ended;
    const form = this.picture.querySelector<HTMLFormElement>("form[data-links-time]");
    const moment: Moment = form ? momentOf(form, table.today) : { day: table.today, known: "then" };
    this.came = moment;
    const lines = form?.querySelector<HTMLInputElement>("input[name=lines]");
    this.linesShown = lines?.checked ?? false;
    if (form) this.bar = new TimeBar(form, (known) => changesOf(table.spans[known], (link) => this.isShown(link), table.last), table.today, moment, (moved) => this.move(moved));
    lines?.addEventListener("change", () => this.showLines(lines.checked), { signal });
    this.map?.show(this.linesShown);
    this.stand(moment);
    document.addEventListener("click", (event) => {
      const target = event.target as Element;
      const row = target.closest<HTMLElement>("[data-link]");
      if (row && !target.closest("a, button, input, select, summary, tw-links")) this.choose(this.numberOf(row), "row");
    }, { signal });
    document.addEventListener("focusin", (event) => {
      const row = (event.target as Element).closest<HTMLElement>("tr[data-link], li[data-link]");
      if (row) this.choose(this.numberOf(row), "row");
    }, { signal });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.chosen < 0 || event.defaultPrevented) return;
      this.choose(null, "key");
      this.map?.focus();
    }, { signal });
  }

  private numberOf(row: HTMLElement): number | null {
    const link = this.table?.links.findIndex(({ id }) => id === row.dataset["link"]) ?? -1;
    return link < 0 ? null : link;
  }

  private move(moment: Moment): void {
    this.stand(moment);
    this.picture.querySelector("[data-links-stale]")?.toggleAttribute("data-stale", !this.isStale);
    this.keep(moment.day);
    this.dispatchEvent(new CustomEvent("tw:at", { bubbles: true, detail: moment }));
  }

  /** Puts the day into the address: at once, and while the slider is drawn along not more often than browsers let a page. */
  private keep(day: number): void {
    clearTimeout(this.keeping);
    const write = (): void => {
      this.kept = performance.now();
      history.replaceState(history.state, "", location.pathname + withMoment(location.search, day, this.bar?.knownBy ?? "then") + location.hash);
      this.picture.querySelector("[data-links-stale] a")?.setAttribute("href", location.pathname + location.search);
      this.lead(day);
    };
    if (performance.now() - this.kept > ADDRESS_MS) write();
    else this.keeping = setTimeout(write, ADDRESS_MS);
  }

  /** What the page's other forms ask and the list's links lead to is of the day that the slider stands at. */
  private lead(day: number): void {
    const asked = new URLSearchParams(location.search);
    for (const form of document.querySelectorAll<HTMLFormElement>("form[data-links-follow]"))
      for (const name of ["at", "known_by"]) {
        const value = asked.get(name);
        const field = form.querySelector<HTMLInputElement>(`input[type=hidden][name=${name}]`) ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name }));
        if (value === null) field.remove();
        else field.value = value;
      }
    for (const link of document.querySelectorAll<HTMLAnchorElement>("tr[data-link] th a")) link.search = withMoment(link.search, day, this.bar?.knownBy ?? "then");
  }

  /** Everything that shows how links stand follows a day: map, counts, table, and the drawing that goes on paper. */
  private stand({ day, known }: Moment): void {
    const table = this.table!;
    const before = this.standings;
    const wasStale = this.isStale;
    this.isStale = day !== this.came?.day || known !== this.came.known;
    // What a row says beside its status (since when, and who says so) is of the moment that the page came for.
    if (this.isStale !== wasStale) for (const cell of document.querySelectorAll<HTMLElement>("[data-of-day]")) cell.toggleAttribute("data-stale", this.isStale);
    this.standings = table.spans[known].map((spans) => standingOn(spans, day));
    this.map?.stand(this.standings);
    this.count();
    if (before.length === 0) return; // the page came as the server made it
    const isRenewed = this.isStale !== wasStale;
    const changed = new Set(table.links.flatMap(({ id }, link) => (!isRenewed && isSame(before[link], this.standings[link]!) ? [] : [id])));
    const numbers = new Map(table.links.map(({ id }, link) => [id, link]));
    for (const place of document.querySelectorAll<HTMLElement | SVGElement>("[data-link]")) {
      const id = place.dataset["link"] ?? "";
      if (!changed.has(id)) continue;
      const number = numbers.get(id)!;
      const standing = this.standings[number]!;
      if (place instanceof SVGElement) place.dataset["stands"] = table.statuses[drawnStatus(standing)]!;
      else this.write(place, table.links[number]!, standing);
    }
    this.tell();
  }

  /** A row says how its link stands in the server's own words on the moment that the page came for, else in the same words
   * from the table. */
  private write(row: HTMLElement, link: LinkRow, standing: Standing): void {
    const status = this.table!.statuses[drawnStatus(standing)]!;
    for (const strokes of row.querySelectorAll<SVGElement>("[data-sign] [data-stands]")) strokes.dataset["stands"] = status;
    for (const cell of row.querySelectorAll<HTMLElement>("[data-status]")) {
      if (!this.served.has(cell)) this.served.set(cell, cell.textContent ?? "");
      const words = this.isStale ? this.words(link, standing) : this.served.get(cell)!;
      if (cell.textContent !== words) cell.textContent = words;
    }
  }

  private words(link: LinkRow, { there, back }: Standing): string {
    const { words, both_ways, nodes } = this.table!;
    if (there === back) return words[there]!;
    const [first, second] = link.ends.map((end) => nodes[end]!.label) as [string, string];
    const values: Record<string, string> = { first, second, there: words[there]!, back: words[back]! };
    return both_ways.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
  }

  private isShown(link: number): boolean {
    return this.linesShown || !isLine(this.table!.links[link]!);
  }

  private count(): void {
    const { statuses } = this.table!;
    const counts = countsOf(this.standings, (link) => this.isShown(link), statuses.length);
    statuses.forEach((status, at) => {
      for (const place of this.picture.querySelectorAll(`[data-count="${status}"]`)) place.textContent = figure(counts[at]!);
    });
  }

  private showLines(lines: boolean): void {
    if (lines && !this.table!.links.some(isLine)) {
      // They were not asked for, so that they are not here: the page comes anew with them, on the same day.
      const asked = new URLSearchParams(location.search);
      asked.set("lines", "on");
      location.assign(`${location.pathname}?${asked.toString()}${location.hash}`);
      return;
    }
    this.linesShown = lines;
    this.map?.show(lines);
    this.bar?.show();
    for (const place of document.querySelectorAll<HTMLElement | SVGElement>("[data-lines]")) place.dataset["lines"] = lines ? "shown" : "hidden";
    const query = new URLSearchParams(location.search);
    if (lines) query.set("lines", "on");
    else query.delete("lines");
    history.replaceState(history.state, "", `${location.pathname}?${query.toString()}${location.hash}`);
    if (this.chosen >= 0 && !this.isShown(this.chosen)) this.choose(null, "key");
    this.count();
  }

  /** A press in map or row chooses in both; the same link again, or beside all, chooses none. */
  private choose(link: number | null, by: "map" | "row" | "key"): void {
    const chosen = link ?? -1;
    if (chosen === this.chosen) return;
    this.chosen = chosen;
    this.map?.choose(chosen);
    const id = this.table!.links[chosen]?.id;
    for (const row of document.querySelectorAll<HTMLElement>("tr[data-link], li[data-link]")) {
      const is = row.dataset["link"] === id;
      row.classList.toggle("is-chosen", is);
      if (is && by === "map") row.scrollIntoView({ block: "nearest" });
    }
    if (chosen >= 0 && by === "row") this.map?.reveal(chosen);
    this.tell();
  }

  /** What is chosen, in words, with the way to its page. */
  private tell(): void {
    const place = this.picture.querySelector<HTMLElement>("[data-links-said]");
    if (!place) return;
    const link = this.table!.links[this.chosen];
    if (!link) return place.replaceChildren();
    const row = [...document.querySelectorAll<HTMLElement>("[data-link]")].find((each) => each instanceof HTMLElement && each.dataset["link"] === link.id);
    const address = row?.querySelector<HTMLAnchorElement>("a[href]")?.href;
    const title = address ? make("a", "", link.title, { href: address }) : make("span", "", link.title);
    place.replaceChildren(title, `: ${this.words(link, this.standings[this.chosen]!)}`);
  }

  private fail(sentence: string): void {
    this.append(make("p", "tw-map-note", sentence, { role: "alert" }));
    this.dataset["failed"] = "";
    this.picture.querySelector(".links-still")?.classList.add("is-needed"); // the drawing stands in for the map
  }
}

function isSame(one: Standing | undefined, other: Standing): boolean {
  return one !== undefined && one.there === other.there && one.back === other.back;
}

customElements.define("tw-links", TwLinks);
