"""How a link stands, in the words of the table's cell: the server's and, when the slider moves, the browser's."""

from __future__ import annotations

from trucewatch.desks.linking.map_data import BOTH_WAYS
from trucewatch.locale import Words
from trucewatch.model.link_statements import NOT_KNOWN, STATUS_WORDS


def status_text(words: Words, ends: tuple[str, str], there: str, back: str | None = None) -> str:
    """A status, or one of each direction where they differ. ends: what the first and the second end are called; back:
    None for a link that is passed one way only."""
    in_words = {
        status: words.say(STATUS_WORDS.get(status, STATUS_WORDS[NOT_KNOWN])) for status in (there, back or there)
    }
    if back is None or back == there:
        return in_words[there]
    return words.gettext(BOTH_WAYS.template).format(
        first=ends[0], second=ends[1], there=in_words[there], back=in_words[back]
    )
