/** The quiet alarm: which outcomes and zones someone asked to be told about. A still notice and a count in the title; sound only if asked. */

import { make } from "../map/furniture.js";
import { say, term } from "../words.js";
import type { Snapshot } from "./live.js";
import { rooted } from "../root.js";

const KEPT = "trucewatch-alarm";

export interface Wishes {
  outcomes: string[];
  /** Empty: every zone. */
  zones: string[];
  sound: boolean;
}

export function matches(wishes: Wishes, incident: { outcome: string; zones: string[] }): boolean {
  if (!wishes.outcomes.includes(incident.outcome)) return false;
  return wishes.zones.length === 0 || incident.zones.some((zone) => wishes.zones.includes(zone));
}

export function readWishes(text: string | null): Wishes {
  const none: Wishes = { outcomes: [], zones: [], sound: false };
  if (!text) return none;
  try {
    const kept = JSON.parse(text) as Partial<Wishes>;
    const strings = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : []);
    return { outcomes: strings(kept.outcomes), zones: strings(kept.zones), sound: kept.sound === true };
  } catch {
    return none;
  }
}

function stored(): Wishes {
  try {
    return readWishes(localStorage.getItem(KEPT));
  } catch {
    return readWishes(null);
  }
}

const seen = new Set<string>();
let title = "";

/** Counts new incidents that match and says so; each one once. */
export function countAlarms(incidents: Snapshot["new"]): void {
  const wishes = stored();
  const matching = incidents.filter((one) => !seen.has(one.code) && matches(wishes, one));
  if (matching.length === 0) return;
  for (const one of matching) seen.add(one.code);
  title ||= document.title;
  document.title = `(${seen.size}) ${title}`;
  notice(matching.slice(0, 3));
  if (wishes.sound) tone();
}

export function clearAlarms(): void {
  if (!title) return;
  seen.clear();
  document.title = title;
  title = "";
  document.getElementById("alarm-notice")?.remove();
}

/** A still notice in the corner; it goes when it is closed, not by itself. */
function notice(matching: Snapshot["new"]): void {
  const box = document.getElementById("alarm-notice") ?? make("div", "notice warning tw-alarm", "", { id: "alarm-notice", role: "status" });
  const close = make("button", "", say("close"), { type: "button" });
  close.addEventListener("click", clearAlarms);
  const text = make("div");
  text.append(make("p", "", say("alarm_match", { n: seen.size })));
  for (const one of matching) {
    const line = make("p", "", `${term("outcome", one.standing ?? one.outcome)}: `);
    const link = make("a", "", say("incident", { code: one.code }), { href: rooted(`/incident/${encodeURIComponent(one.code)}`) });
    line.append(link);
    text.append(line);
    void tell(link, one.code);
  }
  box.replaceChildren(text, close);
  // On the Watch page it lies on the map: list and time stay free.
  if (!box.isConnected) (document.querySelector(".mapbox") ?? document.body).append(box);
}

/** What it is and when, in the reader's language, in place of the bare code; the code stays where the server does not answer. */
async function tell(link: HTMLElement, code: string): Promise<void> {
  try {
    const answer = await fetch(rooted(`/watch/card/${encodeURIComponent(code)}`), { headers: { "X-Page-Language": document.documentElement.lang } });
    if (!answer.ok) return;
    const card = new DOMParser().parseFromString(await answer.text(), "text/html");
    const said = ["strong", ".note"].map((part) => card.querySelector(part)?.textContent?.trim()).filter(Boolean);
    if (said.length > 0) link.textContent = said.join(" · ");
  } catch {
    /* offline: the code is there */
  }
}

/** One soft, short tone. Browsers give none before the page has been touched; that is silence, not a fault. */
function tone(): void {
  try {
    const sound = new AudioContext();
    const pitch = sound.createOscillator();
    const level = sound.createGain();
    pitch.frequency.value = 440;
    level.gain.setValueAtTime(0.05, sound.currentTime);
    level.gain.exponentialRampToValueAtTime(0.0001, sound.currentTime + 0.6);
    pitch.connect(level).connect(sound.destination);
    pitch.start();
    pitch.stop(sound.currentTime + 0.6);
    pitch.addEventListener("ended", () => void sound.close());
  } catch {
    /* no sound on this machine */
  }
}

function fill(form: HTMLFormElement, wishes: Wishes): void {
  for (const box of form.querySelectorAll<HTMLInputElement>("input[type=checkbox]"))
    box.checked = box.name === "alarm-sound" ? wishes.sound : wishes.outcomes.includes(box.value);
  const zone = form.querySelector<HTMLSelectElement>("[name=alarm-zone]");
  if (zone) zone.value = wishes.zones[0] ?? "";
}

function asked(form: HTMLFormElement): Wishes {
  const data = new FormData(form);
  return {
    outcomes: data.getAll("alarm-outcome").map(String), zones: data.getAll("alarm-zone").map(String).filter(Boolean), sound: data.has("alarm-sound"),
  };
}

function keep(wishes: Wishes): void {
  try {
    localStorage.setItem(KEPT, JSON.stringify(wishes));
  } catch {
    return;
  }
  const announce = document.getElementById("announce");
  if (announce) announce.textContent = say("alarm_saved");
}

export function begin(): void {
  const form = document.querySelector<HTMLFormElement>("#alarm form");
  if (form) {
    fill(form, stored());
    form.addEventListener("submit", (event) => {
      const off = event.submitter instanceof HTMLButtonElement && event.submitter.value === "off";
      const wanted = off ? readWishes(null) : asked(form);
      fill(form, wanted);
      keep(wanted);
    });
  }
}
