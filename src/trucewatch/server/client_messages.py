"""The words of the browser side, in the reader's language: what the map, the brush, the live bar and the proofs say.

The same keys and English sentences stand in `web/src/words.json`, which the browser falls back on; a test holds the two
together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from trucewatch.locale import Words, capitalised, mark
from trucewatch.locale.terms import kind_word, outcome_word
from trucewatch.model.incident import OUTCOMES
from trucewatch.model.observation import KINDS

SENTENCES: Final[Mapping[str, str]] = {
    "map": mark("Map of incidents"),
    "map_how": mark(
        "Arrow keys go from incident to incident, Enter opens, plus and minus zoom, Shift with an arrow moves the map. "
        "Everything on this map is also in the list."
    ),
    "map_incident": mark("Map of this incident's observations"),
    "map_incident_how": mark("Every ellipse and bearing on this map is also in the table of observations."),
    "map_draw": mark("Map to draw on"),
    "map_failed": mark(
        "The map cannot be drawn in this browser: {reason}. The list holds everything that the map shows."
    ),
    "map_ground_failed": mark(
        "The map's ground could not be read ({reason}). Signs are shown without it; reload the page to try again."
    ),
    "zoom_in": mark("Zoom in"),
    "zoom_out": mark("Zoom out"),
    "whole_area": mark("Whole area"),
    "north": mark("N"),
    "km": mark("{n} km"),
    "m": mark("{n} m"),
    "legend": mark("Legend"),
    "legend_frame": mark("Frame: outcome (worst of its findings)"),
    "legend_figure": mark("Figure: kind"),
    "legend_place": mark("Place and lines"),
    "legend_ellipse": mark("95% ellipse, when wider than the sign"),
    "legend_tile": mark("Many incidents: count and shares of outcome; opens by zoom or Enter"),
    "legend_simulated": mark("Simulated, where real ones are shown too"),
    "legend_chosen": mark("Chosen"),
    "legend_line": mark("Line of contact, derived, ±{km} km"),
    "legend_boundary": mark("State boundary"),
    "legend_disputed": mark("Disputed boundary"),
    "legend_derived": mark("{name}, derived, ±{km} km"),
    "legend_set": mark("Boundaries: {name}"),
    "legend_fused": mark("fused, 95%"),
    "legend_observation": mark("observation, letter as in the table"),
    "legend_claim": mark("claim, letter as in the table"),
    "legend_bearing": mark("bearing"),
    "legend_first": mark("first list L1"),
    "no_further": mark("No further incident in this direction"),
    "incident": mark("Incident {code}"),
    "draw_hint": mark(
        "Click to add a corner. Enter or double click closes, Backspace removes the last, drag moves one."
    ),
    "draw_list": mark("Corners as longitude, latitude; one a line"),
    "draw_close": mark("Close the shape"),
    "draw_remove": mark("Remove the last corner"),
    "draw_clear": mark("Start again"),
    "draw_bad_line": mark("Line {n} is not a longitude and a latitude, as in 46.75, 39.82."),
    "draw_crosses": mark("The outline crosses itself. Move a corner."),
    "brush_from": mark("Start of the time shown"),
    "brush_to": mark("End of the time shown"),
    "news_changed": mark("The list has changed · show"),
    "offline": mark("No connection since {time}. You see what was known then."),
    "online": mark("The connection is back."),
    "try_now": mark("Try now"),
    "alarm_saved": mark("Your alarm settings are kept in this browser."),
    "close": mark("Close"),
    "copied": mark("Copied"),
    "copy_failed": mark("This browser does not allow copying. Mark the text and copy it yourself."),
    "hash_step": mark("SHA-256 of the {n} bytes that this browser received"),
    "hash_agrees": mark("agrees"),
    "hash_differs": mark("does not agree"),
    "hash_when": mark("Recomputed in this browser, {time}"),
    "hash_expected": mark("stated"),
    "hash_computed": mark("computed here"),
    "hash_failed": mark("Could not be recomputed: {reason}"),
    "proof_leaf": mark("Hash of the entry as a leaf of the log: SHA-256 of a zero byte and the entry's {n} bytes"),
    "proof_checkpoint": mark("Root and size that the checkpoint states"),
    "proof_signature": mark("Ed25519 signature of the checkpoint by the key {key}"),
    "proof_no_ed25519": mark("This browser cannot check Ed25519 signatures; the program can: trucewatch ledger verify"),
    "proof_all": mark("All {n} steps agree. Nothing but this browser took part in it."),
    "proof_some": mark("Not all steps agree. Do not rely on this entry before you know why."),
    "proof_no_crypto": mark("This browser computes hashes only over https or on this computer."),
    "state_live": mark("Live · last record {time}"),
    "state_late": mark("Late · last record {time}"),
    "state_past": mark("Watch time, not live"),
    "state_replay": mark("Replay · {time}"),
}
"""Single sentences; `{name}` is filled in by the browser."""

COUNTS: Final = (*range(21), 100, 1000, 1_000_000)
"""Whole numbers that between them show every plural form of the languages that we know."""


def browser_words(words: Words) -> dict[str, str | dict[str, str]]:
    """Every key → its sentence, or its plural forms by the names that browsers know (`one`, `few`, `many`, `other`)."""
    said: dict[str, str | dict[str, str]] = {key: words.gettext(text) for key, text in SENTENCES.items()}
    said |= {f"outcome_{one}": capitalised(outcome_word(one, words), words.language) for one in OUTCOMES}
    said |= {f"kind_{one}": capitalised(kind_word(one, words), words.language) for one in KINDS}
    return said | {key: _forms(key, words) for key in _counted(words, 1)}


def _forms(key: str, words: Words) -> dict[str, str]:
    """The forms of one sentence, by category."""
    forms: dict[str, str] = {}
    for count in COUNTS:
        forms.setdefault(words.locale.plural_form(count), _counted(words, count)[key])
    forms.setdefault("other", _counted(words, COUNTS[-1])[key])
    return forms


def _counted(words: Words, count: int) -> dict[str, str]:
    """The sentences that depend on a number, as they are for this one; the browser fills in `{n}`."""
    return {
        "tile": words.ngettext("{n} incident here. Enter zooms in.", "{n} incidents here. Enter zooms in.", count),
        "draw_few": words.ngettext("At least {n} corner is needed.", "At least {n} corners are needed.", count),
        "draw_done": words.ngettext("Shape closed with {n} corner.", "Shape closed with {n} corners.", count),
        "news": words.ngettext("{n} new incident · show", "{n} new incidents · show", count),
        "news_said": words.ngettext("{n} new incident, {all} in all.", "{n} new incidents, {all} in all.", count),
        "alarm_match": words.ngettext(
            "{n} new incident that you asked to be told about.",
            "{n} new incidents that you asked to be told about.",
            count,
        ),
        "proof_path": words.ngettext(
            "Root from the leaf and {n} neighbour hash, for entry {index} of {size}",
            "Root from the leaf and {n} neighbour hashes, for entry {index} of {size}",
            count,
        ),
    }
