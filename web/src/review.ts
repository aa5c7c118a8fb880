/**
 * The review of findings in the officer's browser: keys, positions, sealing, opening. Loaded by the desk's pages alone.
 *
 * What pages give it to hold on to (all text comes from the server or from words.json):
 *
 * any page      `[data-review-status]` (aria-live) says what was done and what stands in the way.
 *               `[data-review-case="R-1"][data-step="opening"]`: what one's own delegation sealed is opened at once; with `open` what it did not open before.
 *               `[data-review-case="R-1"][data-step="blind"]`, a row with `[data-own="sealed"]`: sealed again where a key in force is missing.
 * keys          `button[data-review-make-key]` makes a pair of keys and asks for entry;
 *               `[data-review-key="OK-3"]` on a row gets `data-held="yes"`, and `[data-review-held]` in it a word, where this
 *               browser holds its private half; `.fingerprint` in it is held against the browser's own.
 * a case        `form[data-review-form][data-code][data-step][data-finding-sha256]`, method="dialog" and without a submit
 *               button (so that no browser ever sends it): radios `answer-QUESTION`, texts `version-QUESTION` and
 *               `reason-QUESTION`, `button[type=button][data-review-sign]`. What was put stands in `[data-review-put]`.
 * the queue     `[data-review-case="R-1"][data-incident]` rows with a link to the case; Enter shows the case's own
 *               `[data-review-put]` and its form in the row; `[data-review-list]` is the bar of what is signed as one act.
 * a list        several such forms on one page, and one `button[data-review-sign]` outside them.
 * wording       `form[data-review-wording-sign][data-record-sha256][data-delegation]` (one's own) with a hidden field `document`.
 */

import * as opening from "./review/opening.js";
import * as ownKeys from "./review/own_keys.js";
import * as queue from "./review/queue.js";
import * as sheet from "./review/sheet.js";
import * as wording from "./review/wording.js";
import { withWords } from "./words.js";

// All listen before the page's words came: what is pressed in between would be lost, or a form sent unsigned.
wording.begin();
ownKeys.begin();
sheet.begin();
queue.begin();
withWords(() => void opening.begin());
