/** How links stand on a day: spans of days as the server gives them, the days on which anything changes, and how they are written. */

/** By what was known: on the chosen day itself, or at one moment whatever the day. */
export type Known = "then" | "fixed";
/** First day, first day after it, status, and why: days since 1970, null where a span has no end; numbers of `statuses` and `whys`. */
export type Span = [number | null, number | null, number, number];
/** Of one link: its spans from its first end to its second, and back; null where it stands the same both ways. */
export type BothWays = [Span[], Span[] | null];
/** What stands on a day: a number of `statuses` each way. */
export interface Standing {
  there: number;
  back: number;
}

export const NOT_KNOWN = 0;
const DAY_MS = 86_400_000;
const FORM = /^(\d{4})-(\d{2})-(\d{2})$/;

/** The status of a day; not known where no span holds it. */
export function statusOn(spans: readonly Span[], day: number): number {
  const span = spans.find(([first, until]) => (first === null || first <= day) && (until === null || day < until));
  return span ? span[2] : NOT_KNOWN;
}

export function standingOn([there, back]: BothWays, day: number): Standing {
  const status = statusOn(there, day);
  return { there: status, back: back ? statusOn(back, day) : status };
}

/** The status that a line is drawn with: that of both ways, or of the freer one where they differ; `numbers` count from not known
 * to open. */
export function drawnStatus({ there, back }: Standing): number {
  return Math.max(there, back);
}

/** The days, up to a last one, on which some of the shown links come to stand otherwise. */
export function changesOf(links: readonly BothWays[], shown: (link: number) => boolean, last: number): number[] {
  const days = new Set<number>();
  links.forEach(([there, back], link) => {
    if (!shown(link)) return;
    for (const spans of [there, back ?? []])
      for (const [first] of spans) if (first !== null && first <= last) days.add(first);
  });
  return [...days];
}

/** Where the slider stops: each day on which a status changes, and the watch's own day. */
export function stopsOf(changes: readonly number[], today: number): number[] {
  return [...new Set([...changes, today])].sort((a, b) => a - b);
}

/** The stop whose span holds a day: the last that is not after it, or the first of all. */
export function stopOf(stops: readonly number[], day: number): number {
  let at = 0;
  stops.forEach((stop, index) => {
    if (stop <= day) at = index;
  });
  return at;
}

/** The next change after a day, or the last before it; null where there is none. */
export function changeFrom(stops: readonly number[], day: number, way: 1 | -1): number | null {
  const later = way > 0 ? stops.find((stop) => stop > day) : stops.findLast((stop) => stop < day);
  return later ?? null;
}

/** The number of a day in an address; null for what is no day. */
export function readDay(text: string | null): number | null {
  const match = FORM.exec(text ?? "");
  if (!match) return null;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  const number = Date.UTC(year, month - 1, day) / DAY_MS;
  return writeDay(number) === text ? number : null;
}

/** A day as addresses write it. */
export function writeDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

export function partsOfDay(day: number): { year: number; month: number; day: number } {
  const [year, month, date] = writeDay(day).split("-").map(Number) as [number, number, number];
  return { year, month, day: date };
}

/** How many of some links have each status: those that stand differently both ways count with the freer. */
export function countsOf(standings: readonly Standing[], shown: (link: number) => boolean, statuses: number): number[] {
  const counts = new Array<number>(statuses).fill(0);
  standings.forEach((standing, link) => {
    if (shown(link)) counts[drawnStatus(standing)]! += 1;
  });
  return counts;
}

/** The query of an address with a day and what it was known by in it; the rest stays. */
export function withMoment(search: string, day: number, knownBy: string): string {
  const query = new URLSearchParams(search);
  query.set("at", writeDay(day));
  query.set("known_by", knownBy);
  return `?${query.toString()}`;
}
