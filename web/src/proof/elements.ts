/** `<tw-hash>` and `<tw-proof>`: what the page claims, computed again in this browser, step by step. */

import { make } from "../map/furniture.js";
import { clock, loadWords, say } from "../words.js";
import { fromBase64, fromHex, same, sha256, toHex } from "./bytes.js";
import { leafHash, rootFromPath } from "./merkle.js";
import { readCheckpoint, readKey, signedBy } from "./note.js";

export interface Proof {
  entry: number;
  bytes_b64: string;
  leaf_hash: string;
  index: number;
  size: number;
  path: string[];
  root: string;
  checkpoint: string;
  origin: string;
  key: string;
}

type Verdict = "yes" | "no" | "cannot";

interface Step {
  what: string;
  verdict: Verdict;
  computed?: string;
  stated?: string;
}

function shown(step: Step): HTMLElement {
  const item = make("li");
  const body = make("div", "", "", { "data-agrees": step.verdict });
  const word = step.verdict === "yes" ? `✓ ${say("hash_agrees")}` : step.verdict === "no" ? `≠ ${say("hash_differs")}` : "–";
  body.append(make("span", "", `${step.what}: `), make("span", "tw-verdict", word));
  for (const [key, value] of [["hash_computed", step.computed], ["hash_expected", step.stated]] as const) {
    if (!value) continue;
    const line = make("p", "tw-which");
    line.append(make("span", "", say(key)), make("code", "", value));
    body.append(line);
  }
  item.append(body);
  return item;
}

abstract class Recomputed extends HTMLElement {
  connectedCallback(): void {
    void this.run();
  }

  protected abstract steps(): Promise<Step[]>;
  protected abstract summary(steps: Step[]): string;

  private async run(): Promise<void> {
    await loadWords();
    this.setAttribute("aria-busy", "true");
    let steps: Step[];
    let summary: string;
    try {
      if (!globalThis.crypto?.subtle) throw new Error(say("proof_no_crypto"));
      steps = await this.steps();
      summary = this.summary(steps);
    } catch (fault) {
      steps = [];
      summary = say("hash_failed", { reason: fault instanceof Error ? fault.message : String(fault) });
    }
    const agrees = steps.length > 0 && steps.every((step) => step.verdict !== "no");
    const whole = steps.length > 0 && steps.every((step) => step.verdict === "yes");
    this.dataset["agrees"] = whole ? "yes" : agrees ? "part" : "no";
    const list = make("ol", "tw-steps");
    list.append(...steps.map(shown));
    this.replaceChildren(list, make("p", "tw-summary", summary, { role: "status" }));
    this.setAttribute("aria-busy", "false");
  }
}

async function bytesAt(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** The SHA-256 of the bytes at `data-url`, beside the hash that the record states (`data-expected`, hex). */
class TwHash extends Recomputed {
  protected async steps(): Promise<Step[]> {
    const bytes = await bytesAt(this.dataset["url"] ?? "");
    const computed = toHex(await sha256(bytes));
    const stated = (this.dataset["expected"] ?? "").toLowerCase().replace(/^sha256[:-]/, "");
    return [{ what: say("hash_step", { n: bytes.length }), verdict: computed === stated ? "yes" : "no", computed, stated }];
  }

  protected summary(): string {
    return say("hash_when", { time: clock(new Date()) });
  }
}

/** An entry's way to the signed checkpoint, from the JSON at `data-proof`. */
class TwProof extends Recomputed {
  protected async steps(): Promise<Step[]> {
    const text = new TextDecoder().decode(await bytesAt(this.dataset["proof"] ?? ""));
    return proofSteps(JSON.parse(text) as Proof);
  }

  protected summary(steps: Step[]): string {
    return steps.every((step) => step.verdict !== "no") ? say("proof_all", { n: steps.filter((step) => step.verdict === "yes").length }) : say("proof_some");
  }
}

async function proofSteps(proof: Proof): Promise<Step[]> {
  const entry = fromBase64(proof.bytes_b64);
  const leaf = await leafHash(entry);
  const steps: Step[] = [{ what: say("proof_leaf", { n: entry.length }), verdict: judged(same(leaf, fromHex(proof.leaf_hash))), computed: toHex(leaf), stated: proof.leaf_hash }];
  const what = say("proof_path", { n: proof.path.length, index: proof.index, size: proof.size });
  let root = "";
  try {
    root = toHex(await rootFromPath(leaf, proof.index, proof.size, proof.path.map(fromHex)));
    steps.push({ what, verdict: judged(root === proof.root.toLowerCase()), computed: root, stated: proof.root });
  } catch (fault) {
    steps.push({ what, verdict: "no", computed: fault instanceof Error ? fault.message : String(fault), stated: proof.root });
  }
  const checkpoint = readCheckpoint(proof.checkpoint);
  const agrees = toHex(checkpoint.root) === root && checkpoint.size === proof.size && checkpoint.origin === proof.origin;
  steps.push({ what: say("proof_checkpoint"), verdict: judged(agrees), computed: `${root} · ${proof.size}`, stated: `${toHex(checkpoint.root)} · ${checkpoint.size}` });
  const key = await readKey(proof.key);
  const signed = await signedBy(checkpoint, key);
  if (signed === null) steps.push({ what: say("proof_no_ed25519"), verdict: "cannot" });
  else steps.push({ what: say("proof_signature", { key: `${key.name}+${toHex(key.id)}` }), verdict: judged(signed) });
  return steps;
}

function judged(agrees: boolean): Verdict {
  return agrees ? "yes" : "no";
}

customElements.define("tw-hash", TwHash);
customElements.define("tw-proof", TwProof);
