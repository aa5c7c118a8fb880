/** The log's tree: leaf hashes and inclusion proofs (RFC 6962, sections 2.1 and 2.1.1). */

import { type Bytes, joined, sha256 } from "./bytes.js";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export function leafHash(entry: Bytes): Promise<Bytes> {
  return sha256(joined(LEAF, entry));
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Promise<Bytes> {
  return sha256(joined(NODE, left, right));
}

/**
 * The root that a leaf and its neighbours' hashes lead to, for the entry at `index` (from 0) of a log of `size`.
 * Throws where the path cannot belong to such a tree: too short, too long, or an index outside the log.
 */
export async function rootFromPath(leaf: Bytes, index: number, size: number, path: readonly Bytes[]): Promise<Bytes> {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size)
    throw new Error(`entry ${index} is not in a log of ${size}`);
  // From the leaf upward: `at` is the node's number in its row, `last` the number of the row's last node.
  let at = index;
  let last = size - 1;
  let hash = leaf;
  for (const neighbour of path) {
    if (last === 0) throw new Error("the path is longer than the tree is high");
    if (at % 2 === 1 || at === last) {
      hash = await nodeHash(neighbour, hash);
      // A last node without a right neighbour rises until it is itself a right child.
      while (at % 2 === 0 && at !== 0) {
        at = Math.floor(at / 2);
        last = Math.floor(last / 2);
      }
    } else hash = await nodeHash(hash, neighbour);
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  if (last !== 0) throw new Error("the path is shorter than the tree is high");
  return hash;
}
