import { describe, expect, it } from "vitest";
import { fresh } from "../src/watch/alarm.js";
import { clampSpan, minuteText, pixelOf, secondAt } from "../src/watch/span.js";
import { clock, momentWords, say } from "../src/words.js";

describe("an alarm", () => {
  it("rings once in a browser, whatever tab is told of it", () => {
    const first = fresh(null, ["a-1", "a-2"]);
    expect(first.rings).toEqual(["a-1", "a-2"]);
    const second = fresh(first.kept, ["a-2", "a-3"]);
    expect(second.rings).toEqual(["a-3"]);
    expect(fresh(second.kept, ["a-1", "a-2", "a-3"]).rings).toEqual([]);
  });
  it("rings where what was kept is damaged", () => {
    expect(fresh("{not json", ["a-1"]).rings).toEqual(["a-1"]);
    expect(fresh('{"a-1": 1}', ["a-1"]).rings).toEqual(["a-1"]);
  });
  it("keeps no list without end", () => {
    const many = Array.from({ length: 500 }, (_, number) => `a-${number}`);
    expect((JSON.parse(fresh(null, many).kept) as string[]).length).toBe(300);
  });
});

describe("the brush", () => {
  const axis = { from: 0, to: 86_400 };
  it("stays on the axis and never turns round", () => {
    expect(clampSpan({ from: -50, to: 90_000 }, axis, 300, "from")).toEqual(axis);
    expect(clampSpan({ from: 5000, to: 4000 }, axis, 300, "from")).toEqual({ from: 3700, to: 4000 });
    expect(clampSpan({ from: 5000, to: 4000 }, axis, 300, "to")).toEqual({ from: 5000, to: 5300 });
  });
  it("goes from seconds to pixels and back", () => {
    const scale = { ...axis, left: 10, right: 110 };
    expect(secondAt(scale, pixelOf(scale, 43_200))).toBeCloseTo(43_200, 6);
    expect(pixelOf(scale, 43_200)).toBe(60);
  });
  it("writes minutes as the address has them", () => {
    expect(minuteText(1_607_666_400)).toBe("2020-12-11T06:00Z");
    expect(minuteText(1_607_666_400, true)).toBe("2020-12-11T06:00");
  });
});

describe("words", () => {
  it("take the plural form and fill in", () => {
    expect(say("news", { n: 1 })).toBe("1 new incident · show");
    expect(say("news", { n: 2000 })).toBe("2,000 new incidents · show");
    expect(say("legend_line", { km: 1.5 })).toBe("Line of contact, derived, ±1.5 km");
  });
  it("write a moment as the server does, in UTC where the page names no zone", () => {
    expect(momentWords(Date.UTC(2031, 4, 4, 2, 5))).toBe("4 May 2031, 02:05");
    expect(clock(new Date(Date.UTC(2031, 4, 4, 0, 5)))).toBe("00:05");
  });
});
