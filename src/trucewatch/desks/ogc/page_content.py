"""Released features → what a page for people shows of them: a table, one feature, a map, and the form that chooses."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, Final

from fastapi import Request
from markupsafe import Markup

from trucewatch.desks.ogc.map_drawing import draw_map
from trucewatch.desks.ogc.query import ASSESSMENTS
from trucewatch.locale import Words
from trucewatch.locale.sanitize import printable
from trucewatch.locale.terms import kind_word
from trucewatch.model.observation import KINDS
from trucewatch.reports.outcome_policy import policy_of
from trucewatch.reports.outcome_told import counted_word
from trucewatch.reports.place_names import map_words
from trucewatch.reports.released_view import ReleasedView
from trucewatch.server.entrance import TOKEN

Feature = dict[str, Any]
_FILTERS: Final = ("outcome", "kind", "zone", "simulated", "min_probability", "datetime", "offset")
"""What the form sets anew; whatever else was asked for is kept."""


def items_shown(
    collection: str, view: ReleasedView, features: Sequence[Feature], words: Words, address: Callable[[str], str]
) -> dict[str, Any]:
    """The table's heads and rows, each with its address, and the map of the page."""
    if collection == "zones":
        heads = [words.gettext("Name"), words.gettext("Kind"), words.gettext("Provenance")]
        keys = ["name", "kind", "provenance"]
    else:
        heads = [words.gettext("What"), words.gettext("Where"), words.gettext("When (UTC)")]
        heads.append(words.gettext("Assessment"))
        keys = ["what_words", "where_words", "when", "outcome_words"]
        if view.tells_probability:
            heads.append(words.gettext("Probability"))
            keys.append("happened")
    rows = []
    for feature in features:
        facts = feature["properties"] | {"when": _when(feature["properties"])}
        cells = [_text(facts.get(key)) for key in keys]
        if facts["simulated"]:
            cells[0] = f"{cells[0]} ({words.gettext('simulated')})"
        rows.append((address(str(feature["id"])), cells))
    return {"heads": heads, "rows": rows, **_drawing(view, features, words)}


def item_shown(collection: str, view: ReleasedView, feature: Feature, words: Words) -> dict[str, Any]:
    """One feature: what it is, in sentences, and every value under its key."""
    facts = feature["properties"]
    if collection == "zones":
        name, sentences = str(facts["name"]), [str(facts.get("provenance", ""))]
    else:
        name = str(facts["what_words"])
        reasons = facts.get("reason_words") or []
        reasons = [reasons] if isinstance(reasons, str) else list(reasons)
        sentences = [str(facts["where_words"]), _when(facts), str(facts["outcome_words"]), *map(str, reasons)]
    return {
        "name": name,
        "sentences": [sentence for sentence in dict.fromkeys(sentences) if sentence],
        "values": [(key, _text(value)) for key, value in facts.items() if value != []],
        **_drawing(view, [feature], words),
    }


def form_shown(collection: str, view: ReleasedView, request: Request, words: Words) -> dict[str, Any]:
    """What can be chosen by, as far as this recipient is told it: words and zones, all that there can be, no counts."""
    parameters = dict(request.query_params)
    hidden = [(name, value) for name, value in parameters.items() if name not in _FILTERS and value]
    if token := request.scope.get("state", {}).get("token_in_address", ""):
        hidden.append((TOKEN, token))
    choices: list[tuple[str, str, list[tuple[str, str]]]] = []
    if collection == "incidents":
        if policy_of(view.recipient) != "none":
            outcomes = [(word, counted_word(word, words)) for word in ASSESSMENTS]
            choices.append(("outcome", words.gettext("Assessment"), outcomes))
        kinds = [(word, kind_word(word, words)) for word in KINDS]
        zones = {zone.id: printable(words.name(zone.names, otherwise=zone.id)) for zone in view.zones}
        real = [("false", words.gettext("real")), ("true", words.gettext("simulated"))]
        choices += [
            ("kind", words.gettext("Kind"), kinds),
            ("zone", words.gettext("Zone"), list(zones.items())),
            ("simulated", words.gettext("Real or simulated"), real),
        ]
    return {
        "choices": choices,
        "tells_probability": collection == "incidents" and view.tells_probability,
        "parameters": parameters,
        "hidden": hidden,
        "here": request.url.path,
    }


def _drawing(view: ReleasedView, features: Sequence[Feature], words: Words) -> dict[str, Any]:
    """The map and what stands under it."""
    label = words.gettext("Map of what stands on this page, as finely as it was released")
    zones = [zone.geometry for zone in view.zones]
    legend = words.gettext(
        "Lines: zones as they are released; marks: what stands on this page, dashed where simulated."
    )
    return {
        "drawing": Markup(draw_map(zones, features, area=view.watch.settings.area, label=label)),
        "under_map": f"{legend} {map_words(view.watch, words)}",
    }


def _when(facts: dict[str, Any]) -> str:
    start, end = str(facts.get("start", "")), str(facts.get("end", ""))
    return start if start == end or not end else f"{start} – {end}"


def _text(value: Any) -> str:
    """A value as a cell shows it."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return ", ".join(value) or "–"
    return json.dumps(value, ensure_ascii=False)
