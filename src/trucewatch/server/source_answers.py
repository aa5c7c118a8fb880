"""What is asked of a new source before its file is taken, and what the answers make of its setting: title, giver, whose
words its rows are, whether it repeats another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from starlette.datastructures import FormData

from trucewatch.messages import Message
from trucewatch.model.speakers import PRESS
from trucewatch.model.testimony import CENTRE
from trucewatch.model.watch import SourceSetting, Watch
from trucewatch.server.accept import Choices
from trucewatch.server.forms import text_of, words_of

INDEPENDENT: Final = "independent"
CLAIM, SIDE, OWN = "claim:", "side:", "own:"
"""Before a party's id: the rows are its claim; they are words of the public on its side of the line. Before a
delegation's: the source is its own."""
MESSAGES: Final = ("mail", "telegram", "archived_media")
"""Adapters of what many people write: each sender is somebody's whom the source names, or a member of the public."""
NOBODY: Final = "nobody"
PRESS_ONLY: Final = "press"
_NO_PART_OF_THE_PREVIEW: Final = ("title", "organisation", "licence", "handling", "of", "side", "repeats")


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Whose words the rows may be: the value of the form's choice, what it says, and whose name stands in it."""

    value: str
    names: Mapping[str, str]
    id: str


def speakers(watch: Watch, kind: str) -> list[Speaker]:
    """The parties (kind CLAIM or SIDE), or the delegations that are no party (kind OWN)."""
    parties = {party.id: party.names for party in watch.agreement.party if party.role != "centre"}
    named = (
        {each.id: each.names for each in watch.settings.delegation if each.id not in parties}
        if kind == OWN
        else parties
    )
    return [Speaker(value=kind + id_, names=names, id=id_) for id_, names in named.items()]


def unanswered(choices: Choices) -> Message | None:
    """Why a new source cannot be taken yet; None once all is said, and for a source that stands."""
    setting = choices.setting
    is_said = (
        any(setting.title.values()) and setting.organisation and choices.words,
        setting.repeats or choices.repeats_nobody,
    )
    if not choices.is_new or all(is_said):
        return None
    return Message(
        "Before the file is taken, say the source's title, who gave it, whose words these are, and whether it repeats "
        "another source."
    )


def answered(watch: Watch, form: FormData, choices: Choices) -> Choices:
    """The choices with what the form answers; what is no answer counts as none."""
    setting, title = choices.setting, words_of(form, "title")
    setting = replace(
        setting,
        title={watch.settings.languages[0]: title} if title else {},
        organisation=words_of(form, "organisation"),
    )
    allowed = {
        CENTRE,
        INDEPENDENT,
        *(speaker.value for kind in (CLAIM, SIDE, OWN) for speaker in speakers(watch, kind)),
    }
    words = text_of(form, "words")
    words = words if words in allowed else ""
    setting = _in_words(setting, before=choices.words, words=words)
    if setting.adapter in MESSAGES:
        setting = _by_named_senders(setting, words, words_of(form, "channels", 1000).split(","))
    repeats, press = text_of(form, "repeats"), words_of(form, "press", 120)
    copied: tuple[str, ...] = (repeats,) if repeats in {source.id for source in watch.settings.source} else ()
    copied += (PRESS + press,) if press and repeats != NOBODY else ()
    return replace(
        choices, setting=replace(setting, repeats=copied), words=words, repeats_nobody=repeats == NOBODY and not copied
    )


def _in_words(setting: SourceSetting, *, before: str, words: str) -> SourceSetting:
    """The setting of a source whose rows are these words. What an earlier answer had put in goes again."""
    columns, claimed_by = dict(setting.columns), setting.claimed_by
    if before.startswith(CLAIM) and claimed_by == before.removeprefix(CLAIM):
        claimed_by = ""
    if before.startswith(SIDE) and words != before and columns.get("means") == "=public":
        del columns["means"]
    of = side = ""
    if words == CENTRE:
        of = CENTRE
    elif words.startswith(CLAIM):
        of = claimed_by = words.removeprefix(CLAIM)
    elif words.startswith(OWN):
        of = words.removeprefix(OWN)
    elif words.startswith(SIDE):
        side = words.removeprefix(SIDE)
        if setting.adapter == "event_table":
            columns.setdefault("means", "=public")
    return replace(setting, of=of, side=side, claimed_by=claimed_by, columns=columns)


def _by_named_senders(setting: SourceSetting, words: str, names: Sequence[str]) -> SourceSetting:
    """The setting of a mail or chat of which the words of these senders alone are somebody's; all others are the
    public's. Without a name it stays as it is, and its adapter asks for one."""
    whose = words.removeprefix(CLAIM) if words.startswith(CLAIM) else ""
    whose = setting.organisation if words == INDEPENDENT else whose
    channels = {name.strip(): whose for name in names if name.strip() and whose}
    if not channels:
        return replace(setting, channels={})
    return replace(setting, channels=channels, claimed_by="", of="")


def repeated_choice(choices: Choices) -> tuple[str, str]:
    """What of `repeats` stands in the form: the chosen source (or NOBODY, PRESS_ONLY), and the name of the press."""
    sources = [name for name in choices.setting.repeats if not name.startswith(PRESS)]
    press = next((name.removeprefix(PRESS) for name in choices.setting.repeats if name.startswith(PRESS)), "")
    if choices.repeats_nobody:
        return NOBODY, ""
    return (sources[0] if sources else PRESS_ONLY if press else ""), press


def reads_alike(choices: Choices, others: Choices) -> bool:
    """Whether a file was seen as it will be read: what was answered since changes no row but whose claim it is."""
    first, second = choices.setting, others.setting
    names = [*_NO_PART_OF_THE_PREVIEW, *(("claimed_by",) if second.of and second.of == second.claimed_by else ())]
    return replace(second, **{name: getattr(first, name) for name in names}) == first and choices.name == others.name
