"""What must hold of all that an outcome rests on: the watch's threshold, roles, who obliges, numbers, and who
acknowledged a notice."""

from __future__ import annotations

from collections.abc import Sequence

from trucewatch.messages import Message
from trucewatch.model.agreement import Agreement, Provision, Stipulation
from trucewatch.model.faults import Fault
from trucewatch.model.observation import ASPECTS
from trucewatch.model.watch import WatchFile
from trucewatch.model.zone import Notice
from trucewatch.watch.faults_of_file import FaultList
from trucewatch.watch.provision_checks import check_number
from trucewatch.watch.toml_lines import Path, TomlLines

_LEAST, _MOST = 0.5, 1.0


def check_threshold(settings: WatchFile, lines: TomlLines) -> list[Fault]:
    """The fault of a probability from which no outcome, or every outcome, would be said."""
    faults = FaultList("watch.toml", lines)
    if not _LEAST <= settings.say_outcome_from <= _MOST:
        faults.error(
            ("say_outcome_from",),
            Message("say_outcome_from is {value}", value=f"{settings.say_outcome_from:g}"),
            Message("write a probability from 0.5 to 1; 0.9 if unsure"),
        )
    for index, recipient in enumerate(settings.recipient):
        for aspect in recipient.withheld_aspects:
            faults.check_word(("recipient", index, "withheld_aspects"), aspect, ASPECTS, "aspect")
    return faults


def check_outcomes(agreement: Agreement, settings: WatchFile | None, lines: TomlLines) -> list[Fault]:
    """Faults of `agreement.toml`: of roles, of who says that somebody is obliged, of numbers."""
    faults = FaultList("agreement.toml", lines)
    if agreement.party and not agreement.bound_ids:
        faults.error(
            ("party",),
            Message("nobody has the role of a party"),
            Message('the bound sides are role = "party"; signatory and guarantor are others'),
        )
    speakers = {*agreement.party_ids, *(body.id for body in agreement.body)}
    if settings is not None:
        speakers |= {delegation.id for delegation in settings.delegation}
    for number, provision in enumerate(agreement.provision):
        for which, stipulation in enumerate(provision.stipulation):
            path: Path = ("provision", number, "stipulation", which)
            _check_stipulation(provision, stipulation, path, speakers, faults)
    return faults


def _check_stipulation(
    provision: Provision, stipulation: Stipulation, path: Path, speakers: set[str], faults: FaultList
) -> None:
    place = Message("part {id} of clause {number}", id=stipulation.id, number=provision.number)
    source, colon, who = stipulation.obliged_by.partition(":")
    if (source, bool(colon)) not in (("text", False), ("reading", True)):
        faults.error(
            (*path, "obliged_by"),
            Message('obliged_by "{value}" is not known', value=stipulation.obliged_by[:60]),
            Message('write "text", or "reading:WHO" where the clause names nobody'),
            place,
        )
    elif colon:
        faults.check_word((*path, "obliged_by"), who, speakers, "speaker")
    if stipulation.number is not None:
        faults.of_row((*path, "number"), check_number(stipulation.number), place)
    if stipulation.kind == "kept_up" and not stipulation.what and stipulation.number is None:
        faults.error(
            (*path, "what"),
            Message("asks for nothing to be kept up"),
            Message('write what = "presence" or number = {{ counter = …, at_least = … }}'),
            place,
        )


def check_acknowledgements(notices: Sequence[Notice], agreement: Agreement, settings: WatchFile) -> list[Fault]:
    """Faults of `notices.csv`: acknowledged by somebody who is neither a party nor a delegation."""
    known = {*agreement.party_ids, *(delegation.id for delegation in settings.delegation)}
    return [
        Fault(
            "notices.csv",
            notice.row,
            Message('notice "{notice}"', notice=notice.id[:40]),
            Message('is acknowledged by "{who}", who is no party and no delegation', who=who[:40]),
            Message("write ids parted by blanks: {ids}", ids=", ".join(sorted(known))),
        )
        for notice in notices
        for who in notice.acknowledged_by
        if who not in known
    ]
