import { describe, expect, it } from "vitest";
import { type Day, dayAfterKey, plusMonths, readText, weeksOf } from "../src/fields/days.js";

const MONDAY = 0;
const SUNDAY = 6;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const ARMENIAN = ["հնվ", "փտվ", "մրտ", "ապր", "մյս", "հնս", "հլս", "օգս", "սեպ", "հոկ", "նոյ", "դեկ"];

function day(text: string): Day {
  const [year, month, number] = text.split("-").map(Number);
  return { year: year!, month: month!, day: number! };
}

describe("A calendar", () => {
  it("shows whole weeks that hold the month and begin where the language begins them", () => {
    for (let month = 1; month <= 12; month++)
      for (const first of [MONDAY, SUNDAY]) {
        const weeks = weeksOf({ year: 2031, month, day: 15 }, first);
        const days = weeks.flat();
        expect(weeks.every((week) => week.length === 7)).toBe(true);
        expect(days.filter((one) => one.month === month).map((one) => one.day)).toEqual(
          Array.from({ length: new Date(Date.UTC(2031, month, 0)).getUTCDate() }, (_, number) => number + 1),
        );
        expect(new Date(Date.UTC(days[0]!.year, days[0]!.month - 1, days[0]!.day)).getUTCDay()).toBe(first === MONDAY ? 1 : 0);
      }
  });

  it("goes by keys over the ends of months and years", () => {
    const at = (from: string, key: string, shift = false, rtl = false) => dayAfterKey(day(from), key, shift, MONDAY, rtl);
    expect(at("2031-12-31", "ArrowRight")).toEqual(day("2032-1-1"));
    expect(at("2031-12-31", "ArrowRight", false, true)).toEqual(day("2031-12-30"));
    expect(at("2032-3-1", "ArrowUp")).toEqual(day("2032-2-23"));
    expect(at("2031-5-3", "Home")).toEqual(day("2031-4-28"));
    expect(at("2031-5-3", "End")).toEqual(day("2031-5-4"));
    expect(at("2031-1-31", "PageDown")).toEqual(day("2031-2-28"));
    expect(at("2032-2-29", "PageUp", true)).toEqual(day("2031-2-28"));
    expect(at("2031-5-3", "x")).toBeNull();
    expect(plusMonths(day("2031-1-15"), -1)).toEqual(day("2030-12-15"));
  });

  it("opens at the day that the field holds", () => {
    expect(readText("3 May 2031 10:00", MONTHS)).toEqual({ day: day("2031-5-3"), clock: "10:00" });
    expect(readText("2031-05-03T10:00", MONTHS)).toEqual({ day: day("2031-5-3"), clock: "10:00" });
    expect(readText("03 մյս, 2031 թ. 09:30", ARMENIAN)).toEqual({ day: day("2031-5-3"), clock: "09:30" });
    expect(readText("3 May", MONTHS)).toBeNull();
    expect(readText("3 Frimaire 2031", MONTHS)).toBeNull();
  });
});
