/** A label's lines: all names alike, broken between names, of like length; what is too long for any form has none. */

import { describe, expect, it } from "vitest";
import { formsOf } from "../src/map/label_forms.js";

const LETTER_PX = 7;
const measure = (line: string): number => line.length * LETTER_PX;

describe("the forms of a label", () => {
  it("are one line, and two that break between the names", () => {
    const forms = formsOf("Khankendi / Stepanakert", measure);
    expect(forms.map((form) => form.lines)).toEqual([["Khankendi / Stepanakert"], ["Khankendi /", "Stepanakert"]]);
  });

  it("hold six names, all of them, on lines of like length", () => {
    const names = ["Aaaaaaaa", "Bbbbbbbb", "Cccccccc", "Dddddddd", "Eeeeeeee", "Ffffffff"];
    const forms = formsOf(names.join(" / "), measure);
    expect(forms.length).toBeGreaterThan(0);
    for (const form of forms) {
      expect(form.lines.join(" ")).toBe(names.join(" / "));
      expect(form.lines.length).toBeLessThanOrEqual(3);
      const lengths = form.lines.map((line) => line.length);
      expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(3);
    }
  });

  it("break sixty Armenian letters between words, and have none where there is no break", () => {
    const words = "Լեռնային Ղարաբաղի Հանրապետության մայրաքաղաքի հյուսիսային մաս";
    expect(words.length).toBeGreaterThanOrEqual(59);
    const [form] = formsOf(words, measure);
    expect(form!.lines.length).toBe(2);
    expect(form!.lines.join(" ")).toBe(words);
    expect(formsOf("Ա".repeat(60), measure)).toEqual([]);
  });
});
