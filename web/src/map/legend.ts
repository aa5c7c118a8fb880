/** What the legends of the Watch and the Incident map say: only what this map can show. */

import { say, term } from "../words.js";
import { type Ground, type Incidents, statusesOf } from "./data.js";
import { type LegendPart, type Swatch, drawing, make } from "./furniture.js";
import { type Palette, thin } from "./palette.js";

const WIDE = 30;

/** A part of a sign's drawing as a picture of its own. */
function picture(text: string): Swatch {
  const sized = text.replace(/<svg\b([^>]*)>/, (_whole, attributes: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="18" height="18"${attributes.replace(/\s(?:width|height|xmlns)="[^"]*"/g, "")}>`);
  const made = make("img", "", "", { alt: "", width: "18", height: "18" });
  made.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(sized)}`;
  return made;
}

/** The figure alone, in ink: what stands in the group inside a sign's frame. */
function figurePicture(sign: string | undefined, colours: Palette): Swatch {
  const figure = /<g\b[^>]*>([\s\S]*)<\/g>/.exec(sign ?? "")?.[1];
  if (figure === undefined) return drawing(18, 18, [["circle", { cx: 9, cy: 9, r: 4, fill: "none", stroke: colours.ink }]]);
  return picture(`<svg viewBox="2 2 20 20"><g style="color:${colours.ink}">${figure}</g></svg>`);
}

/** The frame alone: a sign without the group that is its figure. */
function framePicture(sign: string | undefined, colours: Palette): Swatch {
  if (sign === undefined) return drawing(18, 18, [["circle", { cx: 9, cy: 9, r: 6, fill: "none", stroke: colours.ink }]]);
  return picture(sign.replace(/<g\b[^>]*>[\s\S]*<\/g>/, ""));
}

function stroke(colour: string, dash: string, width = 1.6): Swatch {
  return drawing(WIDE, 12, [["path", { d: `M0 6h${WIDE}`, stroke: colour, "stroke-width": width, "stroke-dasharray": dash, fill: "none" }]]);
}

/** Three signs on legs round a point. */
function legs(colours: Palette): Swatch {
  const ends = [[6, 4], [24, 4], [15, 19]];
  return drawing(WIDE, 22, [
    ...ends.map(([x, y]): [string, Record<string, string | number>] => ["path", { d: `M15 10L${x} ${y}`, stroke: colours.ink3, "stroke-width": 1 }]),
    ...ends.map(([x, y]): [string, Record<string, string | number>] => ["circle", { cx: x!, cy: y!, r: 3, fill: colours.surface, stroke: colours.ink }]),
    ["circle", { cx: 15, cy: 10, r: 1.6, fill: colours.ink2 }],
  ]);
}

/** The names that the numbers on the map stand for. */
export function townsOf(ground: Ground | null, numbers: ReadonlySet<string>): string[] {
  if (numbers.size === 0) return [];
  return (ground?.towns?.features ?? []).map(({ properties }) => properties)
    .filter((town) => town.number !== undefined && numbers.has(town.name))
    .sort((a, b) => a.number! - b.number!)
    .map((town) => `[${town.number}] ${town.name}`);
}

const STROKES = { state: ["none", "legend_boundary"], disputed: ["4 4", "legend_disputed"], not_stated: ["9 3 1.5 3", "legend_not_stated"] } as const;

/** A row for each status that a boundary of this ground has. */
export function boundaryRows(ground: Ground, colours: Palette): LegendPart["rows"] {
  return statusesOf(ground).map((status) => ({ swatch: stroke(colours.boundary, STROKES[status][0], 1.4), text: say(STROKES[status][1]) }));
}

function lines(ground: Ground, colours: Palette): LegendPart["rows"] {
  const rows: LegendPart["rows"] = [];
  const line = ground.line?.features[0];
  const km = (metres: number | undefined): number => Math.round((metres ?? 0) / 100) / 10;
  if (line)
    rows.push({
      swatch: drawing(WIDE, 12, [
        ["path", { d: `M0 6h${WIDE}`, stroke: colours.band, "stroke-width": 12 }],
        ["path", { d: `M0 6h${WIDE}`, stroke: colours.line, "stroke-width": 1.8, "stroke-dasharray": "5.4 3.6" }],
      ]),
      text: say("legend_line", { km: km(line.properties.accuracy_m) }),
    });
  const named = new Set<string>();
  for (const zone of ground.zones?.features ?? []) {
    if (zone.properties.kind !== "corridor" || named.has(zone.properties.name)) continue;
    named.add(zone.properties.name);
    const { derived, accuracy_m } = zone.properties;
    for (const name of zone.properties.lines ?? [zone.properties.name])
      rows.push({ swatch: stroke(colours.accent, "7 4"), text: derived ? say("legend_derived", { name, km: km(accuracy_m) }) : name });
  }
  const areas = new Set<string>();
  for (const { properties } of ground.zones?.features ?? []) {
    if (properties.kind !== "area" || areas.has(properties.name)) continue;
    areas.add(properties.name);
    rows.push({ swatch: stroke(thin(colours.zone, 0.35), "none", 5), text: say("legend_area", { name: properties.name }) });
  }
  if ((ground.zones?.features ?? []).some(({ properties }) => properties.kind !== "area" && properties.kind !== "corridor"))
    rows.push({ swatch: stroke(colours.zone, "1 2", 1.2), text: say("legend_zones") });
  rows.push(...boundaryRows(ground, colours));
  if (ground.tiles)
    rows.push(
      { swatch: stroke(colours.road, "none", 2.2), text: say("legend_road") },
      { swatch: stroke(colours.river, "none", 1.8), text: say("legend_river") },
      { swatch: drawing(WIDE, 12, [["circle", { cx: 15, cy: 6, r: 2.4, fill: colours.village }]]), text: say("legend_village") },
    );
  if (ground.ends)
    rows.push({
      swatch: drawing(WIDE, 12, [0, 9, 18, 27].map((x): [string, Record<string, string | number>] => ["path", { d: `M${x} 12l12 -12`, stroke: colours.boundary, "stroke-width": 1 }])),
      text: say("legend_beyond"),
    });
  return rows;
}

function notes(ground: Ground | null): string[] {
  const said: string[] = [];
  if (ground?.disclaimer) said.push(ground.disclaimer);
  if (ground?.boundary_set) said.push(say("legend_set", { name: ground.boundary_set }));
  if (ground?.credit) said.push(ground.credit);
  if (ground?.tiles) said.push(say("legend_tiles"));
  return said;
}

/** Parts, notes, and the strip of the folded legend: four frames, the ellipse and the tile. */
type Said = [LegendPart[], string[], LegendPart["rows"]];

export function watchLegend(table: Incidents | null, signs: Record<string, string>, ground: Ground | null, colours: Palette): Said {
  // A swatch stands in one place only, so what strip and panel both show is drawn twice.
  const frames = (): LegendPart["rows"] => (table?.outcomes ?? ["inconsistent", "undetermined", "consistent", "not_applicable"]).map((outcome) => ({
    swatch: framePicture(Object.entries(signs).find(([name]) => name.startsWith(`${outcome}-`))?.[1], colours), text: term("outcome", outcome),
  }));
  const used = new Set(table?.kind ?? []);
  const kinds = (table?.kinds ?? []).filter((_kind, index) => used.has(index));
  const figures = kinds.map((kind) => ({ swatch: figurePicture(signs[`consistent-${kind}`], colours), text: term("kind", kind) }));
  const ellipse = (): Swatch => drawing(WIDE, 14, [["ellipse", { cx: 15, cy: 7, rx: 13, ry: 5.5, fill: colours.outcome[0], "fill-opacity": 0.14, stroke: colours.outcome[0], "stroke-width": 1.2 }]]);
  const tile = (): Swatch => drawing(WIDE, 20, [
    ["rect", { x: 1, y: 1, width: 28, height: 18, rx: 3, fill: colours.surface, stroke: colours.edge }],
    ...colours.outcome.map((fill, index): [string, Record<string, string | number>] => ["rect", { x: 4 + index * 5.6, y: 12, width: 4.8, height: 4, fill }]),
  ]);
  const ring = drawing(WIDE, 20, [["circle", { cx: 15, cy: 10, r: 7.5, fill: "none", stroke: colours.ink, "stroke-width": 3 }]]);
  const marks: LegendPart["rows"] = [
    { swatch: ellipse(), text: say("legend_ellipse") }, { swatch: tile(), text: say("legend_tile") },
    { swatch: legs(colours), text: say("legend_spread") }, { swatch: ring, text: say("legend_chosen") },
  ];
  if (table?.simulated.includes(1) && table.simulated.includes(0))
    marks.push({ swatch: drawing(WIDE, 20, [["rect", { x: 6, y: 1, width: 18, height: 18, fill: "none", stroke: colours.ink2, "stroke-dasharray": "2.5 2.5" }]]), text: say("legend_simulated") });
  return [
    [
      { title: say("legend_frame"), columns: 2, rows: frames() },
      { title: say("legend_figure"), columns: 2, rows: figures },
      { title: say("legend_place"), columns: 1, rows: [...marks, ...(ground ? lines(ground, colours) : [])] },
    ],
    notes(ground),
    [...frames(), { swatch: ellipse(), text: say("legend_ellipse_short") }, { swatch: tile(), text: say("legend_tile_short") }],
  ];
}

export interface IncidentShows {
  outcome: string;
  observed: boolean;
  claimed: boolean;
  bearing: boolean;
  first: boolean;
  before: boolean;
}

export function incidentLegend(shows: IncidentShows, ground: Ground | null, colours: Palette): Said {
  const own = (): LegendPart["rows"] => {
    const rows: LegendPart["rows"] = [{ swatch: stroke(shows.outcome, "none", 3), text: say(shows.before ? "legend_after" : "legend_fused") }];
    if (shows.before) rows.push({ swatch: stroke(colours.ink2, "7 4", 2), text: say("legend_before") });
    if (shows.observed) rows.push({ swatch: stroke(colours.ink2, "none", 1.2), text: say("legend_observation") });
    if (shows.claimed) rows.push({ swatch: stroke(colours.ink2, "1.5 3", 1.4), text: say("legend_claim") });
    if (shows.bearing) rows.push({ swatch: stroke(colours.ink2, "9 5", 1.2), text: say("legend_bearing") });
    if (shows.first) rows.push({ swatch: stroke(colours.ink3, "1 2.5", 1), text: say("legend_first") });
    return rows;
  };
  return [[{ title: "", columns: 1, rows: [...own(), ...(ground ? lines(ground, colours) : [])] }], notes(ground), own()];
}
