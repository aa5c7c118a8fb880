"""The words of the browser side, in the reader's language: what the map, the brush, the live bar and the proofs say.

They stand once, in `words.json`: English, which the browser falls back on, and the key of the catalogues. A sentence
that depends on a number has a form for `one` and for `other`; `{name}` is filled in by the browser.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Final

from trucewatch.locale import Words, capitalised
from trucewatch.locale.terms import held_back_word, held_word, kind_word, outcome_word
from trucewatch.model.observation import KINDS
from trucewatch.model.outcomes import HELD, OUTCOMES

COUNTS: Final = (*range(21), 100, 1000, 1_000_000)
"""Whole numbers that between them show every plural form of the languages that we know."""
Forms = dict[str, str]
_DAY_PART: Final = re.compile(r"'([^']*)'|d+|M+|y+")
"""The parts of a day's pattern (Unicode Technical Standard 35, part 4), and what is quoted in it."""
_DAY_NAMES: Final = {"MMM": "month", "MM": "mm"}


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
    standing = {outcome: outcome_word(outcome, words) for outcome in OUTCOMES if outcome != "undetermined"}
    standing |= {word: held_word(word, words) for word in HELD} | {"undetermined": held_back_word(words)}
    spoken |= {f"outcome_{name}": capitalised(word, words.language) for name, word in standing.items()}
    spoken |= {f"kind_{kind}": capitalised(kind_word(kind, words), words.language) for kind in KINDS}
    return spoken | _formats(words)


def _formats(words: Words) -> Forms:
    """How numbers and days are written, from Babel: a browser need not know the language."""
    locale = words.locale
    symbols = locale.number_symbols["latn"]
    months = locale.months["format"]["abbreviated"]
    names, weekdays = locale.months["stand-alone"]["wide"], locale.days["stand-alone"]["short"]
    return {
        "format_group": str(symbols["group"]),
        "format_decimal": str(symbols["decimal"]),
        "format_day": _DAY_PART.sub(_placeholder, str(locale.date_formats["medium"].pattern)),
        "format_months": "|".join(str(months[month]) for month in range(1, 13)),
        "format_month_names": "|".join(str(names[month]) for month in range(1, 13)),
        "format_weekdays": "|".join(str(weekdays[number]) for number in range(7)),
        "format_first_weekday": str(locale.first_week_day),
    }


def _placeholder(part: re.Match[str]) -> str:
    return part[1] if part[1] is not None else f"{{{_DAY_NAMES.get(part[0], part[0])}}}"


def _forms(forms: Forms, words: Words) -> Forms:
    """The forms of one sentence, by category."""
    by_category: Forms = {}
    singular, several = forms["one"], forms["other"]
    for count in (*COUNTS, COUNTS[-1]):
        category = words.locale.plural_form(count)
        by_category.setdefault(category, words.ngettext(singular, several, count))
    by_category.setdefault("other", words.ngettext(singular, several, COUNTS[-1]))
    return by_category
