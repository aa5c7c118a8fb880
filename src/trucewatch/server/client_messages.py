"""The words of the browser side, in the reader's language: what the map, the brush, the live bar and the proofs say.

They stand once, in `words.json`: English, which the browser falls back on, and the key of the catalogues. A sentence
that depends on a number has a form for `one` and for `other`; `{name}` is filled in by the browser.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Final

from trucewatch.locale import Words, capitalised
from trucewatch.locale.terms import kind_word, outcome_word
from trucewatch.model.observation import KINDS
from trucewatch.model.outcomes import OUTCOMES

COUNTS: Final = (*range(21), 100, 1000, 1_000_000)
"""Whole numbers that between them show every plural form of the languages that we know."""
Forms = dict[str, str]


@cache
def english() -> dict[str, str | Forms]:
    """Every key with its English sentence, or its two forms."""
    words: dict[str, str | Forms] = json.loads(files(__package__).joinpath("words.json").read_text(encoding="utf-8"))
    return words


def browser_words(words: Words) -> dict[str, str | Forms]:
    """Every key → its sentence, or its plural forms by the names that browsers know (`one`, `few`, `many`, `other`)."""
    spoken: dict[str, str | Forms] = {
        key: words.gettext(text) if isinstance(text, str) else _forms(text, words) for key, text in english().items()
    }
    spoken |= {f"outcome_{outcome}": capitalised(outcome_word(outcome, words), words.language) for outcome in OUTCOMES}
    return spoken | {f"kind_{kind}": capitalised(kind_word(kind, words), words.language) for kind in KINDS}


def _forms(forms: Forms, words: Words) -> Forms:
    """The forms of one sentence, by category."""
    by_category: Forms = {}
    singular, several = forms["one"], forms["other"]
    for count in (*COUNTS, COUNTS[-1]):
        category = words.locale.plural_form(count)
        by_category.setdefault(category, words.ngettext(singular, several, count))
    by_category.setdefault("other", words.ngettext(singular, several, COUNTS[-1]))
    return by_category
