/** The reader of an official statement: one card of the margin is chosen, `j` and `k` go on to the next and the previous, and the keys that decide press its own buttons. Every one of these is a form or a link without this. */

const cards = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("[data-card]")];

function chosen(): HTMLElement | undefined {
  return cards().find((card) => card.classList.contains("is-chosen"));
}

/** The keys of the page belong to the buttons of one card (keys.ts presses what bears `data-key`). */
function choose(card: HTMLElement | undefined, { moves }: { moves: boolean }): void {
  for (const other of cards()) {
    other.classList.toggle("is-chosen", other === card);
    for (const control of other.querySelectorAll<HTMLElement>("[data-act]")) {
      if (other === card) {
        control.dataset["key"] = control.dataset["act"];
        control.setAttribute("aria-keyshortcuts", control.dataset["act"] ?? "");
      } else {
        delete control.dataset["key"];
        control.removeAttribute("aria-keyshortcuts");
      }
    }
  }
  if (!card || !moves) return;
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
  // Below the text, as on a phone, both cannot be in sight: the card is what was asked for.
  if (!matchMedia("(min-width: 1001px)").matches) return;
  const words = document.querySelector(`.carried[href="#${CSS.escape(card.id)}"]`);
  words?.scrollIntoView({ block: "nearest" });
}

function step(by: number): void {
  const all = cards();
  const at = all.findIndex((card) => card.classList.contains("is-chosen"));
  choose(all[Math.min(Math.max(at + by, 0), all.length - 1)], { moves: true });
}

/** The card that the address names, if it names one: an address may name a paragraph too. */
function named(): HTMLElement | undefined {
  const id = decodeURIComponent(location.hash.slice(1));
  return cards().find((card) => card.id === id);
}

/** The first that nobody decided; it comes into sight where the margin goes by itself, and the page stays. */
function chooseFirstOpen(): void {
  const all = cards();
  const first = all.find((card) => card.classList.contains("is-open")) ?? all[0];
  choose(first, { moves: false });
  const margin = first?.closest<HTMLElement>(".margin");
  if (!first || !margin || margin.scrollHeight <= margin.clientHeight || first === all[0]) return;
  margin.scrollTop += first.getBoundingClientRect().top - margin.getBoundingClientRect().top - 12;
}

for (const button of document.querySelectorAll<HTMLElement>("[data-step]")) {
  button.hidden = false;
  button.addEventListener("click", () => step(Number(button.dataset["step"])));
}
document.addEventListener("focusin", (event) => {
  const card = (event.target as Element).closest<HTMLElement>("[data-card]");
  if (card && card !== chosen()) choose(card, { moves: false });
});
addEventListener("hashchange", () => {
  const card = named();
  if (card) choose(card, { moves: true });
});
const asked = named();
if (asked) choose(asked, { moves: true });
else chooseFirstOpen();
