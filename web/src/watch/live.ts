/** The server's events, held by one tab for all: a browser gives a site few connections, and each tab would take one. */

import { root, rooted } from "../root.js";

export interface Snapshot {
  version: string;
  incidents: number;
  /** The first of the new ones; `new_count` says how many there are; `standing`: the outcome, or the word for why none is said. */
  new: { code: string; outcome: string; standing?: string; zones: string[] }[];
  new_count?: number;
  at: string;
  watch_time: string | null;
  replay: boolean;
}

export interface State {
  live: boolean;
  trouble: boolean;
  /** Whether nothing has come in for so long that the picture is old. */
  stale: boolean;
  replay: boolean;
  /** What the watch's clock shows, ISO. */
  as_of: string;
  /** When the latest record became known, ISO. */
  last_known: string | null;
  /** How a replay stands, in the tabs that show it. */
  course?: Course;
}

export interface Course {
  /** Counts what was said of it: the feed and an answer may overtake each other. */
  turn: number;
  /** The step that its clock asks for, of `steps`. */
  at: number;
  steps: number;
  begin: string;
  until: string;
  step_s: number;
  /** In how many seconds the whole course runs. */
  seconds: number;
  running: boolean;
  /** Whether the list of the step is being worked out. */
  working: boolean;
  ended: boolean;
  failed: boolean;
}

export type Told =
  | { kind: "snapshot"; snapshot: Snapshot }
  | { kind: "state"; state: State }
  /** Something changed of what rings; of whom and what nobody is told here. */
  | { kind: "alarms" }
  /** The drill that runs, by its number; "" while none does. */
  | { kind: "drill"; drill: string }
  | { kind: "link"; up: boolean; since: number };

/** Tabs share a feed with those that show the same list: a look back has its own. */
const NAME = `trucewatch-live${root}`;
const RETRY_MS = 5000;

export class Live {
  private source: EventSource | null = null;
  private readonly channel = "BroadcastChannel" in window ? new BroadcastChannel(NAME) : null;
  private lastState: Told | null = null;
  private lastLink: Told | null = null;
  private lastHeard = Date.now();
  private retry = 0;

  constructor(private readonly url: string, private readonly tell: (told: Told) => void) {}

  begin(): void {
    this.channel?.addEventListener("message", (event) => {
      const message = event.data as Told | { kind: "ask" } | { kind: "again" };
      if (message.kind === "ask") for (const last of [this.lastLink, this.lastState]) if (this.source && last) this.channel?.postMessage(last);
      if (message.kind === "again" && this.source) this.open();
      if (message.kind === "ask" || message.kind === "again") return;
      this.tell(message);
    });
    if (this.channel && navigator.locks) {
      this.channel.postMessage({ kind: "ask" });
      void navigator.locks.request(NAME, () => {
        this.open();
        return new Promise<never>(() => undefined);
      });
    } else this.open();
  }

  /** Tries the connection again at once, in whichever tab holds it. */
  again(): void {
    if (this.source) this.open();
    else this.channel?.postMessage({ kind: "again" });
  }

  private open(): void {
    this.source?.close();
    clearTimeout(this.retry);
    const source = new EventSource(rooted(this.url));
    this.source = source;
    source.addEventListener("open", () => this.link(true));
    source.addEventListener("error", () => {
      this.link(false);
      if (source.readyState !== EventSource.CLOSED) return;
      if (root) void whetherEnded();
      this.retry = window.setTimeout(() => this.open(), RETRY_MS);
    });
    source.addEventListener("snapshot", (event) => this.heard(event, (data) => ({ kind: "snapshot", snapshot: data as Snapshot })));
    source.addEventListener("alarms", (event) => this.heard(event as MessageEvent<string>, () => ({ kind: "alarms" })));
    source.addEventListener("drill", (event) => this.heard(event as MessageEvent<string>, (data) => ({ kind: "drill", drill: (data as { drill: string }).drill })));
    source.addEventListener("state", (event) => this.heard(event, (data) => ({ kind: "state", state: data as State })));
  }

  private link(up: boolean): void {
    if (up) this.lastHeard = Date.now();
    const told: Told = { kind: "link", up, since: this.lastHeard };
    const changed = this.lastLink?.kind !== "link" || this.lastLink.up !== up;
    this.lastLink = told;
    if (changed) this.pass(told);
  }

  private heard(event: MessageEvent<string>, read: (data: unknown) => Told): void {
    this.lastHeard = Date.now();
    let told: Told;
    try {
      told = read(JSON.parse(event.data));
    } catch {
      return;
    }
    if (told.kind === "state") this.lastState = told;
    this.pass(told);
  }

  private pass(told: Told): void {
    if (leaving) return;
    this.channel?.postMessage(told);
    this.tell(told);
  }
}

/** Whether this page has ended its own look back and goes on to another: it asks nothing more of what is over. */
let leaving = false;
export const isLeaving = (): boolean => leaving;
document.addEventListener("submit", (event) => {
  if ((event.target as HTMLFormElement).action.endsWith("/replay/stop")) leaving = true;
});

/** The page of a look back that is over says so, and leads on. */
async function whetherEnded(): Promise<void> {
  if (leaving) return;
  const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
  if (answer?.status === 410) location.reload();
}
