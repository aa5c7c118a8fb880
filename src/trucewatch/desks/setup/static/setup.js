/* New watch: keeps what was typed and drawn until it is sent, finds towns while one is typed, ticks many boxes at once.
   Without this file every field is typed in and nothing is lost but what was not sent. */

const KEEP = "tw-new:";
const sent = (key) => key + ":sent";

/* What is typed or drawn stands in the browser's own store of this tab, so that a reload or a way back loses nothing. */
for (const form of document.querySelectorAll("form[data-keep]")) {
  const key = KEEP + location.pathname + location.search + form.action;
  const fields = () => [...form.elements].filter((field) => field.name && field.type !== "hidden" && field.type !== "file");
  if (sessionStorage.getItem(sent(key))) {
    sessionStorage.removeItem(key);
    sessionStorage.removeItem(sent(key));
  }
  const kept = JSON.parse(sessionStorage.getItem(key) ?? "null");
  if (kept)
    for (const field of fields()) {
      const value = kept[field.name];
      if (value === undefined) continue;
      if (field.type === "checkbox" || field.type === "radio") field.checked = value.includes(field.value);
      else field.value = value;
    }
  const keep = () => {
    const values = {};
    for (const field of fields())
      if (field.type === "checkbox" || field.type === "radio") {
        values[field.name] ??= [];
        if (field.checked) values[field.name].push(field.value);
      } else values[field.name] = field.value;
    try {
      sessionStorage.setItem(key, JSON.stringify(values));
    } catch {
      /* a full store keeps nothing; the form is as it was */
    }
  };
  for (const event of ["input", "change", "tw:corners"]) form.addEventListener(event, keep);
  form.addEventListener("submit", () => sessionStorage.setItem(sent(key), "1"));
}

for (const row of document.querySelectorAll("[data-ticks]")) {
  row.hidden = false;
  for (const button of row.querySelectorAll("[data-tick]"))
    button.addEventListener("click", () => {
      for (const box of document.querySelectorAll('input[type="checkbox"][name^="take-"]')) box.checked = button.dataset.tick === "all";
      row.closest("form").dispatchEvent(new Event("change", { bubbles: true }));
    });
}

/* A town by any of its spellings: the hits are buttons that put its coordinates into the field. */
for (const field of document.querySelectorAll("[data-places]")) {
  const box = document.querySelector(`[data-hits="${field.id}"]`);
  let asked = 0;
  const ask = async (query) => {
    const turn = ++asked;
    const answer = await fetch(`/new/places.json?${new URLSearchParams(query)}`, { headers: { Accept: "application/json" } }).catch(() => null);
    const found = answer?.ok ? await answer.json() : null;
    return turn === asked ? found : null;
  };
  const isPlace = () => /^\s*-?\d+(\.\d+)?\s*[,;]\s*-?\d+(\.\d+)?\s*$/.test(field.value);
  const land = async () => {
    const found = await ask({ at: field.value });
    if (found) box.textContent = found.is_land === false ? box.dataset.sea : "";
  };
  const search = async () => {
    const found = await ask({ q: field.value });
    if (!found) return;
    box.textContent = found.towns.length || field.value.trim().length < 3 ? "" : box.dataset.none;
    for (const town of found.towns) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "plain";
      button.textContent = `${town.name} · ${town.place}`;
      button.addEventListener("click", () => {
        field.value = town.place;
        field.dispatchEvent(new Event("input", { bubbles: true }));
        document.dispatchEvent(new Event("tw:look"));
        field.focus();
      });
      box.append(button);
    }
  };
  let waiting;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    if (!field.value.trim()) box.textContent = "";
    else waiting = setTimeout(() => void (isPlace() ? land() : search()), 200);
  });
  if (isPlace()) void land();
}
