import { readFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { fromBase64, fromHex, sha256, toBase64, toHex } from "../src/proof/bytes.js";
import { leafHash, rootFromPath } from "../src/proof/merkle.js";
import { readKey } from "../src/proof/note.js";
import { answerOf, hasControl } from "../src/review/answers.js";
import { type Json, NoCharacter, canonical } from "../src/review/canonical.js";
import { type Draft, giveInTheOpen, handIn, positionsOf, signedAt } from "../src/review/handing.js";
import type { KeyPair, KeyStore } from "../src/review/key_store.js";
import { type Known, Strange, browserKnown, keepKnown } from "../src/review/known_keys.js";
import { openCase, openItem, sealAgain } from "../src/review/opening.js";
import { type Held, askForKey, fingerprintOf, keyToSign, makeKeys, readKeys, verifierOf } from "../src/review/own_keys.js";
import {
  MOST_SIGNED_BYTES, type Position, SEALED_BYTES, type Signed, TooLong, bytesOf, commitmentOf, listMessage, openedDocument, positionBytes, readOpened, signPosition, signPositions,
} from "../src/review/position.js";
import { seal, unseal } from "../src/review/seal.js";
import { Cannot, NotKnown, Refused, type Talk } from "../src/review/talk.js";
import { signRecord } from "../src/review/wording.js";

type Bytes = Uint8Array<ArrayBuffer>;
const utf8 = (text: string): Bytes => new TextEncoder().encode(text) as Bytes;
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const vectors = JSON.parse(readFileSync("../docs/vectors/positions.json", "utf8"));
const signatures = JSON.parse(readFileSync("../docs/vectors/signatures.json", "utf8"));
const byProgram = JSON.parse(readFileSync("tests/sealed_by_program.json", "utf8"));

/** A key of a test from its seed: PKCS #8 around 32 bytes. */
function imported(name: "Ed25519" | "X25519", seed: string): Promise<CryptoKey> {
  const head = fromHex(`302e020100300506032b65${name === "Ed25519" ? "70" : "6e"}04220420`);
  return crypto.subtle.importKey("pkcs8", new Uint8Array([...head, ...fromHex(seed)]), { name }, false, name === "Ed25519" ? ["sign"] : ["deriveBits"]);
}
const seeded = imported("Ed25519", vectors.key.ed25519_seed);
const sign = async (message: Bytes): Promise<Bytes> => new Uint8Array(await crypto.subtle.sign({ name: "Ed25519" }, await seeded, message));
const documentOf = (signed: string): Position => JSON.parse(signed.slice(signed.indexOf("\n") + 1));

describe("canonical JSON", () => {
  it("sorts names by UTF-16 code units, and escapes only what has to be", () => {
    expect(canonical({ "\u{1f600}": 1, "\ufb33": 2, b: [true, null, -0], a: "\u2028\u007f\u0001\"\\é" })).toBe(
      '{"a":"\u2028\u007f\\u0001\\"\\\\é","b":[true,null,0],"\u{1f600}":1,"\ufb33":2}',
    );
  });

  it("refuses half a character and numbers that are not whole", () => {
    for (const broken of ["\ud800", "a\udc00b", "\udc00\ud800"]) expect(() => canonical({ a: broken })).toThrow(NoCharacter);
    expect(() => canonical(1.5 as Json)).toThrow(RangeError);
    expect(canonical("\ud83d\ude00")).toBe('"\u{1f600}"');
  });
});

describe("positions, held against those that the program made", () => {
  it("have the same bytes, signature, commitment and document", async () => {
    expect(vectors.positions.length).toBeGreaterThan(2);
    for (const one of vectors.positions) {
      const made = await signPosition(documentOf(one.signed), sign, vectors.key.vkey, fromHex(one.salt));
      expect(text(made.signed)).toBe(one.signed);
      expect(toHex(made.signature)).toBe(one.signature);
      expect(toHex(await sha256(made.signed))).toBe(one.sha256);
      expect(await commitmentOf(made)).toBe(one.commitment);
      expect(openedDocument(made)).toBe(one.opened);
      expect(openedDocument(readOpened(one.opened))).toBe(one.opened);
    }
  });

  it("take as many bytes as answers and reasons add to those that are there without", () => {
    for (const one of vectors.positions) {
      const whole = documentOf(one.signed);
      const bare = positionBytes({ ...whole, answers: {}, reasons: {} }).length;
      expect(bare + bytesOf(whole.answers, whole.reasons)).toBe(positionBytes(whole).length);
    }
    expect(bytesOf({}, { what: "\u0545\n\"" })).toBe('"what":""'.length + 2 + 2 + 2);
  });

  it("are padded to one length, whatever they say", async () => {
    const one = vectors.positions.find((each: { what: string }) => each.what === vectors.padded.of);
    expect(openedDocument(readOpened(one.opened), { padded: true })).toBe(vectors.padded.document);
    for (const each of vectors.positions) {
      const padded = openedDocument(readOpened(each.opened), { padded: true });
      expect(utf8(padded).length).toBe(SEALED_BYTES);
      expect(openedDocument(readOpened(padded))).toBe(each.opened);
    }
  });

  it("are signed as a list by its root, of which each member can be proved alone", async () => {
    const whole = vectors.lists.filter((list: { size: number; members: unknown[] }) => list.members.length === list.size);
    expect(whole.length).toBeGreaterThan(0);
    for (const list of whole) {
      const salts = list.members.map((member: { salt: string }) => fromHex(member.salt));
      const made = await signPositions(list.members.map((member: { signed: string }) => documentOf(member.signed)), sign, vectors.key.vkey, salts);
      for (const [at, member] of list.members.entries()) {
        expect(openedDocument(made[at]!)).toBe(member.opened);
        expect(await commitmentOf(made[at]!)).toBe(member.commitment);
      }
      expect(toHex(made[0]!.signature)).toBe(list.signature);
    }
    for (const list of vectors.lists)
      for (const member of list.members) {
        const { salt, signed, inList } = readOpened(member.opened);
        const leaf = await leafHash(new Uint8Array([...salt, ...signed]));
        const root = await rootFromPath(leaf, inList!.index, inList!.size, [...inList!.hashes]);
        expect(toHex(root)).toBe(list.root);
        expect(toHex(listMessage(root))).toBe(list.message);
      }
  });

  it("prove each member of a list of any size to 33", async () => {
    const [first] = vectors.positions;
    for (let size = 1; size <= 33; size++) {
      const documents = Array.from({ length: size }, (_none, at) => ({ ...documentOf(first.signed), finding: `f-${at}` }));
      const salts = documents.map((_none, at) => new Uint8Array(32).fill(at + 1));
      const made = await signPositions(documents, sign, vectors.key.vkey, salts);
      const roots = await Promise.all(made.map(async ({ salt, signed, inList }) =>
        toHex(await rootFromPath(await leafHash(new Uint8Array([...salt, ...signed])), inList!.index, inList!.size, [...inList!.hashes]))));
      expect(new Set(roots).size).toBe(1);
      expect(toHex(await sign(listMessage(fromHex(roots[0]!))))).toBe(toHex(made[0]!.signature));
    }
  });

  it("are refused when they are too long, or two are on one finding", async () => {
    const document = documentOf(vectors.positions[0].signed);
    const long = { ...document, reasons: { happened: "я".repeat(MOST_SIGNED_BYTES / 2) } };
    expect(() => positionBytes(long)).toThrow(TooLong);
    await expect(signPositions([document, document], sign, "", [new Uint8Array(32), new Uint8Array(32)])).rejects.toThrow(RangeError);
    await expect(signPositions([], sign, "", [])).rejects.toThrow(RangeError);
  });
});

describe("sealing", () => {
  it("opens with either key what the program sealed, keys that are not given out among them", async () => {
    for (const key of byProgram.keys) {
      const opened = await unseal(fromBase64(byProgram.sealed), await imported("X25519", key.secret_hex));
      expect(opened).toBe(vectors.padded.document);
    }
  });

  it("is to every recipient, to nobody else, and of one length", async () => {
    const [one, other, third] = [await makeKeys(), await makeKeys(), await makeKeys()];
    const sealed = await seal("what is said", [one.opens, other.opens]);
    expect(await unseal(sealed, one.opening)).toBe("what is said");
    expect(await unseal(sealed, other.opening)).toBe("what is said");
    expect(await unseal(sealed, third.opening)).toBeNull();
    expect(await unseal(sealed.slice(0, -1), one.opening)).toBeNull();
    expect(await unseal(utf8("no such file"), one.opening)).toBeNull();
    await expect(seal("what is said", [])).rejects.toThrow(RangeError);
  });

  it("makes keys that cannot be taken out", async () => {
    const { signing, opening, opens, signs } = await makeKeys();
    expect([signing.extractable, opening.extractable]).toEqual([false, false]);
    await expect(crypto.subtle.exportKey("pkcs8", signing)).rejects.toThrow();
    await expect(crypto.subtle.exportKey("jwk", opening)).rejects.toThrow();
    expect(opens).toMatch(/^age1[a-z0-9]{58}$/);
    expect(fromBase64(signs).length).toBe(32);
  });
});

// --- A console in memory, and what passes over to it. ---

const FINDING = toHex(new Uint8Array(32).fill(7));

function named(pair: KeyPair, code: string, state: Held["state"]): Held {
  return { code, signs: pair.signs, opens: pair.opens, state, pair };
}

class Console implements Talk {
  posted: { path: string; body: any; once: string }[] = [];
  sealedTo: { code: string; opens: string }[] = [];
  sealed: unknown = { items: [], step: "blind" };
  keys: Held[] = [];
  refusal: Error | undefined;
  fingerprint: string | undefined;
  questions = ["happened", "what", "where_when"];

  async get<Answer>(path: string): Promise<Answer> {
    if (path === "/review/keys/mine") return { keys: this.keys.map(({ code, signs, opens, state }) => ({ code, signs, opens, state })) } as Answer;
    if (path.endsWith("/sealed")) return structuredClone(this.sealed) as Answer;
    const codes = decodeURIComponent(path.split("codes=")[1] ?? "").split(",");
    const items = codes.map((code) => ({ code, finding: `f-${code}`, finding_sha256: FINDING, round: 1, questions: this.questions, previous_sha256: null, title: code }));
    return { schema: "trucewatch/positions-to-sign/1", watch: "test-watch", log_origin: "test.invalid/log", delegation: "A", sealed_to: this.sealedTo, items } as Answer;
  }

  async post<Answer>(path: string, body: unknown, once: string): Promise<Answer | null> {
    if (this.refusal) throw this.refusal;
    this.posted.push({ path, body, once });
    const { signs = "", opens = "" } = body as { signs?: string; opens?: string };
    return { path: "/review/R-1", code: "OK-9", fingerprint: this.fingerprint ?? (await fingerprintOf(signs, opens)) } as Answer;
  }
}

function store(...pairs: KeyPair[]): KeyStore & { pairs: KeyPair[] } {
  const kept = { pairs: [...pairs] };
  return {
    get pairs() { return kept.pairs; },
    all: async () => [...kept.pairs],
    put: async (pair) => void kept.pairs.push(pair),
    remove: async (signs) => void (kept.pairs = kept.pairs.filter((pair) => pair.signs !== signs)),
  };
}

const MOMENT = new Date("2031-05-04T17:55:00.123Z");
const draft = (code: string, version = "PLANTED VERSION"): Draft => ({
  code, findingSha256: FINDING,
  answers: { happened: { answer: "concur" }, what: { answer: "dissent", version }, where_when: { answer: "abstain" } },
  reasons: { what: "PLANTED REASON" },
});

function remembering(): Known {
  let kept: readonly string[] = [];
  return { read: () => kept, keep: (opens) => void (kept = opens) };
}

const familiar = (to: Console): Known => ({ read: () => to.sealedTo.map((one) => one.opens), keep: () => undefined });

async function ready(): Promise<{ to: Console; key: Held; recovery: KeyPair }> {
  const [pair, recovery, to] = [await makeKeys(), await makeKeys(), new Console()];
  const key = named(pair, "OK-1", "in_force");
  to.keys = [key];
  to.sealedTo = [{ code: "OK-1", opens: pair.opens }, { code: "OK-2", opens: recovery.opens }];
  return { to, key, recovery };
}

describe("handing in", () => {
  it("sends nothing of an answer, and what the recovery key opens is what was committed to", async () => {
    const { to, key, recovery } = await ready();
    const handed = await handIn([draft("R-1")], key, to, MOMENT, undefined, familiar(to));
    expect(handed).toEqual({ path: "/review/R-1", sealedTo: ["OK-1", "OK-2"] });
    const [{ path, body, once }] = to.posted as [Console["posted"][0]];
    expect(path).toBe("/review/commit");
    expect(once).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(to.posted)).not.toMatch(/PLANTED|concur|dissent|abstain/);
    const [item] = body.items;
    expect(item).toMatchObject({ code: "R-1", finding_sha256: FINDING, round: 1, key: "OK-1", signed_at: "2031-05-04T17:55:00Z" });
    expect(text(fromBase64(item.sealed))).not.toMatch(/PLANTED/);
    const opened = readOpened((await unseal(fromBase64(item.sealed), recovery.opening))!);
    expect(await commitmentOf(opened)).toBe(item.commitment);
    expect(documentOf(text(opened.signed)).answers["what"]).toEqual({ answer: "dissent", version: "PLANTED VERSION" });
  });

  it("gives consent and dissent the same length", async () => {
    const { to, key } = await ready();
    const consent = { ...draft("R-2"), answers: { happened: { answer: "concur" }, what: { answer: "concur" }, where_when: { answer: "concur" } }, reasons: {} };
    await handIn([draft("R-1", "long ".repeat(400).trim()), consent], key, to, MOMENT, undefined, familiar(to));
    const lengths = to.posted[0]!.body.items.map((item: { sealed: string }) => item.sealed.length);
    expect(new Set(lengths).size).toBe(1);
  });

  it("signs several as one act, with random bytes of its own for each", async () => {
    const { to, key, recovery } = await ready();
    await handIn([draft("R-1"), draft("R-2"), draft("R-3")], key, to, MOMENT, undefined, familiar(to));
    const opened = await Promise.all(to.posted[0]!.body.items.map(async (item: { sealed: string }) => readOpened((await unseal(fromBase64(item.sealed), recovery.opening))!))) as Signed[];
    expect(opened.map((one) => one.inList!.size)).toEqual([3, 3, 3]);
    expect(new Set(opened.map((one) => toHex(one.salt))).size).toBe(3);
    expect(new Set(opened.map((one) => toHex(one.signature))).size).toBe(1);
  });

  it("stops where the case is not what the page showed, or the own key would not open it", async () => {
    const { to, key } = await ready();
    await expect(handIn([{ ...draft("R-1"), findingSha256: "0".repeat(64) }], key, to, MOMENT, undefined, familiar(to))).rejects.toThrow(Cannot);
    to.questions = ["happened"];
    await expect(handIn([draft("R-1")], key, to, MOMENT, undefined, familiar(to))).rejects.toThrow(Cannot);
    to.questions = ["happened", "what", "where_when"];
    to.sealedTo = to.sealedTo.slice(1);
    await expect(handIn([draft("R-1")], key, to, MOMENT, undefined, familiar(to))).rejects.toThrow("OK-1");
    expect(to.posted).toEqual([]);
  });

  it("stops at a key to which it never sealed, as one that whoever keeps the machine entered, until the officer takes it for theirs", async () => {
    const { to, key } = await ready();
    const known = remembering();
    const hand = (): Promise<unknown> => handIn([draft("R-1")], key, to, MOMENT, undefined, known);
    await expect(hand()).rejects.toThrow("OK-2 would open"); // the first time too; one's own key is known
    await expect(hand()).rejects.toThrow("OK-2 would open"); // the second click of a double click
    expect(to.posted).toEqual([]);
    keepKnown(to.sealedTo, known);
    await hand();
    to.sealedTo.push({ code: "OK-9", opens: (await makeKeys()).opens });
    to.posted.length = 0;
    const fault = await hand().catch((one: unknown) => one);
    expect(fault).toBeInstanceOf(Strange);
    expect((fault as Strange).keys.map((one) => one.code)).toEqual(["OK-9"]);
    await expect(hand()).rejects.toThrow("OK-9");
    expect(to.posted).toEqual([]);
    keepKnown((fault as Strange).keys, known);
    await hand();
    expect(to.posted.length).toBe(1);
    await hand();
  });

  it("remembers in this page whom the officer took for theirs where the browser keeps nothing", () => {
    vi.stubGlobal("localStorage", undefined);
    keepKnown([{ code: "OK-7", opens: "age1seven" }]);
    keepKnown([{ code: "OK-8", opens: "age1eight" }]);
    expect(browserKnown.read()).toEqual(expect.arrayContaining(["age1seven", "age1eight"]));
  });

  it("gives a later position in the open, as the document that was signed", async () => {
    const { to, key } = await ready();
    await giveInTheOpen(draft("R-1"), key, to, MOMENT);
    expect(to.posted[0]!.path).toBe("/review/R-1/position");
    const opened = readOpened(to.posted[0]!.body.opened);
    expect(documentOf(text(opened.signed))).toMatchObject({ delegation: "A", round: 1, reasons: { what: "PLANTED REASON" } });
    expect("pad" in JSON.parse(to.posted[0]!.body.opened)).toBe(false);
  });

  it("writes answers as the format has them", () => {
    expect(answerOf("what", "dissent", "ours")).toEqual({ answer: "dissent", version: "ours" });
    expect(answerOf("what", "concur", "left over")).toEqual({ answer: "concur" });
    expect(answerOf("who", "abstain", "")).toEqual({ answer: "abstain" });
    expect(answerOf("who", "none", "")).toEqual({ answer: "none" });
    expect(answerOf("who", "north", "")).toEqual({ answer: "names", version: "north" });
    expect(["a\u0000", "a\u0085", "a\u001b[1m", "a\r"].map(hasControl)).toEqual([true, true, true, true]);
    expect(["two\nlines\t", "é 🚐 \u202e"].map(hasControl)).toEqual([false, false]);
    expect(signedAt(MOMENT)).toBe("2031-05-04T17:55:00Z");
  });
});

