/** What rings for whoever looks at this page. The server says only that something changed; the page asks for its own person's part and shows it in the bar. Rules, and who has what, are the server's. */

import { rooted } from "../root.js";
import { announceFirst } from "./announce.js";

/** Rings that this browser made its sound and notice for, in whichever tab. */
const KEPT = "trucewatch-rung";
const MOST_KEPT = 300;

let title = "";
let asking = false;
let again = false;
/** A tone that waits until the page is touched: browsers give none before. */
let waits = false;

const bar = (): HTMLElement | null => document.getElementById("alarm");

/** The rings that are not in the list of those that rang before, and that list with them. */
export function fresh(kept: string | null, rings: string[]): { rings: string[]; kept: string } {
  let before: string[] = [];
  try {
    const list: unknown = JSON.parse(kept ?? "[]");
    if (Array.isArray(list)) before = list.filter((ring): ring is string => typeof ring === "string");
  } catch {
    /* damaged: begun anew */
  }
  const now = rings.filter((ring) => !before.includes(ring));
  return { rings: now, kept: JSON.stringify([...before, ...now].slice(-MOST_KEPT)) };
}

/** Asks for what rings now, and shows it; asked meanwhile, once more after that. */
export async function showAlarms(): Promise<void> {
  const box = bar();
  if (!box) return;
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  try {
    const at = encodeURIComponent(location.pathname + location.search);
    const answer = await fetch(rooted(`/alarms/now?at=${at}`), { cache: "no-store", headers: { "X-Page-Language": document.documentElement.lang } });
    if (answer.ok && !answer.redirected) show(box, await answer.text());
  } catch {
    /* offline: #state says so */
  } finally {
    asking = false;
  }
  if (again) {
    again = false;
    void showAlarms();
  }
}

function show(box: HTMLElement, html: string): void {
  // The server's own page text, as htmx takes it too; a parsed document runs no scripts.
  const parts = new DOMParser().parseFromString(html, "text/html").body.childNodes;
  const focused = box.contains(document.activeElement);
  box.replaceChildren(...parts);
  const rows = [...box.querySelectorAll<HTMLElement>("[data-alarm]")];
  box.hidden = rows.length === 0;
  const place = document.querySelector("[data-alarm-place], .mapbox");
  if (place && box.parentElement !== place) place.append(box);
  if (focused) box.querySelector<HTMLElement>("button, a")?.focus();
  const ringing = rows.filter((row) => row.dataset["rings"] !== undefined);
  title ||= document.title;
  document.title = ringing.length > 0 ? `(${ringing.length}) ${title}` : title;
  tellWaiting();
  void ringOnce(ringing).then(tellWaiting);
}

/** Of several tabs one rings, and each ring once. */
async function ringOnce(rows: HTMLElement[]): Promise<void> {
  const ring = (): void => {
    const names = rows.map((row) => row.dataset["alarm"] ?? "");
    let found = { rings: names, kept: "" };
    try {
      found = fresh(localStorage.getItem(KEPT), names);
      localStorage.setItem(KEPT, found.kept);
    } catch {
      /* nothing is kept here: each page rings by itself */
    }
    const now = rows.filter((row) => found.rings.includes(row.dataset["alarm"] ?? ""));
    if (now.length === 0) return;
    announceFirst(now.map((row) => row.querySelector("p")?.textContent?.replace(/\s+/g, " ").trim()).join(" · "));
    for (const row of now) if (row.dataset["notice"]) notify(row.dataset["notice"], row.dataset["alarm"] ?? "");
    if (now.some((row) => row.dataset["sound"] !== undefined)) tone();
  };
  if (navigator.locks) await navigator.locks.request(KEPT, ring);
  else ring();
}

function notify(text: string, tag: string): void {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  try {
    const notice = new Notification("Trucewatch", { body: text, tag });
    notice.addEventListener("click", () => {
      window.focus();
      notice.close();
    });
  } catch {
    /* some browsers give notices to service workers alone */
  }
}

/** One soft, short tone; where the page was not touched yet it waits for that, and the bar says so. */
function tone(): void {
  if (navigator.userActivation && !navigator.userActivation.hasBeenActive) {
    waits = true;
    return;
  }
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
    document.documentElement.dataset["rang"] = String(Number(document.documentElement.dataset["rang"] ?? 0) + 1);
  } catch {
    /* no sound on this machine */
  }
}

function tellWaiting(): void {
  const note = bar()?.querySelector<HTMLElement>("[data-sound-waits]");
  if (note) note.hidden = !waits;
}

function touched(): void {
  if (!waits) return;
  waits = false;
  const box = bar();
  tellWaiting();
  if (box?.querySelector("[data-rings][data-sound]")) tone();
}

/** The page of alarms: notices are asked for by a button, never by themselves. */
function offerNotices(): void {
  const button = document.querySelector<HTMLButtonElement>("[data-allow-notices]");
  const refused = document.querySelector<HTMLElement>("[data-notices-refused]");
  if (!button || !("Notification" in window)) return;
  const showState = (): void => {
    button.hidden = Notification.permission !== "default";
    if (refused) refused.hidden = Notification.permission !== "denied";
  };
  button.addEventListener("click", () => void Notification.requestPermission().then(showState));
  showState();
}

export function begin(): void {
  offerNotices();
  if (!bar()) return;
  for (const event of ["pointerdown", "keydown"]) document.addEventListener(event, () => setTimeout(touched), { capture: true });
  void showAlarms();
}
