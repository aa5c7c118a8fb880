/** The words of the browser side. The server gives them in the page's language; the English ones stand in for what it leaves out. */

import english from "../../src/trucewatch/server/words.json";

type Forms = Record<string, string>;
export type Key = keyof typeof english;

let given: Record<string, string | Forms> = {};
let loading: Promise<void> | undefined;
const language = document.documentElement.lang || "en";
/** The formats of numbers and dates, as the server writes them. */
const formats = language === "en" ? "en-GB" : language;

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
  })();
  return loading;
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

export function figure(value: number): string {
  return new Intl.NumberFormat(formats).format(value);
}

/** Hours and minutes of a moment, in the page's zone. */
export function clock(moment: Date): string {
  return formatted({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, moment.getTime());
}

/** Day and time of a moment (milliseconds since 1970), in the page's zone. */
export function momentWords(moment_ms: number): string {
  return formatted({ dateStyle: "medium", timeStyle: "short", hourCycle: "h23" }, moment_ms);
}

/** The server names the page's zone on the document; UTC where it does not or the browser does not know it. */
function formatted(style: Intl.DateTimeFormatOptions, moment_ms: number): string {
  const zone = document.documentElement.dataset["zone"] || "UTC";
  try {
    return new Intl.DateTimeFormat(formats, { ...style, timeZone: zone }).format(moment_ms);
  } catch {
    return new Intl.DateTimeFormat(formats, { ...style, timeZone: "UTC" }).format(moment_ms);
  }
}
