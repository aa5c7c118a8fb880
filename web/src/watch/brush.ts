/** The time brush over the server's histogram: two handles that are dragged, stepped and typed, in step with #filters. */

import { Mask } from "../map/mask.js";
import { momentWords, say } from "../words.js";
import { choose, mapTable } from "./choose.js";
import { setTime, submitFilters } from "./filters.js";
import { type Scale, type Span, clampSpan, pixelOf, secondAt } from "./span.js";

const HOUR_S = 3600;
const KEY_WAIT_MS = 250;
type End = "from" | "to";

let pending = 0;

interface Axis extends Span {
  step: number;
}

function axisOf(svg: SVGSVGElement): Axis | null {
  const axis = { from: Number(svg.dataset["from"]), to: Number(svg.dataset["to"]), step: Number(svg.dataset["stepS"] ?? 300) };
  return axis.to > axis.from && axis.step > 0 ? axis : null;
}

/** The axis in shares of the picture's width: the histogram fills it from edge to edge. */
function scaleOf(axis: Axis): Scale {
  return { from: axis.from, to: axis.to, left: 0, right: 100 };
}

class Brush {
  private span: Span;
  private readonly frame = document.createElement("div");
  private readonly grips: Record<End, HTMLElement>;

  /** Stands inside #brush and without an id: htmx hands the old element's style on to a new one of the same id, and the policy forbids it. */
  private readonly box = document.createElement("div");

  constructor(private readonly outer: HTMLElement, svg: SVGSVGElement, private readonly axis: Axis) {
    const { box } = this;
    box.className = "tw-brush-box";
    const begun = { from: Number(svg.dataset["brushFrom"] || axis.from), to: Number(svg.dataset["brushTo"] || axis.to) };
    this.span = clampSpan(begun, axis, axis.step, "from");
    box.style.height = `${Number(svg.dataset["plotHigh"]) || 88}px`;
    this.frame.className = "tw-brush";
    this.grips = { from: this.grip("from"), to: this.grip("to") };
    box.append(this.frame, this.grips.from, this.grips.to);
    outer.replaceChildren(box);
    box.addEventListener("click", (event) => {
      if (event.target === box) chooseAt(event, this.secondAt(event));
    });
    this.drag(this.frame, "both");
    this.drag(this.grips.from, "from");
    this.drag(this.grips.to, "to");
    this.paint();
  }

  private grip(end: End): HTMLElement {
    const grip = document.createElement("div");
    grip.className = "tw-brush-grip";
    const label = this.outer.dataset[end === "from" ? "labelFrom" : "labelTo"] ?? say(end === "from" ? "brush_from" : "brush_to");
    const attributes = { role: "slider", tabindex: "0", "aria-orientation": "horizontal", "aria-label": label, "data-end": end };
    for (const [name, value] of Object.entries(attributes)) grip.setAttribute(name, value);
    grip.addEventListener("keydown", (event) => this.key(event, end));
    return grip;
  }

