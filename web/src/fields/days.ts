/** Days of a calendar, and the texts of fields that name them. A day is [year, month from 1, day]; no zone of time is in it. */

export interface Day {
  year: number;
  month: number;
  day: number;
}

/** How a language writes days: the names of months as they stand within one, and the day on which a week begins (0: Monday). */
export interface DayStyle {
  months: readonly string[];
  firstWeekday: number;
}

const ISO = /^\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}:\d{2}))?/;
const NAMED = /(\d{1,2})[^\p{L}\d]+(\p{L}+)[^\p{L}\d]+(\d{4})(?:[^:]*?(\d{1,2}:\d{2}))?/u;

function dayOf(moment: Date): Day {
  return { year: moment.getUTCFullYear(), month: moment.getUTCMonth() + 1, day: moment.getUTCDate() };
}

function dateOf({ year, month, day }: Day): Date {
  const moment = new Date(0);
  moment.setUTCFullYear(year, month - 1, day);
  return moment;
}

export function isSame(one: Day, other: Day): boolean {
  return one.year === other.year && one.month === other.month && one.day === other.day;
}

export function plusDays(from: Day, days: number): Day {
  const moment = dateOf(from);
  moment.setUTCDate(moment.getUTCDate() + days);
  return dayOf(moment);
}

/** The same day of another month; the last one of a month that is too short for it. */
export function plusMonths(from: Day, months: number): Day {
  const first = dayOf(dateOf({ year: from.year, month: from.month + months, day: 1 }));
  const last = dayOf(dateOf({ year: first.year, month: first.month + 1, day: 0 })).day;
  return { ...first, day: Math.min(from.day, last) };
}

/** How many days a day stands behind the begin of its week. */
export function weekdayOf(day: Day, firstWeekday: number): number {
  return (dateOf(day).getUTCDay() + 6 - firstWeekday + 7) % 7;
}

/** The weeks that hold a month, whole, with the days of its neighbours. */
export function weeksOf({ year, month }: Day, firstWeekday: number): Day[][] {
  const first = { year, month, day: 1 };
  let at = plusDays(first, -weekdayOf(first, firstWeekday));
  const weeks: Day[][] = [];
  do {
    weeks.push(Array.from({ length: 7 }, (_, number) => plusDays(at, number)));
    at = plusDays(at, 7);
  } while (at.year * 12 + at.month <= year * 12 + month);
  return weeks;
}

/** Where a key of a calendar leads; null for one that leads nowhere. In a page that runs from the right the arrows do too. */
export function dayAfterKey(from: Day, key: string, shift: boolean, firstWeekday: number, rightToLeft: boolean): Day | null {
  const onward = rightToLeft ? -1 : 1;
  switch (key) {
    case "ArrowRight": return plusDays(from, onward);
    case "ArrowLeft": return plusDays(from, -onward);
    case "ArrowDown": return plusDays(from, 7);
    case "ArrowUp": return plusDays(from, -7);
    case "Home": return plusDays(from, -weekdayOf(from, firstWeekday));
    case "End": return plusDays(from, 6 - weekdayOf(from, firstWeekday));
    case "PageDown": return plusMonths(from, shift ? 12 : 1);
    case "PageUp": return plusMonths(from, shift ? -12 : -1);
    default: return null;
  }
}

/** The day and the hour of a field's text, ISO or in the page's language; null where the server will have to say what it is. */
export function readText(text: string, months: readonly string[]): { day: Day; clock: string } | null {
  const iso = ISO.exec(text);
  if (iso) return { day: { year: Number(iso[1]), month: Number(iso[2]), day: Number(iso[3]) }, clock: iso[4] ?? "" };
  const named = NAMED.exec(text);
  if (!named) return null;
  const word = named[2]!.toLocaleLowerCase();
  const month = 1 + months.findIndex((name) => {
    const short = name.replace(/\P{L}/gu, "").toLocaleLowerCase();
    return word.startsWith(short) || short.startsWith(word);
  });
  return month > 0 ? { day: { year: Number(named[3]), month, day: Number(named[1]) }, clock: named[4] ?? "" } : null;
}
