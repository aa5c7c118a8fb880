/** What live changes look like: a bar that waits to be pressed, a state that says when it is offline, a calm announcement. */

import { make } from "../map/furniture.js";
import { clock, momentWords, say } from "../words.js";
import { showAlarms } from "./alarm.js";
import { announceFirst, announceNews } from "./announce.js";
import { showDrill } from "./drill.js";
import { mapTable } from "./choose.js";
import { renewView } from "./filters.js";
import { markFresh } from "./fresh.js";
import { moveClocks, renewPage, showCourse } from "./replay.js";
import { isLeaving, Live, type Snapshot, type State } from "./live.js";

const REPLAY_MS = 400;

class News {
  private waiting = new Set<string>();
  private changed = false;
  private refreshing = 0;
  /** New incidents that were counted but not named. */
  private untold = 0;
  private latest = "";
  private askedFor = "";
  private state: State | null = null;
  private replay = false;
  /** What #state said before the connection was lost. */
  private before = "";
  private readonly live = new Live("/live", (told) => {
    if (told.kind === "snapshot") this.snapshot(told.snapshot);
    else if (told.kind === "state") this.showState(told.state);
    else if (told.kind === "alarms") void showAlarms();
    else if (told.kind === "drill") void showDrill(told.drill).then((words) => words && announceFirst(words));
    else this.link(told.up, told.since);
  });

  begin(): void {
    document.getElementById("news")?.addEventListener("click", () => this.show());
    document.addEventListener("tw:view", () => this.seen());
    document.addEventListener("tw:behind", () => this.behind());
    // Whoever may not read the list is given no version of it, and no feed.
    if (document.documentElement.dataset["version"]) this.live.begin();
  }

  /** Takes the new list into list, map and time. */
  show(): void {
    // A replay shows each step anew: there nothing is news.
    markFresh(this.replay ? [] : this.waiting);
    if (!this.replay && this.waiting.size > 0) announceNews(say("new_marked", { n: this.waiting.size }));
    this.clear();
    renewView();
  }

  /** A view of the latest list, however it came, shows all there is. */
  private seen(): void {
    if (shownVersion() === this.latest) this.clear();
  }

  /** The map's table is of a later list than the view: the view is asked for again, once for each list. */
  private behind(): void {
    const version = mapTable()?.version ?? "";
    if (version === this.askedFor) return;
    this.askedFor = version;
    renewView();
  }

  private snapshot(snapshot: Snapshot): void {
    this.latest = snapshot.version;
    const box = document.getElementById("state");
    if (box && snapshot.replay) box.dataset["state"] = "replay";
    this.replay = snapshot.replay;
    // Whoever connects is told the last list again; what this page was made from is no news.
    if (shownVersion() === snapshot.version || document.documentElement.dataset["version"] === snapshot.version) return;
    document.documentElement.dataset["version"] = snapshot.version;
    for (const one of snapshot.new) this.waiting.add(one.code);
    this.untold += Math.max(0, (snapshot.new_count ?? 0) - snapshot.new.length);
    this.changed = true;
    if (this.count > 0) announceNews(say("news_said", { n: this.count, all: snapshot.incidents }));
    if (snapshot.replay) this.refresh();
    else this.bar();
  }

  private get count(): number {
    return this.waiting.size + this.untold;
  }

  private clear(): void {
    this.waiting.clear();
    this.untold = 0;
    this.changed = false;
    this.bar();
  }

  private refresh(): void {
    if (this.refreshing) return;
    this.refreshing = window.setTimeout(() => {
      this.refreshing = 0;
      if (isLeaving()) return;
      if (document.getElementById("view")) this.show();
      else void renewPage();
    }, REPLAY_MS);
  }

  private bar(): void {
    const bar = document.getElementById("news");
    if (!bar) return;
    bar.hidden = !this.changed;
    if (bar.hidden) bar.replaceChildren();
    else bar.replaceChildren(this.count > 0 ? say("news", { n: this.count }) : say("news_changed"), " ", make("kbd", "", ".", { "aria-hidden": "true" }));
  }

  private showState(state: State): void {
    this.state = state;
    if (state.replay) moveClocks(Date.parse(state.as_of));
    if (state.course) showCourse(state.course);
    const box = document.getElementById("state");
    if (!box || box.dataset["state"] === "offline") return;
    box.dataset["state"] = state.replay ? "replay" : state.trouble ? "trouble" : state.stale ? "stale" : state.live ? "live" : "past";
    if (state.replay) words(box).textContent = say("state_replay", { time: momentWords(Date.parse(state.as_of)) });
    else if (!state.live) words(box).textContent = say("state_past");
    else if (state.last_known) words(box).textContent = say(state.stale ? "state_late" : "state_live", { time: momentWords(Date.parse(state.last_known)) });
  }

  private link(up: boolean, since: number): void {
    const box = document.getElementById("state");
    if (!box) return;
    if (!up) {
      if (box.dataset["state"] !== "offline") this.before = words(box).textContent ?? "";
      box.dataset["state"] = "offline";
      const button = make("button", "tw-try", say("try_now"), { type: "button" });
      button.addEventListener("click", () => this.live.again());
      words(box).replaceChildren(say("offline", { time: clock(new Date(since)) }), " ", button);
      announceNews(words(box).firstChild?.textContent ?? "");
    } else if (box.dataset["state"] === "offline") {
      box.dataset["state"] = "live";
      words(box).textContent = this.before;
      if (this.state) this.showState(this.state);
      announceNews(say("online"));
    }
  }
}

function shownVersion(): string | undefined {
  return document.getElementById("view")?.dataset["version"];
}

/** The part of #state that holds its words; the dot beside it stays. */
function words(box: HTMLElement): HTMLElement {
  return box.querySelector<HTMLElement>("[data-words]") ?? box.querySelector<HTMLElement>(".state-words") ?? box;
}

let news: News | null = null;

export function begin(): void {
  if (!document.getElementById("state") && !document.getElementById("news")) return;
  news = new News();
  news.begin();
}

export function showNews(): void {
  const box = document.getElementById("news");
  if (box && !box.hidden) news?.show();
}
