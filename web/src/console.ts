/** What every page of the console loads. Pages work without it; it makes them quick. */

import "./console.css";
import htmx from "htmx.org";
import * as calendar from "./fields/calendar.js";
import * as files from "./fields/files.js";
import * as roving from "./roving.js";
import { withWords } from "./words.js";
import * as alarm from "./watch/alarm.js";
import * as brush from "./watch/brush.js";
import * as choosing from "./watch/choose.js";
import * as filters from "./watch/filters.js";
import * as fresh from "./watch/fresh.js";
import * as keys from "./watch/keys.js";
import * as listStop from "./watch/list_stop.js";
import * as news from "./watch/news.js";
import * as notices from "./watch/notices.js";
import * as replay from "./watch/replay.js";
import * as sheets from "./watch/sheets.js";

// Set before the document is ready: no code from attributes, no style element, no pages kept in storage.
Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  scrollIntoViewOnBoost: false,
});

// A part of a page comes in the page's own language, also where only the address asked for it.
document.addEventListener("htmx:configRequest", (event) => {
  (event as CustomEvent<{ headers: Record<string, string> }>).detail.headers["X-Page-Language"] = document.documentElement.lang;
});

// Before anything is drawn: what only works with scripts shows itself by this.
document.documentElement.dataset["script"] = "on";
filters.begin();
sheets.begin();
keys.begin();
fresh.begin();
roving.begin();
notices.begin();
// Whatever can be pressed listens before the page's words are there: a press in between would be lost.
// The map's module stands behind this one on its pages; nothing here waits for it.
choosing.begin();
listStop.begin();
calendar.begin();
files.begin();
alarm.begin();
replay.begin();
withWords(() => {
  brush.begin();
  news.begin();
});
