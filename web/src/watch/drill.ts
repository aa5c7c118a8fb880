/** A drill that begins or ends while a page is open: its strip comes and goes by itself, and what is typed stays. */

import { rooted } from "../root.js";

/** Puts the strip of the drill that runs on the page, or takes it away. drill: its number, "" for none. What the strip says; "" where none came. */
export async function showDrill(drill: string): Promise<string> {
  if (drill === (document.getElementById("drilling")?.dataset["drill"] ?? "")) return "";
  const answer = await fetch(rooted("/drilling"), { cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return ""; // the next page says it
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const before of document.querySelectorAll('#drilling, .drill-print, link[href*="/drill.css"]')) before.remove();
  const strip = page.getElementById("drilling");
  const head = document.querySelector(".print-head");
  const style = page.querySelector("link");
  const printed = page.querySelector(".drill-print");
  if (style) document.head.append(style);
  if (printed) head?.prepend(printed);
  if (strip) head?.before(strip);
  return strip?.querySelector("p")?.textContent?.replace(/\s+/g, " ").trim() ?? "";
}