  private key(event: KeyboardEvent, end: End): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -12, PageUp: 12 };
    let at = this.span[end];
    if (event.key in steps) at += steps[event.key]! * (event.shiftKey ? HOUR_S : this.axis.step);
    else if (event.key === "Home") at = this.axis.from;
    else if (event.key === "End") at = this.axis.to;
    else return;
    event.preventDefault();
    event.stopPropagation();
    this.set(clampSpan({ ...this.span, [end]: at }, this.axis, this.axis.step, end));
    this.apply(KEY_WAIT_MS);
  }

  private drag(target: HTMLElement, part: End | "both"): void {
    target.addEventListener("pointerdown", (press) => {
      if (press.button !== 0) return;
      press.preventDefault();
      target.setPointerCapture(press.pointerId);
      if (part !== "both") target.focus();
      const began = this.span;
      const start = this.secondAt(press);
      let moved = false;
      const move = (event: PointerEvent): void => {
        const by = Math.round((this.secondAt(event) - start) / this.axis.step) * this.axis.step;
        if (by !== 0) moved = true;
        this.set(part === "both" ? this.shifted(began, by) : clampSpan({ ...began, [part]: began[part] + by }, this.axis, this.axis.step, part));
      };
      const end = (event: PointerEvent): void => {
        target.removeEventListener("pointermove", move);
        target.removeEventListener("pointerup", end);
        target.removeEventListener("pointercancel", end);
        if (moved) this.apply(0);
        else if (part === "both" && event.type === "pointerup") chooseAt(event, this.secondAt(event));
      };
      target.addEventListener("pointermove", move);
      target.addEventListener("pointerup", end);
      target.addEventListener("pointercancel", end);
    });
  }

  private shifted(span: Span, seconds: number): Span {
    const length = span.to - span.from;
    const from = Math.max(this.axis.from, Math.min(this.axis.to - length, span.from + seconds));
    return { from, to: from + length };
  }

  private secondAt(event: MouseEvent): number {
    const { left, width } = this.box.getBoundingClientRect();
    return secondAt(scaleOf(this.axis), ((event.clientX - left) / Math.max(1, width)) * 100);
  }

  private set(span: Span): void {
    this.span = span;
    this.paint();
    setTime(span);
  }

  private paint(): void {
    const scale = scaleOf(this.axis);
    const [left, right] = [pixelOf(scale, this.span.from), pixelOf(scale, this.span.to)];
    this.frame.style.left = `${left}%`;
    this.frame.style.width = `${right - left}%`;
    for (const [end, at, least, most] of [["from", left, this.axis.from, this.span.to], ["to", right, this.span.from, this.axis.to]] as const) {
      const grip = this.grips[end];
      grip.style.left = `${at}%`;
      grip.setAttribute("aria-valuemin", String(least));
      grip.setAttribute("aria-valuemax", String(most));
      grip.setAttribute("aria-valuenow", String(this.span[end]));
      grip.setAttribute("aria-valuetext", momentWords(1000 * this.span[end]));
    }
  }

  private apply(after_ms: number): void {
    clearTimeout(pending);
    pending = window.setTimeout(submitFilters, after_ms);
  }
}

/** A press on the histogram chooses its block, or of those that pass the filters the one that began nearest to that moment. */
function chooseAt(event: MouseEvent, second: number): void {
  const block = document.elementsFromPoint(event.clientX, event.clientY).find((one) => one instanceof SVGElement && one.dataset["n"] !== undefined);
  if (block instanceof SVGElement) {
    choose(Number(block.dataset["n"]), "time");
    return;
  }
  const table = mapTable();
  if (!table) return;
  const mask = Mask.read(document.getElementById("view")?.dataset["mask"]);
  let best = -1;
  table.start.forEach((start, row) => {
    if (mask.passes(row) && (best < 0 || Math.abs(start - second) < Math.abs(table.start[best]! - second))) best = row;
  });
  if (best >= 0) choose(best, "time");
}

/** The chosen one's frame on the histogram, at the moment it began. */
function frameChosen(n: number | null): void {
  const svg = document.getElementById("histogram") as SVGSVGElement | null;
  const box = document.querySelector(".tw-brush-box");
  if (!svg || !box) return;
  for (const old of box.querySelectorAll(".tw-chosen-time")) old.remove();
  const axis = axisOf(svg);
  const start = n === null ? undefined : mapTable()?.start[n];
  // The server frames the bin of the incident that it rendered as chosen; a later choice is framed here alone.
  svg.querySelector(".h-chosen")?.toggleAttribute("hidden", n !== null || start !== undefined);
  if (!axis || start === undefined || start < axis.from || start > axis.to) return;
  const mark = document.createElement("div");
  mark.className = "tw-chosen-time";
  mark.style.left = `${pixelOf(scaleOf(axis), start)}%`;
  box.append(mark);
}

function attach(): void {
  const svg = document.getElementById("histogram") as SVGSVGElement | null;
  const box = document.getElementById("brush");
  const axis = svg && axisOf(svg);
  if (svg && box && axis) new Brush(box, svg, axis);
  const sel = document.getElementById("view")?.dataset["sel"];
  frameChosen(sel ? Number(sel) : null);
}

export function begin(): void {
  attach();
  document.addEventListener("tw:view", attach);
  document.addEventListener("tw:ready", () => {
    const sel = document.getElementById("view")?.dataset["sel"];
    frameChosen(sel ? Number(sel) : null);
  });
  document.addEventListener("tw:choose", (event) => frameChosen((event as CustomEvent<{ n: number | null }>).detail.n));
}
