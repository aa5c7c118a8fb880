import { describe, expect, it, vi } from "vitest";
import { Cannot, NotKnown, Refused, talk } from "../src/review/talk.js";

const JSON_TYPE = { "Content-Type": "application/json" };
const post = (): Promise<unknown> => talk.post("/review/R-1/position", {}, "once");

function answered(body: string | null, init: ResponseInit): void {
  vi.stubGlobal("fetch", async () => new Response(body, init));
}

describe("what was handed over and not answered", () => {
  it("is not called unentered", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError()));
    await expect(post()).rejects.toThrow(/not known whether it was entered/);
    await expect(post()).rejects.toThrow(NotKnown);
    await expect(talk.get("/review/keys/mine")).rejects.toThrow(/Nothing was entered/);
  });

  it("is not called unsent where the answer was torn off", async () => {
    answered('{"path": "/rev', { headers: JSON_TYPE });
    await expect(post()).rejects.toThrow(NotKnown);
    const fault = await talk.get("/review/keys/mine").catch((one: unknown) => one);
    expect(fault).toBeInstanceOf(Cannot);
    expect(fault).not.toBeInstanceOf(NotKnown);
  });

  it("is not called refused where something between here and the console answers", async () => {
    answered("<h1>Bad gateway</h1>", { status: 502 });
    await expect(post()).rejects.toThrow(NotKnown);
    await expect(post()).rejects.toThrow(/502.*see whether it was entered/);
    answered('{"detail": "you gave a position already"}', { status: 409, headers: JSON_TYPE });
    await expect(post()).rejects.toThrow(Refused);
  });
});
