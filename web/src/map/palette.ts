/** The map's colours by role, light and dark, as the design's table gives them. */

export interface Palette {
  land: string;
  water: string;
  river: string;
  road: string;
  village: string;
  district: string;
  boundary: string;
  line: string;
  band: string;
  zone: string;
  zoneFill: string;
  accent: string;
  accentFill: string;
  ink: string;
  ink2: string;
  ink3: string;
  surface: string;
  edge: string;
  outcome: [string, string, string, string];
}

export const LIGHT: Palette = {
  land: "#FBFAF5", water: "#E4EAEA", river: "#BACED3", road: "#D3CAB6", village: "#9BA5A1", district: "#D5DAD5", boundary: "#8C9692", line: "#2B2E45", band: "#D9D9DB",
  zone: "#76817D", zoneFill: "rgba(118,129,125,0.06)", accent: "#3A4491", accentFill: "rgba(58,68,145,0.10)",
  ink: "#17201F", ink2: "#434E4B", ink3: "#5B6663", surface: "#FFFFFF", edge: "#434E4B",
  outcome: ["#7C0F4A", "#A06500", "#2E8FB5", "#7B8683"],
};

export const DARK: Palette = {
  land: "#1A2122", water: "#121A1D", river: "#33505A", road: "#4A483D", village: "#6E7A77", district: "#2F393A", boundary: "#8B9795", line: "#F1F3F2", band: "#3B4445",
  zone: "#7B8886", zoneFill: "rgba(123,136,134,0.08)", accent: "#AEB8F7", accentFill: "rgba(174,184,247,0.12)",
  ink: "#E9EEEC", ink2: "#BAC4C2", ink3: "#98A4A2", surface: "#171E1F", edge: "#BAC4C2",
  outcome: ["#FFB9D6", "#D9A441", "#3F9BC4", "#727E7C"],
};

export function isDark(): boolean {
  const said = document.documentElement.dataset["theme"];
  if (said === "dark" || said === "light") return said === "dark";
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

export function palette(): Palette {
  return isDark() ? DARK : LIGHT;
}

/** Calls back whenever the page turns light or dark. Returns what ends it. */
export function onTheme(changed: () => void): () => void {
  const query = matchMedia("(prefers-color-scheme: dark)");
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  query.addEventListener("change", changed);
  return () => {
    observer.disconnect();
    query.removeEventListener("change", changed);
  };
}

/** A colour with an opacity: `#RRGGBB` and 0 to 1. */
export function thin(hex: string, opacity: number): string {
  const part = (at: number): number => parseInt(hex.slice(at, at + 2), 16);
  return `rgba(${part(1)},${part(3)},${part(5)},${opacity})`;
}
