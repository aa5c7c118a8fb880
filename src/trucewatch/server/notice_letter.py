"""A notification as a letter: the same words for every side, in every language of the watch. Nothing of it that is not
the side's to know: not who else is told by which way, not what others answered, not what the centre is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import HTMLResponse

from trucewatch.locale import Words, languages, words
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Amount, Message
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_naming import AidNaming
from trucewatch.model.aid_notification_state import FIXED_SENTENCES, has_lapsed
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.aid_tables import MANY, AidField
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.pipeline.aid_states import states_of_sides
from trucewatch.server.notice_view import path_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.view import View

NOT_FOR_SIDES: Final = frozenset(("itself", "by_coordinator", "by_post_box", "shown", "tell", "ended"))


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPart:
    """The letter in one language: its title, whom it goes to and its fields in words, the sentences at its foot."""

    language: str
    language_name: str
    title: str
    rows: tuple[tuple[str, str], ...]
    sentences: tuple[str, ...]


def letter_of(view: View, item: Item, sides: Sequence[str]) -> list[LetterPart]:
    """The letter to these sides, a part for each language of the watch."""
    spoken = [each for each in view.watch.settings.languages if each in languages()] or ["en"]
    return [_part(view, item, sides, language) for language in spoken]


def letter_page(view: View, book: AidBook, item: Item) -> HTMLResponse:
    """The page to be printed. Raises RefusalError 404 once routes and times lapsed."""
    if item.row is None or has_lapsed(item.row, now=book.now, zone=book.zone):
        raise RefusalError(404, Message("{code} lapsed: nothing of it can be printed any more.", code=item.code))
    letters = letter_of(view, item, [state.side for state in states_of_sides(book, item)])
    return view.page("entered/letter.jinja", item=item, back=path_of(item), letters=letters)


def told_rows(view: View, item: Item, row: Any, speaker: Words) -> tuple[tuple[str, str], ...]:
    """What a side is told of an item: the label and the words of each field that holds something."""
    names = AidNaming(view.watch, speaker.language)
    return tuple(
        (speaker.say(each.label), printable(_in_words(view, each, value, names, speaker)))
        for each in TABLES[item.table].fields
        if each.name not in NOT_FOR_SIDES and not _is_empty(value := getattr(row, each.name))
    )


def _part(view: View, item: Item, sides: Sequence[str], language: str) -> LetterPart:
    speaker, names = words(language), AidNaming(view.watch, language)
    return LetterPart(
        language=language,
        language_name=speaker.language_name(language),
        title=speaker.say(Message("{title} {code}", title=TABLES[item.table].title, code=item.code)),
        rows=(
            (speaker.say(Message("To the sides")), printable(speaker.listed([names.side(side) for side in sides]))),
            *told_rows(view, item, item.row, speaker),
        ),
        sentences=tuple(speaker.say(sentence) for sentence in FIXED_SENTENCES),
    )


def _is_empty(value: Any) -> bool:
    return value is None or value is False or (isinstance(value, str | tuple) and not value)


def _in_words(view: View, each: AidField, value: Any, names: AidNaming, speaker: Words) -> str:
    if each.kind == "organisation":
        return names.organisation(value)
    if each.kind == "district":
        return names.district(value)
    if each.kind in MANY:
        return speaker.listed([_single(each, part, names, speaker) for part in value])
    if each.kind == "choice":
        return _single(each, value, names, speaker)
    if each.kind == "yes":
        return speaker.gettext("yes")
    if each.kind == "place":
        return f"{value[0]:.5f}, {value[1]:.5f}"
    if each.kind == "count":
        return speaker.say(Message("{number}", number=Amount(value)))
    if each.kind in ("day", "moment"):
        return speaker.say(Message("{at}", at=value), zone=view.watch.zone)
    return str(value)


def _single(each: AidField, part: str, names: AidNaming, speaker: Words) -> str:
    if each.kind == "districts":
        return names.district(part)
    return speaker.say(each.choices[part]) if part in each.choices else part
