/** A list as one stop of the Tab key: arrows, Home and End go along it, Enter opens; a click anywhere in a row opens it too. */

/** Begin it for every list that names its links: `<table data-rove="a.opens">`. */
export function begin(): void {
  for (const list of document.querySelectorAll<HTMLElement>("[data-rove]")) rove(list, list.dataset.rove ?? "a");
}

/** Make the links of a list one stop. Without script each is a stop of its own, and works. */
export function rove(list: HTMLElement, itemSelector: string): void {
  const items = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>(itemSelector)];
  const stopAt = (chosen: HTMLElement): void => {
    for (const item of items()) item.tabIndex = item === chosen ? 0 : -1;
  };
  const first = items()[0];
  if (!first) return;
  stopAt(first);
  list.addEventListener("focusin", (event) => {
    const item = (event.target as Element).closest<HTMLElement>(itemSelector);
    if (item) stopAt(item);
  });
  list.addEventListener("keydown", (event) => {
    const item = (event.target as Element).closest<HTMLElement>(itemSelector);
    if (!item || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const all = items();
    const next = stepped(all.indexOf(item), all.length, event.key);
    if (next === undefined) return;
    event.preventDefault();
    all[next]?.focus();
    all[next]?.closest("tr, li")?.scrollIntoView({ block: "nearest" });
  });
  list.addEventListener("click", (event) => {
    const target = event.target as Element;
    // A link, a button or marked text is what was meant, not the row.
    if (event.defaultPrevented || target.closest("a, button, input, select, summary, label") || getSelection()?.toString()) return;
    const link = target.closest("tbody tr, li")?.querySelector<HTMLElement>(itemSelector);
    if (!link) return;
    if (event.ctrlKey || event.metaKey) window.open((link as HTMLAnchorElement).href, "_blank", "noopener");
    else link.click();
  });
}

/** Where a key leads from a place in a list of so many; nothing for a key that leads nowhere. */
export function stepped(place: number, count: number, key: string): number | undefined {
  switch (key) {
    case "ArrowDown":
      return Math.min(place + 1, count - 1);
    case "ArrowUp":
      return Math.max(place - 1, 0);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}