describe("opening", () => {
  async function lying(): Promise<{ to: Console; key: Held; recovery: KeyPair; item: any }> {
    const made = await ready();
    await handIn([draft("R-1")], made.key, made.to, MOMENT, undefined, familiar(made.to));
    const { commitment, sealed, key } = made.to.posted.pop()!.body.items[0];
    return { ...made, item: { entry: 12, key, commitment, sealed, sealed_to: ["OK-1", "OK-2"] } };
  }

  it("is done by any holder of a key, once the case is to be opened and not before", async () => {
    const { to, key, item } = await lying();
    to.sealed = { items: [item], step: "blind" };
    expect((await openCase("R-1", to, [key])).opened).toBe(0);
    expect(to.posted).toEqual([]);
    to.sealed = { items: [item], step: "closed" };
    expect((await openCase("R-1", to, [key])).opened).toBe(0);
    to.sealed = { items: [item], step: "open" };
    expect((await openCase("R-1", to, [key])).opened).toBe(1);
    to.posted.pop();
    to.sealed = { items: [item], step: "opening" };
    expect((await openCase("R-1", to, [key])).opened).toBe(1);
    expect(to.posted[0]!.path).toBe("/review/R-1/open");
    expect(await commitmentOf(readOpened(to.posted[0]!.body.opened))).toBe(item.commitment);
  });

  it("says who can open it where this browser cannot", async () => {
    const { to, item } = await lying();
    to.sealed = { items: [item], step: "opening" };
    const { sentence, opened } = await openCase("R-1", to, [named(await makeKeys(), "OK-5", "in_force")]);
    expect(sentence).toContain("OK-1, OK-2");
    expect(opened).toBe(0);
  });

  it("does not open what is not what was committed to", async () => {
    const { key, item } = await lying();
    await expect(openItem("R-1", { ...item, commitment: "0".repeat(64) }, [key])).rejects.toThrow("R-1");
  });

  it("takes it for opened where a colleague was quicker, and says a refusal otherwise", async () => {
    const { to, key, item } = await lying();
    const opening = { items: [item], step: "opening" };
    to.sealed = opening;
    to.refusal = new Refused("it is opened already", 409);
    expect(await openCase("R-1", to, [key])).toEqual({ sentence: "it is opened already", opened: 0 });
    let asked = 0;
    to.get = (async () => (asked++ === 0 ? opening : { items: [], step: "open" })) as Talk["get"];
    const since = await openCase("R-1", to, [key]);
    expect(since.sentence).toContain("R-1");
    expect(since).toEqual({ sentence: expect.not.stringContaining("this browser"), opened: 0 });
  });

  it("looks where the answer was lost, and says so where it cannot look either", async () => {
    const { to, key, item } = await lying();
    const opening = { items: [item], step: "opening" };
    to.refusal = new NotKnown("not known");
    let count = 0;
    to.get = (async () => (count++ === 0 ? opening : { items: [], step: "open" })) as Talk["get"];
    expect((await openCase("R-1", to, [key])).sentence).toContain("is opened");
    count = 0;
    to.get = (async () => (count++ === 0 ? opening : Promise.reject(new Cannot("Nothing was entered")))) as Talk["get"];
    expect((await openCase("R-1", to, [key])).sentence).toBe("not known");
  });

  it("finds what was committed to behind what a colleague sealed over it", async () => {
    const { to, key, item } = await lying();
    const noise = toBase64(await seal("0".repeat(SEALED_BYTES), to.sealedTo.map((one) => one.opens)));
    const over = { ...item, sealed: noise, earlier: [{ sealed: noise, sealed_to: ["OK-1"] }, { sealed: item.sealed, sealed_to: item.sealed_to }] };
    const found = await openItem("R-1", over, [key]);
    expect(await commitmentOf(found!.position)).toBe(item.commitment);
    await expect(openItem("R-1", { ...over, earlier: [] }, [key])).rejects.toThrow("R-1");
  });

  it("opens the others where one cannot be, and says which", async () => {
    const { to, key, item } = await lying();
    const strange = toBase64(await seal("0".repeat(SEALED_BYTES), [(await makeKeys()).opens]));
    to.sealed = { items: [{ ...item, commitment: "0".repeat(64), sealed: strange, sealed_to: ["OK-7"] }, item], step: "opening" };
    const { sentence, opened } = await openCase("R-1", to, [key]);
    expect(opened).toBe(1);
    expect(sentence).toContain("OK-7");
    expect(to.posted.map((one) => one.path)).toEqual(["/review/R-1/open"]);
  });

  it("does not open a position on another finding than the page shows", async () => {
    const { to, key, item } = await lying();
    const { position } = (await openItem("R-1", item, [key]))!;
    const named = JSON.parse(text(position.signed).split("\n", 2)[1]!).finding_sha256;
    expect((await openItem("R-1", item, [key], named))!.position.signed).toEqual(position.signed);
    to.sealed = { items: [item], step: "opening" };
    const { sentence, opened } = await openCase("R-1", to, [key], "f".repeat(64));
    expect(opened).toBe(0);
    expect(sentence).toContain("another finding");
    expect(to.posted).toEqual([]);
  });

  it("seals again to a key that came later and that the officer knows, and to nobody where nothing is missing", async () => {
    const { to, key, item } = await lying();
    to.sealed = { items: [item], step: "blind" };
    const known = remembering();
    keepKnown(to.sealedTo, known);
    expect(await sealAgain("R-1", to, [key], known)).toBe(0);
    const next = await makeKeys();
    to.sealedTo.push({ code: "OK-3", opens: next.opens });
    await expect(sealAgain("R-1", to, [key], known)).rejects.toThrow("OK-3");
    expect(to.posted).toEqual([]);
    keepKnown(to.sealedTo, known);
    expect(await sealAgain("R-1", to, [key], known)).toBe(1);
    const { path, body } = to.posted[0]!;
    expect(path).toBe("/review/R-1/reseal");
    expect(body).toMatchObject({ commitment: item.commitment, sealed_to: ["OK-1", "OK-2", "OK-3"], key: "OK-1" });
    const opened = readOpened((await unseal(fromBase64(body.sealed), next.opening))!);
    expect(await commitmentOf(opened)).toBe(item.commitment);
    expect(fromBase64(body.sealed).length).toBeGreaterThan(SEALED_BYTES);
  });
});

