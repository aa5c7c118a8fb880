/** Time on an axis: seconds to pixels and back, and a span that never turns round. */

export interface Span {
  from: number;
  to: number;
}

export interface Scale extends Span {
  left: number;
  right: number;
}

export function pixelOf(scale: Scale, second: number): number {
  return scale.left + ((second - scale.from) / (scale.to - scale.from)) * (scale.right - scale.left);
}

export function secondAt(scale: Scale, pixel: number): number {
  return scale.from + ((pixel - scale.left) / (scale.right - scale.left)) * (scale.to - scale.from);
}

/** Holds a span on the axis and at least one step wide; the end that was moved gives way. */
export function clampSpan(span: Span, axis: Span, step: number, moved: "from" | "to"): Span {
  const within = (second: number): number => Math.max(axis.from, Math.min(axis.to, second));
  const from = within(span.from);
  const to = within(span.to);
  if (to - from >= step) return { from, to };
  return moved === "from" ? { from: Math.max(axis.from, to - step), to: Math.max(to, axis.from + step) } : { from: Math.min(from, axis.to - step), to: Math.min(axis.to, from + step) };
}

/** ISO minutes in UTC, as the address has them; without the Z for a field of local date and time. */
export function minuteText(second: number, bare = false): string {
  const text = new Date(second * 1000).toISOString().slice(0, 16);
  return bare ? text : `${text}Z`;
}
