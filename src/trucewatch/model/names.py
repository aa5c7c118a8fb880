"""Names in several languages: what a place, a party or a provision is called, with no name marked as official."""

from __future__ import annotations

from collections.abc import Mapping

Names = Mapping[str, str]
"""Language code → name. Where a language has two names in use, both stand with a slash, in alphabetical order."""


def name_in(names: Names, language: str, *, otherwise: str = "") -> str:
    """The name in `language`, else in English, else the first in order of language code, else `otherwise`.

    >>> name_in({"az": "Laçın", "hy": "Բերձոր"}, "tr")
    'Laçın'
    """
    if language in names:
        return names[language]
    if "en" in names:
        return names["en"]
    return names[min(names)] if names else otherwise
