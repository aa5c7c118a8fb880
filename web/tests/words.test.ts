import { expect, it, vi } from "vitest";

it("acts at once where the words are there, else after them and in the order of the calls", async () => {
  vi.resetModules();
  document.documentElement.dataset["words"] = "/words.json";
  let answer: (response: Response) => void = () => undefined;
  vi.stubGlobal("fetch", () => new Promise<Response>((resolve) => (answer = resolve)));
  const { say, withWords } = await import("../src/words.js");
  const order: string[] = [];
  withWords(() => order.push(say("review_working")));
  withWords(() => order.push("second"));
  await new Promise((resolve) => setTimeout(resolve));
  expect(order).toEqual([]);
  answer(new Response(JSON.stringify({ review_working: "Einen Moment" })));
  await vi.waitFor(() => expect(order).toEqual(["Einen Moment", "second"]));
  withWords(() => order.push("third"));
  expect(order.at(-1)).toBe("third");
});

it("acts in English at once where the words failed to come", async () => {
  vi.resetModules();
  document.documentElement.dataset["words"] = "/words.json";
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError()));
  const { loadWords, say, withWords } = await import("../src/words.js");
  await loadWords();
  let sentence = "";
  withWords(() => (sentence = say("review_undo")));
  expect(sentence).toBe("Undo");
  delete document.documentElement.dataset["words"];
});