describe("own keys", () => {
  it("are those that the console lists and of which this browser holds both halves", async () => {
    const { to, key } = await ready();
    const other = named(await makeKeys(), "OK-4", "in_force");
    to.keys = [other, key, { ...named(await makeKeys(), "OK-6", "in_force"), signs: "" }];
    const { held } = await readKeys(to, store(key.pair, await makeKeys()));
    expect(held.map((one) => one.code)).toEqual(["OK-1"]);
    expect((await readKeys(to, store({ ...key.pair, opens: other.opens }))).held).toEqual([]);
  });

  it("tell what to do where none can be used", async () => {
    globalThis.isSecureContext = true;
    const { to, key } = await ready();
    expect((await keyToSign(to, store(key.pair))).code).toBe("OK-1");
    await expect(keyToSign(to, store())).rejects.toThrow(/OK-1 is not in this browser.*recovery key/);
    to.keys = [{ ...key, state: "asked" }];
    await expect(keyToSign(to, store(key.pair))).rejects.toThrow(await fingerprintOf(key.pair.signs, key.opens));
    to.keys = [{ ...key, state: "ended" }];
    await expect(keyToSign(to, store(key.pair))).rejects.toThrow("no key in force");
    await expect(keyToSign(to, { ...store(), all: () => Promise.reject(new Error()) })).rejects.toThrow("keeps nothing");
    globalThis.isSecureContext = false;
    await expect(keyToSign(to, store(key.pair))).rejects.toThrow("trucewatch sign");
    globalThis.isSecureContext = true;
  });

  it("are kept before their entry is asked for, and forgotten where it is refused", async () => {
    globalThis.isSecureContext = true;
    const [to, kept] = [new Console(), store()];
    expect(await askForKey(to, kept)).toContain("OK-9");
    expect(to.posted[0]!.body).toEqual({ signs: kept.pairs[0]!.signs, opens: kept.pairs[0]!.opens });
    to.refusal = new Refused("not now", 422);
    const empty = store();
    await expect(askForKey(to, empty)).rejects.toThrow("not now");
    expect(empty.pairs).toEqual([]);
    to.refusal = new NotKnown("not known");
    const lost = store();
    await expect(askForKey(to, lost)).rejects.toThrow("not known");
    expect(lost.pairs.length).toBe(1); // its entry may be asked for, and its head may enter it
    const other = new Console();
    other.fingerprint = "0000 0000";
    await expect(askForKey(other, empty)).rejects.toThrow("another fingerprint");
    expect(empty.pairs).toEqual([]);
  });

  it("sign a wording as the program signs a record", async () => {
    const seed = await imported("Ed25519", signatures.key.ed25519_seed);
    const { raw } = await readKey(signatures.key.vkey);
    const pair = { ...(await makeKeys()), signing: seed, signs: toBase64(raw) };
    const key = named(pair, "OK-1", "in_force");
    const verifier = await verifierOf(key, "A");
    expect(await readKey(verifier)).toMatchObject({ raw });
    expect(signatures.signatures.length).toBeGreaterThan(0);
    for (const { record, document, message } of signatures.signatures) {
      const hash = toHex(await sha256(utf8(record)));
      const made = JSON.parse(await signRecord(hash, key, "A", new Date(document.signed_at)));
      // The key has another name here, and nothing else of what is signed is another.
      const named = message.replace(signatures.key.name, verifier.slice(0, verifier.indexOf("+")));
      const signature = toBase64(new Uint8Array(await crypto.subtle.sign({ name: "Ed25519" }, seed, utf8(named))));
      expect(made).toEqual({ ...document, key: verifier, signature });
    }
  });

  it("are named as the console names them", async () => {
    const { raw } = await readKey(vectors.key.vkey);
    const verifier = await verifierOf({ signs: toBase64(raw) }, "A");
    expect(verifier).toBe(byProgram.verifier);
    await expect(verifierOf({ signs: toBase64(raw) }, "")).rejects.toThrow(Cannot);
  });

  it("takes no position from what asks for another case", async () => {
    const { to } = await ready();
    const about = await to.get<any>("/review/to-sign?codes=R-9");
    expect(() => positionsOf([draft("R-1")], about, MOMENT)).toThrow("R-1");
  });
});
