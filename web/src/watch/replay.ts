/** The bar of a replay: its slider and buttons ask the server, and whatever the server says moves them, in every page of the replay. */

import htmx from "htmx.org";
import { withWords, zonedWords } from "../words.js";
import type { Course } from "./live.js";

const DRAG_MS = 250;

let course: Course | null = null;
/** Whether the slider is under somebody's hand: it then says where it will go, not where the clock is. */
let held = false;
let timer = 0;

function slider(): HTMLInputElement | null {
  return document.querySelector<HTMLInputElement>("#replay-at");
}

/** The moment of a step, in words; empty where the page does not say when the course begins. */
export function momentAt(step: number, begin: string, until: string, step_s: number): string {
  const moment = Math.min(Date.parse(begin) + step * step_s * 1000, Date.parse(until));
  return Number.isFinite(moment) ? zonedWords(moment) : "";
}

function showMoment(step: number): void {
  withWords(() => {
    const { courseBegin, courseUntil, stepS } = document.getElementById("replay-bar")?.dataset ?? {};
    const words = momentAt(step, courseBegin ?? "", courseUntil ?? "", Number(stepS));
    const output = document.getElementById("replay-moment");
    if (output && output.textContent !== words) output.textContent = words;
    slider()?.setAttribute("aria-valuetext", words);
  });
}

/** Every place that says what the watch's clock shows says this moment. */
export function moveClocks(moment_ms: number): void {
  for (const place of document.querySelectorAll("[data-clock]")) place.textContent = zonedWords(moment_ms);
}

export function showCourse(now: Course): void {
  if (course && now.turn < course.turn) return;
  course = now;
  const input = slider();
  if (!input) return;
  if (!held) {
    input.value = String(now.at);
    showMoment(now.at);
  }
  const go = document.querySelector<HTMLButtonElement>("#replay-go");
  if (go) go.value = now.running ? "pause" : "go";
  for (const words of go?.querySelectorAll<HTMLElement>("[data-when]") ?? []) words.hidden = (words.dataset["when"] === "running") !== now.running;
  show("replay-working", now.working && !now.running);
  show("replay-failed", now.failed);
  show("replay-ended", now.ended);
  const pace = document.querySelector<HTMLSelectElement>("#replay-pace");
  if (pace && document.activeElement !== pace) pace.value = String(Math.round(now.seconds));
}

function show(id: string, is: boolean): void {
  const box = document.getElementById(id);
  if (box) box.hidden = !is;
}

async function ask(act: string, values: Record<string, string> = {}): Promise<void> {
  const form = document.querySelector<HTMLFormElement>("#replay");
  if (!form) return;
  // No token of the form: a second press on "one step on" is a second step.
  const body = new URLSearchParams({ act, ...values });
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
  if (answer?.ok) showCourse((await answer.json()) as Course);
  else if (answer?.status === 410) location.reload();
}

function letGo(): void {
  const input = slider();
  if (!input) return;
  clearTimeout(timer);
  timer = window.setTimeout(() => {
    const at = input.value;
    void ask("to", { at }).finally(() => (held = false));
  }, DRAG_MS);
}

/** A page without map and list is made again for the moment of the replay, where nobody is typing into it. */
export async function renewPage(): Promise<void> {
  const content = document.getElementById("content");
  const focus = document.activeElement as HTMLElement | null;
  if (!content || document.hidden || (focus?.matches("input, textarea, select") && !focus.closest("#replay-bar"))) return;
  const version = document.documentElement.dataset["version"];
  const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
  if (!answer?.ok || version !== document.documentElement.dataset["version"]) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("content");
  if (!fresh) return;
  const open = [...content.querySelectorAll("details")].map((part) => part.open);
  const details = [...fresh.querySelectorAll("details")];
  if (details.length === open.length) details.forEach((part, number) => (part.open = open[number]!));
  const at = focus?.id && content.contains(focus) ? focus.id : "";
  for (const part of [...content.children]) if (!part.classList.contains("strips")) part.remove();
  for (const part of [...fresh.children]) if (!part.classList.contains("strips")) content.append(document.adoptNode(part));
  htmx.process(content);
  document.title = page.title;
  if (at) document.getElementById(at)?.focus({ preventScroll: true });
}

export function begin(): void {
  const form = document.querySelector<HTMLFormElement>("#replay");
  const input = slider();
  if (!form || !input) return;
  form.addEventListener("submit", (event) => {
    const act = (event.submitter as HTMLButtonElement | null)?.value;
    event.preventDefault();
    if (act) void ask(act, { at: input.value });
  });
  input.addEventListener("input", () => {
    held = true;
    showMoment(Number(input.value));
  });
  input.addEventListener("change", letGo);
  document.querySelector("#replay-pace")?.addEventListener("change", (event) => void ask("pace", { seconds: (event.target as HTMLSelectElement).value }));
  document.querySelector("#replay-ended form[action$='/replay/move']")?.addEventListener("submit", (event) => {
    event.preventDefault();
    void ask("again");
  });}
