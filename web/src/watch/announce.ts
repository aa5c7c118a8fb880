/** What `#announce` says, one after the other: of an alarm or a drill at once and until it can be heard, of news when it is quiet. */

const QUIET_MS = 10_000;
const HEARD_MS = 5_000;

const first: string[] = [];
let news = "";
let isFirstSaid = false;
let saidAt = -Infinity;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Of an alarm or a drill: no news takes its place, and no other alarm before it could be heard. */
export function announceFirst(text: string): void {
  first.push(text);
  plan();
}

/** Of news: politely, at most every ten seconds; what came between is replaced by what holds now. */
export function announceNews(text: string): void {
  news = text;
  plan();
}

function plan(): void {
  clearTimeout(timer);
  if (first.length === 0 && !news) return;
  const pause = first.length === 0 ? QUIET_MS : isFirstSaid ? HEARD_MS : 0;
  timer = setTimeout(sayNext, Math.max(0, saidAt + pause - performance.now()));
}

function sayNext(): void {
  isFirstSaid = first.length > 0;
  const text = first.shift() ?? news;
  if (!isFirstSaid) news = "";
  saidAt = performance.now();
  const box = document.getElementById("announce");
  if (box) box.textContent = text;
  plan();
}
