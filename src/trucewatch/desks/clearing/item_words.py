"""What stands on the pages of mines beside fields and steps: rows of the lists, and the medical request first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from trucewatch.messages import Message
from trucewatch.model.aid_accidents import is_unasked, medical_word
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.ground_word import ground_in, hazard_standing, hazards_touching
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.pipeline.aid_states import state_of
from trucewatch.server.aid_view import may_enter, names_of
from trucewatch.server.entered_pages import Block, ListRow
from trucewatch.server.view import View

PATHS: Final = {
    "hazard": "/mines",
    "survey": "/mines/surveys",
    "device": "/mines/devices",
    "accident": "/mines/accidents",
}
NEW_PASSAGE: Final = "/notifications/medical/new"
"""Where a medical passage is asked for."""
NOT_LEAVE: Final = Message("What stands here is what was surveyed, by whom, when. It is no leave to enter any ground.")
ERASED: Final = Message("its time to be kept is over")


def list_rows(view: View, book: AidBook, items: Iterable[Item]) -> list[ListRow]:
    """Items as a list shows them, the latest first; accidents without a medical request before everything."""
    names = names_of(view)
    return [
        ListRow(
            code=item.code,
            line=ERASED if item.row is None else TABLES[item.table].line(item.row, names),
            state=state_of(book, item),
            path=f"{PATHS[item.table]}/{item.code}",
            day=getattr(item.row, "day", None),
            is_urgent=item.table == "accident" and item.row is not None and is_unasked(item),
        )
        for item in sorted(items, key=lambda item: (item.first.known_at, item.number), reverse=True)
    ]


def district_words(view: View, book: AidBook, district: str) -> tuple[Message, ...]:
    """What is known of mines in a district, with by whom and of which day."""
    return ground_in(book.items("hazard", "survey"), district, names_of(view))


def accident_blocks(view: View, book: AidBook, item: Item) -> Sequence[Block]:
    """The medical request before everything; numbers of people side by side; the investigation apart."""
    names = names_of(view)
    people = item.steps_of("casualties")
    blocks = [
        Block(
            title=Message("Medical request first"),
            sentences=(
                medical_word(item),
                *(TABLES["medical_request"].line(step.row, names) for step in item.steps_of("medical_request")),
            ),
        )
    ]
    if people:
        side_by_side = Message("As each says. Numbers of several are never added up.")
        sentences = (side_by_side, *(TABLES["casualties"].line(step.row, names) for step in people))
        blocks.append(Block(title=Message("People killed and injured"), sentences=sentences))
    investigations = item.steps_of("investigation")
    if investigations:
        apart = Message("It is apart from this record; what it found stays with who leads it.")
        sentences = (*(TABLES["investigation"].line(step.row, names) for step in investigations), apart)
        blocks.append(Block(title=Message("Investigation"), sentences=sentences))
    return blocks


def accident_acts(view: View, book: AidBook, item: Item) -> Sequence[tuple[Message, str]]:
    """To ask for medical passage at once, and to enter that it was asked."""
    if not may_enter(view, "accident"):
        return ()
    passage = [(Message("Ask for medical passage …"), NEW_PASSAGE)] if may_enter(view, "passage") else []
    return (
        *passage,
        (Message("Enter that medical help was asked for …"), f"{PATHS['accident']}/{item.code}/add/medical_request"),
    )


def hazard_blocks(view: View, book: AidBook, item: Item) -> Sequence[Block]:
    """How it stands, and what else was said of its district."""
    if item.row is None:
        return ()
    names = names_of(view)
    others = [each for each in hazards_touching(book.items("hazard"), item.row.district) if each.item.code != item.code]
    surveys = [
        survey for survey in book.items("survey") if survey.row is not None and survey.row.district == item.row.district
    ]
    blocks = [Block(title=Message("How it stands"), sentences=(hazard_standing(item).sentence(names),))]
    if others or surveys:
        sentences: tuple[Any, ...] = (
            *(each.sentence(names) for each in others),
            *(TABLES["survey"].line(survey.row, names) for survey in surveys),
        )
        blocks.append(Block(title=Message("Also in its district"), sentences=sentences))
    return blocks


def printed(view: View, book: AidBook, item: Item) -> Sequence[Message]:
    """What stands on every page and print of ground."""
    return (NOT_LEAVE,)
