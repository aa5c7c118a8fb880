import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { fromHex, joined, sha256, toHex } from "../src/proof/bytes.js";
import { leafHash, rootFromPath } from "../src/proof/merkle.js";
import { readCheckpoint, readKey, signedBy } from "../src/proof/note.js";

type Bytes = Uint8Array<ArrayBuffer>;

// The tree by its definition (RFC 6962, section 2.1), with another SHA-256: slow and plain, to hold the quick one against.
function hash(...parts: Uint8Array[]): Bytes {
  return new Uint8Array(createHash("sha256").update(Buffer.concat(parts)).digest());
}
function split(size: number): number {
  let half = 1;
  while (half * 2 < size) half *= 2;
  return half;
}
function root(leaves: Bytes[]): Bytes {
  if (leaves.length === 1) return leaves[0]!;
  const half = split(leaves.length);
  return hash(Uint8Array.of(1), root(leaves.slice(0, half)), root(leaves.slice(half)));
}
function path(index: number, leaves: Bytes[]): Bytes[] {
  if (leaves.length === 1) return [];
  const half = split(leaves.length);
  return index < half
    ? [...path(index, leaves.slice(0, half)), root(leaves.slice(half))]
    : [...path(index - half, leaves.slice(half)), root(leaves.slice(0, half))];
}
const entries = Array.from({ length: 33 }, (_none, index) => new TextEncoder().encode(`entry ${index}`) as Bytes);
const leaves = entries.map((entry) => hash(Uint8Array.of(0), entry));

describe("inclusion proofs", () => {
  it("lead to the root for every entry of logs of every size to 33", async () => {
    for (let size = 1; size <= 33; size++)
      for (let index = 0; index < size; index++) {
        const log = leaves.slice(0, size);
        const found = await rootFromPath(await leafHash(entries[index]!), index, size, path(index, log));
        expect(toHex(found)).toBe(toHex(root(log)));
      }
  });

  it("do not agree with a changed hash, another index or another entry", async () => {
    const proof = path(5, leaves);
    const right = toHex(root(leaves));
    const changed = proof.with(2, joined(Uint8Array.of(proof[2]![0]! ^ 1), proof[2]!.slice(1)));
    expect(toHex(await rootFromPath(leaves[5]!, 5, 33, changed))).not.toBe(right);
    expect(toHex(await rootFromPath(leaves[5]!, 4, 33, proof))).not.toBe(right);
    expect(toHex(await rootFromPath(leaves[6]!, 5, 33, proof))).not.toBe(right);
  });

  it("are refused when the path is too short or too long, or the entry is not in the log", async () => {
    const proof = path(5, leaves);
    await expect(rootFromPath(leaves[5]!, 5, 33, proof.slice(1))).rejects.toThrow("shorter");
    await expect(rootFromPath(leaves[5]!, 5, 33, [...proof, proof[0]!])).rejects.toThrow("longer");
    await expect(rootFromPath(leaves[5]!, 33, 33, proof)).rejects.toThrow("not in a log");
    await expect(rootFromPath(leaves[5]!, -1, 33, proof)).rejects.toThrow("not in a log");
  });
});

describe("checkpoints", () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = new Uint8Array(publicKey.export({ format: "der", type: "spki" }).subarray(-32));
  const whole = joined(Uint8Array.of(1), raw);
  const name = "watch.example/log";
  const id = hash(new TextEncoder().encode(`${name}\n`), whole).slice(0, 4);
  const key = `${name}+${toHex(id)}+${Buffer.from(whole).toString("base64")}`;
  const text = `${name}\n33\n${Buffer.from(root(leaves)).toString("base64")}\n`;
  const signature = Buffer.concat([id, sign(null, Buffer.from(text), privateKey)]).toString("base64");
  const note = `${text}\n— ${name} ${signature}\n`;

  it("are read and their signature holds", async () => {
    const checkpoint = readCheckpoint(note);
    expect([checkpoint.origin, checkpoint.size, toHex(checkpoint.root)]).toEqual([name, 33, toHex(root(leaves))]);
    expect(await signedBy(checkpoint, await readKey(key))).toBe(true);
  });

  it("with another size no longer hold", async () => {
    const checkpoint = readCheckpoint(note.replace("\n33\n", "\n34\n"));
    expect(await signedBy(checkpoint, await readKey(key))).toBe(false);
  });

  it("without the key's line do not hold", async () => {
    const checkpoint = readCheckpoint(note.replace(`— ${name}`, "— someone.else"));
    expect(await signedBy(checkpoint, await readKey(key))).toBe(false);
  });

  it("are refused with a key whose id is not its own, and without signature", async () => {
    await expect(readKey(key.replace(toHex(id), "00000000"))).rejects.toThrow("own id");
    expect(() => readCheckpoint(text)).toThrow("no signature");
  });
});

describe("bytes", () => {
  it("give the SHA-256 that is known for abc", async () => {
    const known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    expect(toHex(await sha256(new TextEncoder().encode("abc") as Bytes))).toBe(known);
    expect(toHex(fromHex(known))).toBe(known);
    expect(() => fromHex("xy")).toThrow();
  });
});
