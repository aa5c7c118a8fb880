/** A label's text in lines: all names of a place in one weight and one size, on one line or on lines of like length. */

export const SEPARATOR = " / ";
export const LINE_PX = 15;
/** A line wider than this covers more of the map than its place is worth. */
const MOST_LINE_PX = 250;
const MOST_LINES = 3;

export interface Form {
  lines: string[];
  width: number;
  height: number;
}

/** The ways to write a label, the flattest first; none where no line can be short enough. */
export function formsOf(text: string, measure: (line: string) => number): Form[] {
  const forms: Form[] = [];
  for (let count = 1; count <= MOST_LINES; count++) {
    const lines = balanced(text, count, measure);
    if (!lines) break;
    const width = Math.max(...lines.map(measure));
    const last = forms.at(-1);
    if (width > MOST_LINE_PX || (last && (width > last.width * 0.8 || last.lines.length === 2))) continue;
    forms.push({ lines, width, height: lines.length * LINE_PX + 1 });
  }
  return forms;
}

/** The text in so many lines that the widest is as narrow as can be. Broken between names where there are enough, else between words. */
function balanced(text: string, count: number, measure: (line: string) => number): string[] | null {
  if (count === 1) return [text];
  const names = text.split(SEPARATOR);
  const between = names.length >= count;
  const pieces = between ? names.map((name, index) => (index < names.length - 1 ? `${name} /` : name)) : text.split(" ").filter(Boolean);
  if (pieces.length < count) return null;
  let best: string[] | null = null;
  let least = Infinity;
  const cut = (from: number, left: number, before: string[]): void => {
    if (left === 1) {
      const lines = [...before, pieces.slice(from).join(" ")];
      const width = Math.max(...lines.map(measure));
      if (width < least) [best, least] = [lines, width];
      return;
    }
    for (let to = from + 1; to <= pieces.length - left + 1; to++) cut(to, left - 1, [...before, pieces.slice(from, to).join(" ")]);
  };
  cut(0, count, []);
  return best;
}
