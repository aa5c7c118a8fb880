"""How a window of silence stands, in sentences; nothing here says that it was kept."""

from __future__ import annotations

from trucewatch.messages import Message
from trucewatch.model.aid_naming import AidNaming
from trucewatch.model.aid_windows import acts_text
from trucewatch.model.window_state import SideStand, Terms

NOT_IN_FORCE = Message("not in force")


def stand_words(stand: SideStand) -> Message:
    """What a side said, with when."""
    match stand.word:
        case "agreed":
            return Message("agrees as asked, answered {at}", at=stand.at)
        case "changed":
            return Message("agrees in other terms, answered {at}", at=stand.at)
        case "declined":
            return Message("declines, answered {at}", at=stand.at)
        case _:
            return Message("has not answered")


def stand_note(stand: SideStand, version: int) -> Message | str:
    """What has to be known of an answer beside it: late, after the end, of an earlier version."""
    late: Message | None = None
    if stand.is_after and stand.word in ("agreed", "changed"):
        late = Message("answered after the end: it puts nothing in force")
    elif stand.is_late and stand.word in ("agreed", "changed"):
        late = Message("answered after it began: counts from the answer on")
    if not stand.of_version or stand.of_version == version:
        return late or ""
    earlier = Message(
        "this answers version {of}; version {version} is not answered", of=stand.of_version, version=version
    )
    return Message("{first}; {second}", first=earlier, second=late) if late else earlier


def terms_cells(terms: Terms, naming: AidNaming) -> tuple[Message | str, ...]:
    """From, until, where and which acts, as cells of a row."""
    districts: Message | str = ", ".join(naming.district(each) for each in sorted(terms.districts))
    if terms.outlines:
        districts = Message("{districts}, inside an outline", districts=districts)
    return (
        Message("{moment}", moment=terms.from_),
        Message("{moment}", moment=terms.until),
        districts,
        acts_text(terms.acts),
    )
