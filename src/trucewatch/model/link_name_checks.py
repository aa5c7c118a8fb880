"""What must hold of the names of links, nodes, routes and corridors: who uses each, where that was read, and no slogan
in the watch's own voice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trucewatch.messages import Message
from trucewatch.model.link_checks import MOST_SOURCE, of_text, unknown
from trucewatch.model.link_vocabulary import LinkTerms, has_corridor_word, slogan_in
from trucewatch.model.meeting_checks import At, Trouble
from trucewatch.model.names import OUR_OWN, PlaceName
from trucewatch.model.naming import script_of

MOST_NAME = 120
"""Characters of a name."""


def name_troubles(names: Sequence[PlaceName], terms: LinkTerms, *, may_be_corridor: bool = False) -> Iterator[Trouble]:
    """Everything that is wrong with the names of one thing. may_be_corridor: whether it is a corridor, so that the
    watch may write the word that the instrument has."""
    for number, name in enumerate(names):
        at: At = ("name", number)
        yield from of_text(at, name.text, most=MOST_NAME, is_needed=True)
        yield from of_text((*at, "source"), name.source, most=MOST_SOURCE, is_needed=True)
        if not (1 < len(name.language) <= 12 and name.language.replace("-", "").isalnum() and name.language.isascii()):
            what = Message('"{language}" is no language', language=name.language[:40])
            yield Trouble((*at, "language"), what, Message('write codes such as "en" or "hy"'))
        if not name.users:
            what = Message("nobody uses it")
            remedy = Message("name a party, a body, a state, an instrument or one of its texts, UN, or watch")
            yield Trouble((*at, "used_by"), what, remedy)
        yield from unknown((*at, "used_by"), name.users, terms.users, Message("whoever can use a name"))
        if name.from_ is not None and name.until is not None and name.until <= name.from_:
            what = Message("it is used from {start} until {end}", start=name.from_, end=name.until)
            yield Trouble((*at, "until"), what, Message("swap from and until"))
        script = script_of(name.text)
        if name.script and script and name.script != script:
            what = Message("it is not written in {script}", script=name.script[:20])
            yield Trouble((*at, "script"), what, Message('write script = "{script}", or leave it out', script=script))
        if OUR_OWN in name.users:
            yield from _of_own_voice(name, at, may_be_corridor)


def _of_own_voice(name: PlaceName, at: At, may_be_corridor: bool) -> Iterator[Trouble]:
    slogan = slogan_in(name.text)
    if slogan or (has_corridor_word(name.text) and not may_be_corridor):
        what = Message('the watch itself would say "{slogan}"', slogan=slogan or name.text[:40])
        yield Trouble((*at, "used_by"), what, Message("write who uses this name, with the text in which that was read"))
