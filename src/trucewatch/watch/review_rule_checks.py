"""What must hold of `[review]` and of those who review: a rule that somebody can satisfy, delegations told apart."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from trucewatch.messages import Message
from trucewatch.model.agreement import Agreement
from trucewatch.model.faults import Fault
from trucewatch.model.never_here_text import looks, plain_text
from trucewatch.model.review_outcome import LEAST_DELEGATIONS, own_clauses, own_observations
from trucewatch.model.review_rule import AttributionRule, ReviewRule
from trucewatch.model.roles import OF_A_DELEGATION, RIGHTS, Right, Role
from trucewatch.model.watch import Delegation, SourceSetting, WatchFile
from trucewatch.watch.faults_of_file import FaultList
from trucewatch.watch.toml_lines import Path, TomlLines
from trucewatch.watch.toml_records import did_you_mean

MOST_HOURS: Final = 10 * 366 * 24
LEAST_MINUTES: Final = 5
"""Within which a person can answer."""
MOST_EACH: Final = 20
_HOURS: Final = ("hours", "discussion_hours", "objection_hours", "decision_hours")
_REVIEW: Final[Path] = ("review",)
_DIGITS: Final = str.maketrans("01i", "oll")
"""Digits and letters that look alike in short names."""
_MOST_NAMED: Final = 12
_COMMON: Final = "common"


def check_review(settings: WatchFile, agreement: Agreement | None, lines: TomlLines) -> list[Fault]:
    """Faults of `[review]`, `[review.attribution]` and of what delegations are called. Without a readable agreement
    clauses and parties are not asked for."""
    faults = FaultList("watch.toml", lines)
    rule = settings.review
    for key in _HOURS:
        _check_hours(getattr(rule, key), (*_REVIEW, key), faults)
    _check_hours(rule.attribution.hours, (*_REVIEW, "attribution", "hours"), faults)
    _check_quorum(rule, _REVIEW, faults)
    _check_quorum(rule.attribution, (*_REVIEW, "attribution"), faults)
    if lines.has(_REVIEW) and len(settings.delegation) < LEAST_DELEGATIONS:
        faults.warning(
            _REVIEW,
            Message(
                "a finding is agreed by two delegations or more, and the watch has {count}",
                count=len(settings.delegation),
            ),
            Message("name the other [[delegation]]; until then positions can be given, and nothing is agreed"),
        )
    for index, delegation in enumerate(settings.delegation):
        if delegation.id.lower() == _COMMON:
            what = Message('the id "{id}" is what the text that all sign stands under', id=delegation.id)
            faults.error(("delegation", index, "id"), what, Message("give the delegation another id"))
    _check_names(settings.delegation, faults)
    if agreement is not None:
        _check_states(settings.delegation, agreement, faults)
        if rule.recuse:
            _check_recusal(settings.delegation, agreement, faults)
        if rule.recuse_evidence:
            _check_recusal_by_evidence(settings, agreement, faults)
    return faults


def _check_hours(hours: float, path: Path, faults: FaultList) -> None:
    if not LEAST_MINUTES / 60 <= hours <= MOST_HOURS:
        faults.error(
            path,
            Message("{key} is {hours}", key=str(path[-1]), hours=f"{hours:g}"),
            Message("write hours from 0.084 (five minutes) up, at most those of ten years"),
        )


def _check_quorum(rule: ReviewRule | AttributionRule, path: Path, faults: FaultList) -> None:
    """How many of each delegation sign, and of which roles: that there can be so many."""
    if not rule.signers:
        remedy = Message('write signers = ["head", "officer"], or leave it out')
        faults.error((*path, "signers"), Message("no role signs, so no position could count"), remedy)
    for key in ("signers", "stands_in"):
        for role in getattr(rule, key):
            if role not in OF_A_DELEGATION:
                faults.error(
                    (*path, key),
                    Message('{key} names "{role}", which nobody is for a delegation', key=key, role=role.value),
                    Message('write "head" or "officer"; positions are those of delegations'),
                )
    if not 1 <= rule.each <= MOST_EACH:
        what = Message("each is {count}", count=rule.each)
        faults.error(
            (*path, "each"), what, Message("write how many of each delegation sign, 1 to {most}", most=MOST_EACH)
        )
        return
    speaking = {role for role in (*rule.signers, *rule.stands_in) if Right.AGREE in RIGHTS[role]}
    if rule.signers and not speaking:
        faults.error(
            (*path, "signers"),
            Message("nobody of these roles speaks for a delegation, so no position could be given"),
            Message('add "head" or "officer" to signers or to stands_in'),
        )
    if rule.each > 1 and speaking == {Role.HEAD}:
        faults.error(
            (*path, "each"),
            Message("{count} of each delegation sign, and a delegation has one head", count=rule.each),
            Message('write each = 1, or add "officer" to signers or to stands_in'),
        )


def _check_names(delegations: tuple[Delegation, ...], faults: FaultList) -> None:
    """Two delegations that a reader could take for each other, in any of their names."""
    for (_, single), (index, other) in combinations(enumerate(delegations), 2):
        if single.id == other.id:
            continue  # an error of its own
        alike = {_as_seen(name): name for name in (single.id, *single.names.values())}
        for name in (other.id, *other.names.values()):
            if _as_seen(name) in alike:
                faults.error(
                    ("delegation", index),
                    Message(
                        'the name "{name}" looks like "{other}" of another delegation',
                        name=name[:60],
                        other=alike[_as_seen(name)][:60],
                    ),
                    Message("give them names that a reader tells apart, written in letters of one script"),
                    Message('delegation "{id}"', id=other.id[:40]),
                )
                break


def _as_seen(name: str) -> str:
    return " ".join(looks(plain_text(name)).translate(_DIGITS).split())


def _check_states(delegations: tuple[Delegation, ...], agreement: Agreement, faults: FaultList) -> None:
    recognised = {*agreement.party_ids, *(body.id for body in agreement.body), *(each.id for each in delegations)}
    claimed: dict[str, str] = {}
    for index, delegation in enumerate(delegations):
        path: Path = ("delegation", index, "state")
        place = Message('delegation "{id}"', id=delegation.id[:40])
        if delegation.state and delegation.state not in recognised:
            what = Message('state "{name}" is no party, body or delegation', name=delegation.state[:40])
            faults.error(path, what, did_you_mean(delegation.state, sorted(recognised)), place)
        if delegation.own in claimed and delegation.id != claimed[delegation.own]:
            faults.error(
                path,
                Message(
                    'has the state "{name}", which is that of delegation "{other}" too',
                    name=delegation.own[:40],
                    other=claimed[delegation.own][:40],
                ),
                Message(
                    "each delegation has a state of its own; leave state out where the delegation is named as its state"
                ),
                place,
            )
        claimed.setdefault(delegation.own, delegation.id)


def _check_recusal(delegations: tuple[Delegation, ...], agreement: Agreement, faults: FaultList) -> None:
    """Clauses of which nothing could be agreed, since the rule leaves fewer than two delegations for them."""
    if len(delegations) < LEAST_DELEGATIONS:
        return
    path: Path = (*_REVIEW, "recuse")
    left = {
        stipulation.id: len(delegations) - len(own_clauses(delegations, agreement, stipulation.obliged))
        for _, stipulation in agreement.stipulations()
    }
    clauses = [clause for clause, count in left.items() if count < LEAST_DELEGATIONS]
    if not clauses:
        return
    named = ", ".join(_first(clauses))
    if len(clauses) == len(left):
        faults.error(
            path,
            Message(
                "recuse leaves fewer than two delegations for every clause ({clauses}), so nothing could be agreed",
                clauses=named,
            ),
            Message("write recuse = false; whose own state a clause binds is said on the page and in print either way"),
        )
    else:
        faults.warning(
            path,
            Message(
                "recuse leaves fewer than two delegations for these clauses, of which nothing can be agreed: {clauses}",
                clauses=named,
            ),
            Message("write recuse = false if this is not meant; whose own state a clause binds is said either way"),
        )


def _check_recusal_by_evidence(settings: WatchFile, agreement: Agreement, faults: FaultList) -> None:
    """Sources of whose observations nothing could be agreed, since the rule leaves fewer than two delegations for
    them."""
    count = len(settings.delegation)
    if count < LEAST_DELEGATIONS or not settings.source:
        return
    path: Path = (*_REVIEW, "recuse_evidence")
    own = {
        each.id: own_observations(settings.delegation, agreement, [each], _claimed_by_all(each))
        for each in settings.source
    }
    few = [source for source, whose in own.items() if count - len(whose) < LEAST_DELEGATIONS]
    if not few:
        return
    named = ", ".join(_first(few))
    if len(few) == len(own):
        faults.error(
            path,
            Message(
                "recuse_evidence leaves fewer than two delegations for what every source tells ({sources}), so nothing "
                "could be agreed",
                sources=named,
            ),
            Message(
                "write recuse_evidence = false; whose own state’s sources a finding rests on is said on the page and "
                "in print either way"
            ),
        )
    else:
        faults.warning(
            path,
            Message(
                "recuse_evidence leaves fewer than two delegations for what these sources tell, of which nothing can "
                "be agreed: {sources}",
                sources=named,
            ),
            Message(
                "write recuse_evidence = false if this is not meant; whose own state’s sources a finding rests on is "
                "said either way"
            ),
        )


def _claimed_by_all(source: SourceSetting) -> list[str]:
    """Whom every row of a source names as its claimant, as its columns say."""
    column = source.columns.get("claimed_by", "")
    return [column.removeprefix("=")] if column.startswith("=") else []


def _first(clauses: list[str]) -> Iterator[str]:
    yield from clauses[:_MOST_NAMED]
    if len(clauses) > _MOST_NAMED:
        yield "…"
