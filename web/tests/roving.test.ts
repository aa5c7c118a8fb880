import { describe, expect, it } from "vitest";
import { rove, stepped } from "../src/roving.js";

describe("a list as one stop", () => {
  it("goes one on, one back, to either end, and no further", () => {
    expect(stepped(0, 3, "ArrowDown")).toBe(1);
    expect(stepped(2, 3, "ArrowDown")).toBe(2);
    expect(stepped(0, 3, "ArrowUp")).toBe(0);
    expect(stepped(1, 3, "Home")).toBe(0);
    expect(stepped(1, 3, "End")).toBe(2);
    expect(stepped(1, 3, "Enter")).toBeUndefined();
    expect(stepped(1, 3, "j")).toBeUndefined();
  });

  it("does nothing to a list without links", () => {
    const list = { querySelectorAll: () => [], addEventListener: () => expect.fail("it listens") };
    rove(list as unknown as HTMLElement, "a.opens");
  });
});
