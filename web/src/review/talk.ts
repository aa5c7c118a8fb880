/** What the page's script asks of the console and hands over to it, as JSON; refusals with the console's own sentence. */

import { rooted } from "../root.js";
import { say } from "../words.js";

/** What stands in the way, in words for the person. */
export class Cannot extends Error {}

/** What the console refuses, in its own words. */
export class Refused extends Cannot {
  constructor(sentence: string, readonly status: number) {
    super(sentence);
  }
}

/** That something was handed over and no whole answer came: it may be entered or not. */
export class NotKnown extends Cannot {}

export interface Talk {
  get<Answer>(path: string): Promise<Answer>;
  /** once: known again when it is sent again. Null where the console answers with a page: what was sent is entered. */
  post<Answer>(path: string, body: unknown, once: string): Promise<Answer | null>;
}

/** What a lost answer leaves open: of what was only looked up, nothing. */
function lost(init: RequestInit): Cannot {
  return init.method === "POST" ? new NotKnown(say("review_not_known")) : new Cannot(say("review_no_answer"));
}

async function read<Answer>(answer: Response, init: RequestInit): Promise<Answer> {
  try {
    return (await answer.json()) as Answer;
  } catch {
    throw lost(init); // torn off on its way
  }
}

async function asked(path: string, init: RequestInit): Promise<Response> {
  const headers = { Accept: "application/json", "X-Page-Language": document.documentElement.lang, ...init.headers };
  let answer: Response;
  try {
    answer = await fetch(rooted(path), { ...init, headers, cache: "no-store", credentials: "same-origin" });
  } catch {
    throw lost(init);
  }
  if (answer.ok) return answer;
  let sentence = "";
  try {
    const { detail } = (await answer.json()) as { detail?: unknown };
    if (typeof detail === "string") sentence = detail;
  } catch {
    /* an answer without a sentence */
  }
  if (!sentence && answer.status >= 500 && init.method === "POST") throw new NotKnown(say("review_not_understood", { status: String(answer.status) }));
  throw new Refused(sentence || say("review_not_understood", { status: String(answer.status) }), answer.status);
}

function isJson(answer: Response): boolean {
  return answer.headers.get("content-type")?.includes("json") ?? false;
}

export const talk: Talk = {
  async get<Answer>(path: string) {
    const answer = await asked(path, {});
    if (!isJson(answer)) throw new Cannot(say("review_signed_out"));
    return read<Answer>(answer, {});
  },
  async post<Answer>(path: string, body: unknown, once: string) {
    const headers = { "Content-Type": "application/json", "Idempotency-Key": once };
    const init = { method: "POST", body: JSON.stringify(body), headers };
    const answer = await asked(path, init);
    if (isJson(answer)) return read<Answer>(answer, init);
    if (answer.redirected && new URL(answer.url).pathname.endsWith("/sign-in")) throw new Cannot(say("review_signed_out"));
    return null;
  },
};
