/** To whom this browser sealed before: a key that is new is sealed to only after the officer was told of it, and took it for one of their delegation.
 *
 * The console says whose keys are in force. Whoever keeps its machine could enter one of their own among them.
 */

import { Cannot } from "./talk.js";

export interface Recipient {
  readonly code: string;
  readonly opens: string;
}

export interface Known {
  read(): readonly string[];
  keep(opens: readonly string[]): void;
}

const NAME = "trucewatch-review-known";

/** What is remembered in this page alone, where the browser keeps nothing. */
let inPage: readonly string[] = [];

/** What this browser remembers of it, of public keys alone. */
export const browserKnown: Known = {
  read() {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(NAME) ?? "[]");
      return [...inPage, ...(Array.isArray(kept) ? kept.filter((one): one is string => typeof one === "string") : [])];
    } catch {
      return inPage;
    }
  },
  keep(opens) {
    inPage = opens;
    try {
      localStorage.setItem(NAME, JSON.stringify(opens));
    } catch {
      /* the next time is then a first time again */
    }
  },
};

/** That it is not sealed to these keys before the officer says that they are of their delegation. */
export class Strange extends Cannot {
  constructor(sentence: string, readonly keys: readonly Recipient[]) {
    super(sentence);
  }
}

/** The keys that are none of this browser's own and to which it did not seal before. */
export function strangeOf(recipients: readonly Recipient[], own: readonly { readonly opens: string }[], known: Known): Recipient[] {
  const before = [...known.read(), ...own.map((one) => one.opens)];
  return recipients.filter((one) => !before.includes(one.opens));
}

/** Remembers these as known. */
export function keepKnown(recipients: readonly Recipient[], known: Known = browserKnown): void {
  known.keep([...new Set([...known.read(), ...recipients.map((one) => one.opens)])]);
}
