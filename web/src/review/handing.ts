/** From answers to what is handed over: the positions are made, signed and sealed here, and only then sent. */

import { type Bytes, sha256, toBase64, toHex } from "../proof/bytes.js";
import { say } from "../words.js";
import { type Known, Strange, browserKnown, keepKnown, strangeOf } from "./known_keys.js";
import { type Held, signWith, verifierOf } from "./own_keys.js";
import { type Answer, type Position, SALT_BYTES, type Signed, commitmentOf, openedDocument, signPosition, signPositions } from "./position.js";
import { seal } from "./seal.js";
import { Cannot, type Talk } from "./talk.js";

/** What one person answers in one case, as long as it is only in this page. */
export interface Draft {
  readonly code: string;
  /** Of what was put, as the page shows it; "" where the page does not say. */
  readonly findingSha256: string;
  readonly answers: Readonly<Record<string, Answer>>;
  readonly reasons: Readonly<Record<string, string>>;
}

interface Item {
  readonly code: string;
  readonly finding: string;
  readonly finding_sha256: string;
  readonly round: number;
  readonly questions: readonly string[];
  readonly previous_sha256: string | null;
}

export interface ToSign {
  readonly schema: string;
  readonly watch: string;
  readonly log_origin: string;
  readonly delegation: string;
  readonly sealed_to: readonly { readonly code: string; readonly opens: string }[];
  readonly items: readonly Item[];
}

export interface Handed {
  readonly path: string;
  /** The codes of the keys to which it is sealed. */
  readonly sealedTo: readonly string[];
}

export type Random = (count: number) => Bytes;

const random: Random = (count) => crypto.getRandomValues(new Uint8Array(count));

/** `2031-05-04T17:55:00Z` */
export function signedAt(moment: Date): string {
  return moment.toISOString().replace(/\.\d+Z$/, "Z");
}

export async function askToSign(codes: readonly string[], to: Talk): Promise<ToSign> {
  const found = await to.get<ToSign>(`/review/to-sign?codes=${codes.map(encodeURIComponent).join(",")}`);
  if (found.schema !== "trucewatch/positions-to-sign/1") throw new Cannot(say("review_other_version"));
  return found;
}

/** The position of each draft. Throws Cannot where what is to be signed is not what the page showed. */
export function positionsOf(drafts: readonly Draft[], about: ToSign, moment: Date): Position[] {
  const { watch, log_origin, delegation } = about;
  return drafts.map(({ code, findingSha256, answers, reasons }) => {
    const item = about.items.find((one) => one.code === code);
    const isAsShown = item && (!findingSha256 || item.finding_sha256 === findingSha256);
    if (!isAsShown || [...item.questions].sort().join() !== Object.keys(answers).sort().join())
      throw new Cannot(say("review_changed", { code }));
    const { finding, finding_sha256, round, previous_sha256 } = item;
    return { watch, log_origin, finding, finding_sha256, delegation, round, answers, reasons, previous_sha256, signed_at: signedAt(moment) };
  });
}

async function signed(positions: readonly Position[], key: Held, draw: Random): Promise<Signed[]> {
  const sign = (message: Bytes): Promise<Bytes> => signWith(key.pair, message);
  const verifier = await verifierOf(key, positions[0]!.delegation);
  if (positions.length === 1) return [await signPosition(positions[0]!, sign, verifier, draw(SALT_BYTES))];
  return signPositions(positions, sign, verifier, positions.map(() => draw(SALT_BYTES)));
}

/** Blind positions, one or several as one act: signed, sealed, handed over. Throws Strange for a key to which this browser did not seal before and that was not kept as known since. */
export async function handIn(drafts: readonly Draft[], key: Held, to: Talk, moment = new Date(), draw = random, known: Known = browserKnown): Promise<Handed> {
  const about = await askToSign(drafts.map((draft) => draft.code), to);
  const recipients = about.sealed_to.map((one) => one.opens);
  // Who seals has to be able to open: otherwise what is handed over could not be opened by this browser when it is time.
  if (!recipients.includes(key.opens)) throw new Cannot(say("review_not_sealed_to_own", { code: key.code }));
  const strange = strangeOf(about.sealed_to, [key], known);
  if (strange.length > 0) throw new Strange(say("review_new_keys", { codes: strange.map((one) => one.code).join(", ") }), strange);
  const positions = positionsOf(drafts, about, moment);
  const made = await signed(positions, key, draw);
  const items = await Promise.all(made.map(async (one, at) => ({
    code: drafts[at]!.code,
    finding_sha256: positions[at]!.finding_sha256,
    round: positions[at]!.round,
    key: key.code,
    commitment: await commitmentOf(one),
    signed_at: positions[at]!.signed_at,
    sealed: toBase64(await seal(openedDocument(one, { padded: true }), recipients)),
  })));
  const answer = await to.post<{ path?: string }>("/review/commit", { items }, await onceOf(items.map((item) => item.commitment)));
  keepKnown(about.sealed_to, known);
  return { path: answer?.path ?? `/review/${drafts[0]!.code}`, sealedTo: about.sealed_to.map((one) => one.code) };
}

/** A later position, in the open. */
export async function giveInTheOpen(draft: Draft, key: Held, to: Talk, moment = new Date(), draw = random): Promise<Handed> {
  const about = await askToSign([draft.code], to);
  const [made] = await signed(positionsOf([draft], about, moment), key, draw);
  const once = await onceOf([await commitmentOf(made!)]);
  await to.post(`/review/${draft.code}/position`, { opened: openedDocument(made!) }, once);
  return { path: `/review/${draft.code}`, sealedTo: [] };
}

/** A mark by which the console knows the same act again; it tells nothing of it. */
export async function onceOf(parts: readonly string[]): Promise<string> {
  return toHex(await sha256(new TextEncoder().encode(parts.join("\n")) as Bytes));
}
