/**
 * Positions as they are signed, committed to, listed and opened. The format is that of docs/ledger.md, "Positions"; the
 * program's side of it is trucewatch/ledger/position.py, and docs/vectors/positions.json holds both to each other.
 */

import { type Bytes, fromBase64, joined, sha256, toBase64, toHex } from "../proof/bytes.js";
import { leafHash, nodeHash } from "../proof/merkle.js";
import { type Json, canonical } from "./canonical.js";

export const SALT_BYTES = 32;
/** How long every document is before it is sealed: its length would tell a dissent with reasons from a consent. */
export const SEALED_BYTES = 8192;
export const MOST_SIGNED_BYTES = 5000;
export const MOST_LIST = 1024;

export interface Answer {
  readonly answer: string;
  readonly version?: string;
}

export interface Position {
  readonly watch: string;
  readonly log_origin: string;
  readonly finding: string;
  readonly finding_sha256: string;
  readonly delegation: string;
  readonly round: number;
  readonly answers: Readonly<Record<string, Answer>>;
  readonly reasons: Readonly<Record<string, string>>;
  readonly previous_sha256: string | null;
  readonly signed_at: string;
}

/** Where a position stands in a list that was signed as one. */
export interface InList {
  readonly index: number;
  readonly size: number;
  readonly hashes: readonly Bytes[];
}

export interface Signed {
  readonly signed: Bytes;
  readonly signature: Bytes;
  readonly salt: Bytes;
  /** The public key as `name+id+base64`. */
  readonly key: string;
  readonly inList: InList | null;
}

export type Signer = (message: Bytes) => Promise<Bytes>;

/** By how many bytes a position is longer than can be sealed. */
export class TooLong extends Error {
  constructor(readonly by: number) {
    super();
  }
}

const utf8 = (text: string): Bytes => new TextEncoder().encode(text) as Bytes;

/** The bytes that are signed. Throws TooLong, NoCharacter. */
export function positionBytes(position: Position): Bytes {
  const { watch, log_origin, finding, finding_sha256, delegation, round, answers, reasons, previous_sha256, signed_at } = position;
  const fields = { watch, log_origin, finding, finding_sha256, delegation, round, answers, reasons, previous_sha256, signed_at };
  const bytes = utf8(`trucewatch/position/1\n${canonical(fields as unknown as Json)}`);
  if (bytes.length > MOST_SIGNED_BYTES) throw new TooLong(bytes.length - MOST_SIGNED_BYTES);
  return bytes;
}

/** How many bytes answers and reasons take of those that are signed; they are "{}" where there are none. */
export function bytesOf(answers: Position["answers"], reasons: Position["reasons"]): number {
  return utf8(canonical({ answers, reasons } as unknown as Json)).length - utf8(canonical({ answers: {}, reasons: {} })).length;
}

/** One position, signed by itself. salt: 32 random bytes, used once. */
export async function signPosition(position: Position, sign: Signer, key: string, salt: Bytes): Promise<Signed> {
  const signed = positionBytes(position);
  return { signed, signature: await sign(signed), salt, key, inList: null };
}

/** Several positions signed as one act: the root over their leaves, each with its salt before it. Each can be proved alone. */
export async function signPositions(positions: readonly Position[], sign: Signer, key: string, salts: readonly Bytes[]): Promise<Signed[]> {
  if (positions.length === 0 || positions.length > MOST_LIST || salts.length !== positions.length) throw new RangeError("no list");
  if (new Set(positions.map((one) => one.finding)).size < positions.length) throw new RangeError("two positions on one finding");
  const signed = positions.map(positionBytes);
  const leaves = await Promise.all(signed.map((bytes, at) => leafHash(joined(salts[at]!, bytes))));
  const rows = await rowsOf(leaves);
  const signature = await sign(listMessage(rows.at(-1)![0]!));
  return signed.map((bytes, index) => ({
    signed: bytes, signature, salt: salts[index]!, key, inList: { index, size: leaves.length, hashes: pathIn(rows, index) },
  }));
}

/** The bytes under the signature of a list. */
export function listMessage(root: Bytes): Bytes {
  return joined(utf8("trucewatch/positions/1\n"), root);
}

/** The rows of an RFC 6962 tree, leaves first. A last node without a neighbour rises as it is, which gives the same tree. */
async function rowsOf(leaves: readonly Bytes[]): Promise<Bytes[][]> {
  const rows = [[...leaves]];
  while (rows.at(-1)!.length > 1) {
    const row = rows.at(-1)!;
    rows.push(await Promise.all(Array.from({ length: Math.ceil(row.length / 2) }, (_none, at) => {
      const [left, right] = [row[2 * at]!, row[2 * at + 1]];
      return right ? nodeHash(left, right) : left;
    })));
  }
  return rows;
}

/** The neighbours of a leaf's way to the root, upwards. */
function pathIn(rows: readonly Bytes[][], index: number): Bytes[] {
  return rows.slice(0, -1).flatMap((row, height) => row[(index >> height) ^ 1] ?? []);
}

/** What is handed over before anything is opened: it binds to salt, position and signature, and tells nothing of them. */
export async function commitmentOf({ salt, signed, signature }: Pick<Signed, "salt" | "signed" | "signature">): Promise<string> {
  return toHex(await sha256(joined(utf8("trucewatch/commit/1\n"), salt, signed, signature)));
}

/** The document as which a position is opened, or, padded to SEALED_BYTES, lies sealed. Throws TooLong. */
export function openedDocument(position: Signed, { padded = false } = {}): string {
  const document = {
    schema: "trucewatch/position-opened/1",
    signed: new TextDecoder("utf-8", { ignoreBOM: true }).decode(position.signed),
    signature: toBase64(position.signature),
    salt: toBase64(position.salt),
    key: position.key,
    list: position.inList && { ...position.inList, hashes: position.inList.hashes.map(toBase64) },
  };
  if (!padded) return canonical(document);
  const bare = utf8(canonical({ ...document, pad: "" })).length;
  if (bare > SEALED_BYTES) throw new TooLong(bare - SEALED_BYTES);
  return canonical({ ...document, pad: "0".repeat(SEALED_BYTES - bare) });
}

/** A position from its document, padded or not. Throws where it is none. */
export function readOpened(text: string): Signed {
  const { schema, signed, signature, salt, key, list } = JSON.parse(text) as Record<string, never>;
  if (schema !== "trucewatch/position-opened/1") throw new Error("no position that was sealed");
  return {
    signed: utf8(signed), signature: fromBase64(signature), salt: fromBase64(salt), key,
    inList: list && { ...(list as InList), hashes: (list as { hashes: string[] }).hashes.map(fromBase64) },
  };
}
