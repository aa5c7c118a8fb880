/** The words of the browser side. The server gives them in the page's language; the English ones stand in for what it leaves out. */

import english from "../../src/trucewatch/server/words.json";

type Forms = Record<string, string>;
export type Key = keyof typeof english;

let given: Record<string, string | Forms> = {};
let loading: Promise<void> | undefined;
let isLoaded = false;
const language = document.documentElement.lang || "en";
/** How the server writes numbers and days. Browsers do not know every language that we speak: some write Azerbaijani and Armenian numbers as English ones. */
const ENGLISH = {
  group: ",",
  decimal: ".",
  day: "{d} {month} {y}",
  months: "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec",
  month_names: "January|February|March|April|May|June|July|August|September|October|November|December",
  weekdays: "Mo|Tu|We|Th|Fr|Sa|Su",
  first_weekday: "0",
};

/** How the server writes this part of numbers and days in the page's language. */
export function format(name: keyof typeof ENGLISH): string {
  const found = given[`format_${name}`];
  return typeof found === "string" ? found : ENGLISH[name];
}

/** Fetches the page's words once: from `<html data-words>` or the map's `data-text`. Never fails: English stays. */
export function loadWords(): Promise<void> {
  loading ??= (async () => {
    const url =
      document.documentElement.dataset["words"] ?? document.querySelector<HTMLElement>("tw-map")?.dataset["text"] ?? "";
    if (!url) return;
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" } });
      if (answer.ok) given = (await answer.json()) as typeof given;
    } catch {
      /* the English words stay */
    }
  })().finally(() => (isLoaded = true));
  return loading;
}

/** Acts at once where the words are there, or failed to come: nothing happens in between. Else after them, in the order of the calls. */
export function withWords(act: () => void): void {
  if (isLoaded) act();
  else void loadWords().then(act);
}

/** The sentence of a key with `{name}` filled in; a number `n` picks the plural form of the page's language. */
export function say(key: Key, values: Record<string, string | number> = {}): string {
  const found: string | Forms = given[key] ?? (english[key] as string | Forms);
  let text: string;
  if (typeof found === "string") text = found;
  else {
    const rules = new Intl.PluralRules(given[key] === undefined ? "en" : language);
    text = found[rules.select(Number(values["n"] ?? 0))] ?? found["other"] ?? "";
  }
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? figure(value) : value;
  });
}

/** The word of an outcome, a kind and the like, where the server may know more than we do. */
export function term(group: "outcome" | "kind", name: string): string {
  const found = given[`${group}_${name}`];
  if (typeof found === "string") return found;
  const own = (english as Record<string, unknown>)[`${group}_${name}`];
  return typeof own === "string" ? own : name.replaceAll("_", " ");
}

/** Made once: the map writes figures in every frame. */
const DIGITS = new Intl.NumberFormat("en-GB");

export function figure(value: number): string {
  const marks: Record<string, string> = { ",": format("group"), ".": format("decimal") };
  return DIGITS.format(value).replace(/[,.]/g, (mark) => marks[mark] ?? mark);
}

/** Hours and minutes of a moment, in the page's zone. */
export function clock(moment: Date): string {
  const { hour, minute } = partsOf(moment.getTime());
  return `${hour}:${minute}`;
}

/** Day and time of a moment (milliseconds since 1970), in the page's zone. */
export function momentWords(moment_ms: number): string {
  const { hour, minute } = partsOf(moment_ms);
  return `${dayWords(dayOf(moment_ms))}, ${hour}:${minute}`;
}

/** A moment as a field for times holds it: `3 May 2031 10:00`, in the page's zone. */
export function fieldWords(moment_ms: number): string {
  const { hour, minute } = partsOf(moment_ms);
  return `${dayWords(dayOf(moment_ms))} ${hour}:${minute}`;
}

function dayOf(moment_ms: number): { year: number; month: number; day: number } {
  const { year, month, day } = partsOf(moment_ms);
  return { year: Number(year), month: Number(month), day: Number(day) };
}

/** A span of time as short as it can be said: one moment, hours of a day, whole days as days. */
export function spanWords(start_ms: number, end_ms: number): string {
  const [from, to] = [clock(new Date(start_ms)), clock(new Date(end_ms))];
  const [first, last] = [dayWords(dayOf(start_ms)), dayWords(dayOf(end_ms))];
  if (end_ms > start_ms && from === "00:00" && (to === "00:00" || to === "23:59")) {
    const closing = dayWords(dayOf(end_ms - 60_000));
    return first === closing ? first : `${first} – ${closing}`;
  }
  if (first !== last) return `${first}, ${from} – ${last}, ${to}`;
  return from === to ? `${first}, ${from}` : `${first}, ${from}–${to}`;
}

/** A day as the page writes it. */
export function dayWords({ year, month, day }: { year: number; month: number; day: number }): string {
  const values: Record<string, string> = {
    d: String(day),
    dd: String(day).padStart(2, "0"),
    mm: String(month).padStart(2, "0"),
    month: format("months").split("|")[month - 1] ?? String(month),
    y: String(year),
  };
  return format("day").replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/** The same with the zone, as the server writes it: `UTC+4`, `UTC`. */
export function zonedWords(moment_ms: number): string {
  const style: Intl.DateTimeFormatOptions = { timeZone: document.documentElement.dataset["zone"] || "UTC", timeZoneName: "shortOffset" };
  let name = "GMT";
  try {
    name = new Intl.DateTimeFormat("en-GB", style).formatToParts(moment_ms).find((part) => part.type === "timeZoneName")?.value ?? name;
  } catch {
    /* a zone that the browser does not know: its times are written in UTC */
  }
  return `${momentWords(moment_ms)} (${name.replace("GMT", "UTC").replace("\u2212", "-")})`;
}

type Parts = Record<"year" | "month" | "day" | "hour" | "minute", string>;

/** The server names the page's zone on the document; UTC where it does not or the browser does not know it. */
function partsOf(moment_ms: number): Parts {
  const style: Intl.DateTimeFormatOptions = {
    year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  };
  const zone = document.documentElement.dataset["zone"] || "UTC";
  let told: Intl.DateTimeFormat;
  try {
    told = new Intl.DateTimeFormat("en-GB", { ...style, timeZone: zone });
  } catch {
    told = new Intl.DateTimeFormat("en-GB", { ...style, timeZone: "UTC" });
  }
  return Object.fromEntries(told.formatToParts(moment_ms).map((part) => [part.type, part.value])) as Parts;
}
