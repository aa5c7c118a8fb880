import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { announceFirst, announceNews } from "../src/watch/announce.js";

const box = { textContent: "" };

vi.useFakeTimers();

beforeEach(() => {
  vi.stubGlobal("document", { documentElement: { lang: "en", dataset: {} }, getElementById: () => box });
});

afterEach(() => {
  vi.advanceTimersByTime(60_000); // quiet again
});

const after = (milliseconds: number): string => {
  vi.advanceTimersByTime(milliseconds);
  return box.textContent;
};

it("says news when it is quiet, and what came between as it holds by then", () => {
  announceNews("one new");
  expect(after(1)).toBe("one new");
  announceNews("two new");
  announceNews("three new");
  expect(after(9_000)).toBe("one new");
  expect(after(1_000)).toBe("three new");
});

it("says an alarm over news at once, and lets no news take its place before it could be heard", () => {
  announceNews("one new");
  after(1);
  announceNews("two new");
  after(9_990);
  announceFirst("an alarm rings");
  expect(after(1)).toBe("an alarm rings");
  expect(after(9_000)).toBe("an alarm rings");
  expect(after(1_001)).toBe("two new");
});

it("drops no drill for the next news, and lets two alarms follow each other", () => {
  announceFirst("a drill has begun");
  announceFirst("an alarm rings");
  announceNews("one new");
  expect(after(1)).toBe("a drill has begun");
  expect(after(5_000)).toBe("an alarm rings");
  expect(after(10_001)).toBe("one new");
});
