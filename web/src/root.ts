/** What stands before every address of this tab: `/then/KEY` where it looks back on an earlier moment, else nothing. */

export const root = document.documentElement.dataset["root"] ?? "";

/** An address of the console as this tab has it: `/incident/i-2a` or `/then/KEY/incident/i-2a`. */
export function rooted(address: string): string {
  return root + address;
}
