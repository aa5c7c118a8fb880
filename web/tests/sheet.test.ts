import { beforeEach, describe, expect, it, vi } from "vitest";

const [give, hand, reloaded] = [vi.fn(), vi.fn(), vi.fn()];
vi.mock("../src/review/handing.js", () => ({ giveInTheOpen: give, handIn: hand }));
vi.mock("../src/review/own_keys.js", () => ({ checkBrowser: async () => undefined, keyToSign: async () => ({ code: "OK-1" }) }));

type Listener = (event: any) => void;

/** A page with one form of one case and its button, as far as the sheet asks for them. */
class Sheet {
  readonly listeners: Record<string, Listener[]> = {};
  readonly sentences: string[] = [];
  readonly attributes = new Map<string, string>();
  readonly radio = { name: "answer-what", value: "dissent", checked: false, closest: () => null };
  readonly region: any = {
    appended: [] as any[],
    append: (...parts: any[]) => this.region.appended.push(...parts),
    sentences: this.sentences,
    set textContent(sentence: string) {
      this.sentences.push(sentence);
      this.appended = [];
    },
  };
  readonly form: any = {
    dataset: { code: "R-1", step: "open" },
    querySelector: (selector: string) => (selector === "[data-review-status]" ? this.region : null),
    querySelectorAll: (selector: string) => (selector.startsWith("input") ? [this.radio] : []),
    closest: (selector: string) => (selector.startsWith("form") ? this.form : null),
    contains: () => false,
    dispatchEvent: () => this.fire("change", this.form),
  };
  readonly button: any = {
    setAttribute: (name: string, value: string) => this.attributes.set(name, value),
    getAttribute: (name: string) => this.attributes.get(name) ?? null,
    removeAttribute: (name: string) => this.attributes.delete(name),
    closest: (selector: string) => (selector.startsWith("form") ? this.form : selector.includes("review-sign") ? this.button : null),
  };

  constructor(step: string) {
    this.form.dataset.step = step;
    this.radio.checked = true;
    this.radio.value = "concur";
    const listen = (name: string, act: Listener): void => void (this.listeners[name] ??= []).push(act);
    vi.stubGlobal("document", {
      documentElement: { lang: "en", dataset: {} },
      addEventListener: listen,
      querySelector: (selector: string) => (selector === "[data-review-status]" ? this.region : null),
      querySelectorAll: (selector: string) => (selector === "form[data-review-form]" ? [this.form] : []),
      getElementById: () => null,
      createElement: (name: string) => made(name),
    });
    vi.stubGlobal("addEventListener", listen);
    vi.stubGlobal("location", { pathname: "/review/R-1", reload: reloaded, assign: reloaded });
    vi.stubGlobal("CSS", { escape: (text: string) => text });
    vi.stubGlobal("navigator", {});
    vi.stubGlobal("HTMLElement", class {});
    vi.stubGlobal("Event", class { constructor(readonly type: string) {} });
  }

  fire(name: string, target: any, more = {}): void {
    for (const act of this.listeners[name] ?? []) act({ target, preventDefault: () => undefined, ...more });
  }

  press(): void {
    this.fire("click", this.button);
  }
}

function made(name: string): any {
  const listeners: Listener[] = [];
  return {
    localName: name, attributes: {} as Record<string, string>,
    setAttribute(key: string, value: string) { this.attributes[key] = value; },
    addEventListener: (_name: string, act: Listener) => listeners.push(act),
    click: (detail = 1) => listeners.forEach((act) => act({ detail })),
    append: () => undefined,
    querySelectorAll: () => [],
  };
}

async function begun(step: string): Promise<Sheet> {
  const page = new Sheet(step);
  const [sheet, { loadWords }] = [await import("../src/review/sheet.js"), await import("../src/words.js")];
  sheet.begin();
  await loadWords();
  return page;
}

const settled = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 20));

beforeEach(() => {
  vi.resetModules();
  for (const mock of [give, hand, reloaded]) mock.mockReset();
  give.mockResolvedValue({ path: "/review/R-1", sealedTo: [] });
  hand.mockResolvedValue({ path: "/review/R-1", sealedTo: ["OK-1"] });
});

describe("a form that is signed", () => {
  it("is given once, also where it is pressed again while the page that follows loads", async () => {
    const page = await begun("open");
    page.press();
    await settled();
    expect(reloaded).toHaveBeenCalledTimes(1);
    expect(page.attributes.get("aria-busy")).toBe("true");
    page.press();
    page.attributes.clear();
    page.press();
    await settled();
    expect(give).toHaveBeenCalledTimes(1);
    expect(reloaded).toHaveBeenCalledTimes(1);
  });

  it("is free again where it was not given", async () => {
    const page = await begun("open");
    give.mockRejectedValueOnce(new Error("no"));
    page.press();
    await settled();
    expect(page.attributes.has("aria-busy")).toBe(false);
    page.press();
    await settled();
    expect(give).toHaveBeenCalledTimes(2);
  });

  it("says one moment and nothing of another tab where it is pressed twice before the words came", async () => {
    const page = new Sheet("open");
    const lock = vi.fn(async (_name: string, _options: unknown, act: (lock: unknown) => Promise<void>) => act(lock.mock.calls.length === 1 ? {} : null));
    vi.stubGlobal("navigator", { locks: { request: lock } });
    const sheet = await import("../src/review/sheet.js");
    sheet.begin();
    page.press();
    page.press();
    await settled();
    expect(page.sentences).toEqual(["One moment: this browser does it."]);
  });
});

describe("a strange key", () => {
  it("is sealed to only after a button of its own, whatever is clicked twice", async () => {
    const page = await begun("blind");
    const { Strange, browserKnown } = await import("../src/review/known_keys.js");
    hand.mockRejectedValue(new Strange("OK-9 would open what you seal", [{ code: "OK-9", opens: "age1strange" }]));
    page.press();
    await settled();
    page.press();
    await settled();
    expect(page.sentences.at(-1)).toBe("OK-9 would open what you seal");
    expect(browserKnown.read()).not.toContain("age1strange");
    const [, ours] = page.region.appended;
    expect(ours.textContent).toBe("It is ours: sign");
    ours.click(2);
    await settled();
    expect(hand).toHaveBeenCalledTimes(2);
    hand.mockResolvedValue({ path: "/review/R-1", sealedTo: ["OK-1", "OK-9"] });
    ours.click();
    await settled();
    expect(browserKnown.read()).toContain("age1strange");
    expect(hand).toHaveBeenCalledTimes(3);
    expect(reloaded).toHaveBeenCalledTimes(1);
  });
});

describe("a case that is shown in its row", () => {
  async function shown(answer: () => Promise<Partial<Response>>, more: object = {}): Promise<{ page: Sheet; row: any; asked: ReturnType<typeof vi.fn> }> {
    const page = new Sheet("blind");
    const [queue, { loadWords }] = [await import("../src/review/queue.js"), await import("../src/words.js")];
    await loadWords();
    const asked = vi.fn(answer);
    vi.stubGlobal("fetch", asked);
    vi.stubGlobal("DOMParser", class { parseFromString = () => ({ querySelectorAll: () => [page.form] }); });
    const link: any = { href: "/review/R-1", closest: () => row };
    const row: any = {
      dataset: { reviewCase: "R-1" }, attributes: new Map<string, string>(), parts: [] as any[],
      setAttribute: (name: string, value: string) => row.attributes.set(name, value),
      getAttribute: (name: string) => row.attributes.get(name) ?? null,
      removeAttribute: (name: string) => row.attributes.delete(name),
      querySelector: (selector: string) => (selector === "a[href]" ? link : selector === "[data-review-status]" ? page.region : (row.parts[0] ?? null)),
      querySelectorAll: () => [],
      append: (part: any) => row.parts.push(part),
    };
    Object.assign(page.form, { parentElement: null, getAttribute: () => null });
    page.form.querySelectorAll = () => [];
    Object.assign(document, {
      activeElement: link,
      importNode: () => page.form,
      querySelectorAll: (selector: string) => (selector.startsWith("li") ? [row] : []),
      querySelector: (selector: string) => (selector === "dialog[open]" ? null : selector === "[data-review-list]" ? bar : page.region),
    });
    const bar: any = { ...made("p"), dataset: {}, querySelector: () => ({ ...made("p"), toggleAttribute: () => undefined, append: () => undefined }) };
    queue.begin();
    const enter = (): void => page.fire("keydown", link, { key: "Enter", ...more });
    enter();
    enter();
    await settled();
    return { page, row, asked };
  }

  it("is asked for once, and stands there once, where Enter is pressed twice", async () => {
    const { row, asked } = await shown(async () => ({ ok: true, redirected: false, text: async () => "" }));
    expect(asked).toHaveBeenCalledTimes(1);
    expect(row.parts.length).toBe(1);
    expect(row.attributes.has("aria-busy")).toBe(false);
  });

  it("is not asked for by a key that is held down", async () => {
    const { asked } = await shown(async () => ({ ok: true, redirected: false, text: async () => "" }), { repeat: true });
    expect(asked).not.toHaveBeenCalled();
  });

  it("says what the console answered, and that it does not only where it does not", async () => {
    const answers: [() => Promise<Partial<Response>>, string][] = [
      [async () => ({ ok: true, redirected: true, status: 200 }), "signed in no more"],
      [async () => ({ ok: false, redirected: false, status: 403 }), "R-1 is not shown here: the console answered 403"],
      [async () => Promise.reject(new TypeError()), "does not answer"],
      [async () => ({ ok: true, redirected: false, text: () => Promise.reject(new TypeError()) }), "does not answer"],
    ];
    for (const [answer, sentence] of answers) {
      vi.resetModules();
      const { page, row } = await shown(answer);
      expect(page.sentences.at(-1)).toContain(sentence);
      expect(row.attributes.has("aria-busy")).toBe(false);
    }
  });
});

describe("the first key", () => {
  async function keyed(isEarly: boolean): Promise<Sheet> {
    const page = new Sheet("blind");
    const [sheet, queue, { loadWords }] = [await import("../src/review/sheet.js"), await import("../src/review/queue.js"), await import("../src/words.js")];
    sheet.begin();
    queue.begin();
    if (!isEarly) await loadWords();
    page.fire("keydown", page.form, { key: "d", stopImmediatePropagation: () => undefined });
    return page;
  }

  it("is told what it asks for, in the turn in which it was pressed, and that answers are here alone", async () => {
    const page = await keyed(false);
    expect(page.sentences.at(-1)).toMatch(/^R-1: write your own version.*not kept when you leave it\.$/);
    await settled();
    expect(page.sentences.at(-1)).toMatch(/^R-1: write/);
  });

  it("is told so too where the words came after it", async () => {
    const page = await keyed(true);
    await settled();
    expect(page.sentences.at(-1)).toMatch(/^R-1: write your own version/);
  });
});
