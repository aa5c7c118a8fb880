"""The last list of a watch → what is known of each incident, and what an analyst may do to it."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, tzinfo
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from trucewatch.desks.incidents.codes import incidents_by_code, other_record
from trucewatch.desks.incidents.records import rejected_incidents
from trucewatch.errors import WatchError
from trucewatch.fusion.classify import class_table
from trucewatch.messages import Amount, Message
from trucewatch.model.edits import MOST_CLAIMANT, MOST_REASON, Act, Stated, undone_by
from trucewatch.model.ids import Sha256
from trucewatch.model.incident import Finding, Incident, finding_rows, incident_rows
from trucewatch.model.observation import KINDS, MEANS
from trucewatch.model.people import PERCEIVED
from trucewatch.model.review_list import cases_among, review_documents
from trucewatch.model.short_codes import codes_of, ids_called, typed_digits
from trucewatch.model.speakers import public_names
from trucewatch.model.standing import NO_CLAUSE, standings_of
from trucewatch.model.times import iso_utc, read_time
from trucewatch.model.typed_text import refusal_of
from trucewatch.model.verification import access_refused_to, with_access_refused
from trucewatch.model.watch import Watch
from trucewatch.store import Store
from trucewatch.store.edit_records import hide_names, record_act, recorded_acts
from trucewatch.store.lists import RecordedList, last_list
from trucewatch.store.verification_records import recorded_steps

if TYPE_CHECKING:
    from trucewatch.desks.incidents.detail import IncidentDetail
    from trucewatch.fusion.for_and_against import Reason


MOST_MERGED: Final = 50
"""Incidents that one act puts together."""
MOST_PUT_TOGETHER: Final = 5_000
"""Observations that it puts together."""
SUPPOSED: Final = "a-supposed"
"""The id of an act that nobody entered."""


class Listing:
    """The last list that was recorded, and the acts on it. Ids may be given by any unique beginning.

    Raises WatchError where there is no list yet (unless none is needed), for an id that is none or several, and for an
    act that can change nothing.
    """

    def __init__(self, store: Store, watch: Watch, clock: Callable[[], datetime], *, needs_list: bool = True) -> None:
        self.store, self.watch, self._clock = store, watch, clock
        self.folder: Path = store.root.parent
        self._looks_ahead = False
        self._last = last_list(store)
        self._acts = recorded_acts(store)
        if needs_list and self._last is None:
            raise WatchError(
                Message(
                    "{folder} has no list yet; make one with: trucewatch run {again}",
                    folder=self.folder,
                    again=self.folder,
                )
            )

    @property
    def last(self) -> RecordedList:
        assert self._last is not None, "a listing that needs no list has none"
        return self._last

    @cached_property
    def incidents(self) -> tuple[Incident, ...]:
        return tuple(incident_rows(self.last.table(self.store, "incidents")))

    @property
    def clock(self) -> datetime:
        """The watch's own clock."""
        return self.watch.settings.watch_time or self._clock()

    def now(self) -> datetime:
        """The computer's clock."""
        return self._clock()

    @cached_property
    def findings(self) -> list[Finding]:
        """The findings of the list, as the centre itself is told them."""
        findings = self.last.table(self.store, "findings")
        return finding_rows(with_access_refused(findings, self.last.table(self.store, "incidents"), self.refused))

    @cached_property
    def refused(self) -> frozenset[str]:
        """Observations of incidents of which access was refused."""
        return access_refused_to(recorded_steps(self.store), self.clock)

    @cached_property
    def rejected(self) -> list[tuple[Incident, Message | str]]:
        """Incidents that were rejected, each with the reason."""
        return rejected_incidents(self.last.table(self.store, "rejected"), self.store.typed.words_of)

    def on(self, day: date | None) -> tuple[list[Incident], list[tuple[Incident, Message | str]]]:
        """The incidents that began on a local day, or all; and those that were rejected."""

        def began(incident: Incident) -> bool:
            return day is None or incident.occurred_start.astimezone(self.watch.zone).date() == day

        listed = [incident for incident in self.incidents if began(incident)]
        return listed, [row for row in self.rejected if began(row[0])]

    def head(self) -> str:
        """Which list this is."""
        recorded, cut_off = iso_utc(self.last.recorded_at)[:16], iso_utc(self.last.as_of)[:16]
        return f"list of entry {self.last.entry}, made {recorded}Z, as of {cut_off}Z"

    def waiting(self) -> int:
        """How many acts were entered after the list."""
        return sum(act.entry > self.last.entry for act in self._acts)

    @cached_property
    def codes(self) -> Mapping[str, str]:
        """Id → code, of all that are listed, then of those that were rejected: as the console has them."""
        listed = [incident.incident_id for incident in self.incidents]
        out = [incident.incident_id for incident, _ in self.rejected]
        names = zip((*listed, *out), (*codes_of(listed), *codes_of(out, beside=listed)), strict=True)
        return dict(names)

    def incident_id(self, which: str) -> str:
        """The one id, listed or rejected, that begins so, or that a code of ours or of a recipient means.

        Raises WatchError for none and for several."""
        ids = list(self.codes)
        word = which.strip().casefold()
        if digits := typed_digits(which):
            called = ids_called(ids, which)
            exact = [name for name, code in self.codes.items() if typed_digits(code) == digits]
            if len(exact or called) > 1:
                codes = ", ".join(self.codes[name] for name in called[:8])
                raise WatchError(Message("Several incidents begin so. Their codes: {codes}.", codes=codes))
            which = (exact or called or [which])[0]
            word = which
        if not any(word in (name[: len(word)], name[2 : 2 + len(word)]) for name in ids):
            meant = incidents_by_code(self.store, ids, which)
            if not meant and (otherwise := other_record(self.store, which)):
                raise WatchError(otherwise)
            which = meant[0] if len(meant) == 1 else which
        return _only(which, ids, "incident", f"trucewatch incidents {self.folder}")

    # Acts

    def listed_incidents(self, which: Sequence[str]) -> list[Incident]:
        """Listed incidents by unique beginnings of their ids. Raises WatchError for one that is rejected, or named
        twice."""
        listed = {incident.incident_id: incident for incident in self.incidents}
        out = {incident.incident_id: reason for incident, reason in self.rejected}
        chosen = [self.incident_id(text) for text in which]
        for name in chosen:
            if name in out:
                raise WatchError(
                    Message(
                        "{incident} was rejected ({act}); undo that first: trucewatch incident {folder} acts",
                        incident=name,
                        act=out[name],
                        folder=self.folder,
                    )
                )
        if len(set(chosen)) < len(chosen):
            raise WatchError(Message("an incident is named twice; nothing was entered"))
        return [listed[name] for name in chosen]

    def check_merge(self, chosen: Sequence[Incident]) -> None:
        """Raises WatchError for fewer than two, for more than can be looked through, and for simulated ones with real
        ones."""
        if len(chosen) < 2:
            raise WatchError(Message("one incident alone is merged with nothing; name two or more"))
        count = sum(len(incident.members) for incident in chosen)
        if len(chosen) > MOST_MERGED or count > MOST_PUT_TOGETHER:
            raise WatchError(
                Message(
                    "these are {incidents} incidents with {observations} observations; one act merges at most "
                    "{most_incidents} with {most_observations}. Nothing was entered; merge fewer at once",
                    incidents=Amount(len(chosen)),
                    observations=Amount(count),
                    most_incidents=MOST_MERGED,
                    most_observations=Amount(MOST_PUT_TOGETHER),
                )
            )
        if len({incident.simulated for incident in chosen}) > 1:
            raise WatchError(Message("simulated and real incidents are never one; nothing was entered"))

    def merge(self, chosen: Sequence[Incident], *, reason: str, by: str) -> Act:
        self.check_merge(chosen)
        parts = [[member for incident in chosen for member in incident.members]]
        return self._enter("merge", reason=reason, by=by, parts=parts)

    def parts_of(self, incident: Incident, texts: Sequence[str]) -> list[list[str]]:
        """The parts of an incident as they were named, and what is left as one more."""
        how = f"trucewatch incident {self.folder} show {self.codes[incident.incident_id]}"
        words = [text.replace(",", " ").split() for text in texts]
        parts = [
            sorted({_only(word, incident.members, "report of this incident", how) for word in part}) for part in words
        ]
        named = [name for part in parts for name in part]
        if len(set(named)) < len(named):
            raise WatchError(Message("a report is named in two parts; nothing was entered"))
        rest = sorted(set(incident.members) - set(named))
        parts = [part for part in [*parts, rest] if part]
        self.check_split(incident, parts)
        return parts

    def check_split(self, incident: Incident, parts: Sequence[Sequence[str]]) -> None:
        """Raises WatchError where all reports stay together."""
        if len(parts) < 2:
            raise WatchError(
                Message(
                    "that leaves {incident} whole; name some of its {count} reports",
                    incident=self.codes[incident.incident_id],
                    count=len(incident.members),
                )
            )

    def split(self, incident: Incident, parts: Sequence[Sequence[str]], *, reason: str, by: str) -> Act:
        self.check_split(incident, parts)
        return self._enter("split", reason=reason, by=by, parts=parts, members=incident.members)

    def check_retype(self, incident: Incident, kind: str, event_class: str) -> None:
        """Raises WatchError for words that are no kind or class, and where nothing would change."""
        _check_word(kind, KINDS, "kind")
        _check_word(event_class, class_table().names, "class")
        if not kind and not event_class:
            raise WatchError(Message("say what it is: a kind, a class, or both"))
        if kind in ("", incident.kind) and not event_class:
            raise WatchError(
                Message(
                    "{incident} is of kind {kind} already; nothing was entered",
                    incident=self.codes[incident.incident_id],
                    kind=kind,
                )
            )

    def retype(self, incident: Incident, *, kind: str, event_class: str, reason: str, by: str) -> Act:
        self.check_retype(incident, kind, event_class)
        return self._enter("retype", reason=reason, by=by, members=incident.members, kind=kind, event_class=event_class)

    def reject(self, incident: Incident, *, reason: str, by: str) -> Act:
        return self._enter("reject", reason=reason, by=by, members=incident.members)

    def stated(
        self,
        *,
        kind: str,
        means: str,
        start: str,
        end: str | None,
        place: tuple[float | None, float | None, float | None, float | None, float],
        count: int | None,
        text: str,
        simulated: bool,
        claimed_by: str,
        perceived: str,
        zone: tzinfo | None = None,
    ) -> Stated:
        """An observation as an analyst states it, with who says so. zone: of times that are written without one; they
        are refused without it. Raises WatchError and TimeError with what is wrong."""
        _check_word(kind or "?", KINDS, "kind")
        _check_word(means or "?", MEANS, "means")
        if perceived:
            _check_word(perceived, PERCEIVED, "perceived")
        if not claimed_by.strip():
            raise WatchError(
                Message(
                    "say who says so: a party, a body, or the patrol that saw it; a report without a name "
                    "stays nobody's"
                )
            )
        if refusal := refusal_of(claimed_by):
            raise WatchError(refusal)
        if len(claimed_by) > MOST_CLAIMANT:
            raise WatchError(Message("who says so has at most {most} characters", most=MOST_CLAIMANT))
        lon, lat, major, minor, azimuth = place
        begin, until = read_time(start.strip(), zone=zone), read_time((end or start).strip(), zone=zone)
        if until < begin:
            raise WatchError(Message("it would end ({end}) before it begins ({start})", end=end, start=start))
        if (lon is None) != (lat is None) or (lon is None) != (major is None):
            raise WatchError(Message("a place needs --lon, --lat and --sd-m; leave out all three if it is not known"))
        if lon is not None and lat is not None and major is not None:
            if not (-180 <= lon <= 180 and -90 <= lat <= 90):
                raise WatchError(
                    Message(
                        "lon {lon}, lat {lat} is no place; longitude first, in degrees", lon=f"{lon:g}", lat=f"{lat:g}"
                    )
                )
            sizes = [size for size in (major, minor) if size is not None]
            if not all(math.isfinite(size) and 0 < size < 1e6 for size in sizes) or not math.isfinite(azimuth):
                raise WatchError(Message("--sd-m and --minor-sd-m are metres, above 0 and below 1,000,000"))
        if refusal := refusal_of(text):
            raise WatchError(refusal)
        if len(text) > MOST_REASON:
            raise WatchError(
                Message(
                    "the text has {count} characters; at most {most} are kept",
                    count=Amount(len(text)),
                    most=MOST_REASON,
                )
            )
        shorter = major if minor is None else minor
        return Stated(
            means=means,
            kind=kind,
            occurred_start=begin,
            occurred_end=until,
            lon=lon,
            lat=lat,
            semi_major_m=None if major is None or shorter is None else max(major, shorter),
            semi_minor_m=None if major is None or shorter is None else min(major, shorter),
            major_azimuth_deg=None if major is None else azimuth % 180.0,
            count=count,
            text=text.strip(),
            simulated=simulated or self.watch.settings.simulated,
            claimed_by=claimed_by.strip(),
            perceived=perceived,
        )

    def add(self, stated: Stated, *, reason: str, by: str) -> Act:
        claimed_by = stated.claimed_by
        if not self._looks_ahead:
            claimed_by = hide_names(claimed_by, self.store.keys, public_names(self.watch))
        return self._enter("add", reason=reason, by=by, stated=replace(stated, claimed_by=claimed_by))

    def act_that_stands(self, which: str) -> Act:
        """An act by a unique beginning of its id. Raises WatchError if it does not stand any more."""
        how = f"trucewatch incident {self.folder} acts"
        name = _only(which, [act.act_id for act in self._acts], "act", how)
        state = next(state for act, state in self.acts_with_state() if act.act_id == name)
        if state:
            raise WatchError(Message("{act} does not stand: {state}; undo that act instead", act=name, state=state))
        return next(act for act in self._acts if act.act_id == name)

    def undo(self, act: Act, *, reason: str, by: str, reason_code: str = "") -> Act:
        return self._enter("undo", reason=reason, by=by, undoes=act.act_id, reason_code=reason_code)

    def acts_with_state(self) -> list[tuple[Act, str]]:
        """Every act, with by what it was undone; "" for one that stands."""
        undone = undone_by(self._acts)
        return [(act, f"undone by {undone[act.act_id][:12]}" if act.act_id in undone else "") for act in self._acts]

    def _enter(self, deed: Any, *, by: str, reason: str, **content: Any) -> Act:
        if self._looks_ahead:
            return self._supposed(deed, **content)
        return record_act(self.store, deed, reason=reason, by=self._who(by), known_at=self.clock, **content)

    def looking_ahead(self) -> Listing:
        """The same, with the same checks, but that no act is entered: each gives what it would be."""
        ahead = copy.copy(self)
        ahead._looks_ahead = True
        return ahead

    def _supposed(
        self, deed: Any, *, parts: Sequence[Sequence[str]] = (), members: Sequence[str] = (), **content: Any
    ) -> Act:
        return Act(
            act_id=SUPPOSED,
            sha256=Sha256("0" * 64),
            entry=len(self.store.journal),
            deed=deed,
            reason="",
            by="",
            known_at=self.clock,
            recorded_at=self.now(),
            parts=tuple(tuple(sorted(part)) for part in parts),
            members=tuple(sorted(members)),
            **content,
        )

    def about(self, act: Act) -> frozenset[str]:
        """The observations that an act is about; of an undo those of what it undid."""
        if act.deed != "undo":
            return act.named
        before = next((candidate for candidate in self._acts if candidate.act_id == act.undoes), None)
        return self.about(before) if before else frozenset()

    def _who(self, by: str) -> str:
        return self.store.keys.actor_reference(by, self.watch.delegation_ids)

    # JSON documents

    def document(
        self, listed: Sequence[Incident], rejected: Sequence[tuple[Incident, Message | str]]
    ) -> dict[str, Any]:
        """`trucewatch incidents --json`."""
        worst = standings_of(self.findings)
        return {
            "schema": "trucewatch/incidents/1",
            "list": self.last.entry,
            "as_of": iso_utc(self.last.as_of),
            "acts_waiting": self.waiting(),
            "incidents": [
                {"code": self.codes[incident.incident_id]}
                | plain(asdict(incident))
                | worst.get(incident.incident_id, NO_CLAUSE).document()
                for incident in listed
            ],
            "rejected": [
                {"code": self.codes[incident.incident_id]} | plain(asdict(incident)) | {"reason": str(reason)}
                for incident, reason in rejected
            ],
        }

    def detail_document(self, detail: IncidentDetail) -> dict[str, Any]:
        """`trucewatch incident WATCH show --json`."""
        return {
            "schema": "trucewatch/incident/1",
            "code": detail.code,
            "incident": plain(asdict(detail.incident)),
            "rejected_because": str(detail.rejected_because),
            "members": plain(detail.reports),
            "reasons": None if detail.reasons is None else [_reason_document(reason) for reason in detail.reasons],
            "first": [plain(asdict(incident)) for incident in detail.first],
            "review": review_documents(cases_among(detail.snapshot.reviews, detail.incident)),
            "history": plain(detail.history),
            "findings": [plain(asdict(finding)) for finding in detail.findings],
            "acts": [_act_document(act, "") for act in detail.acts],
        }

    def acts_document(self, every: Sequence[tuple[Act, str]]) -> dict[str, Any]:
        """`trucewatch incident WATCH acts --json`."""
        return {"schema": "trucewatch/incident-acts/1", "acts": [_act_document(act, state) for act, state in every]}


def plain(value: Any) -> Any:
    """The same as JSON holds it: times and days as text."""
    if isinstance(value, datetime):
        return iso_utc(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _reason_document(reason: Reason) -> dict[str, Any]:
    return {
        "sign": reason.sign,
        "code": reason.code,
        "weight": round(reason.weight, 2),
        "words": str(reason.message),
        "facts": plain(reason.facts),
    }


def _act_document(act: Act, state: str) -> dict[str, Any]:
    """Without what tells words from references: `reason` and `text` are what was typed, or say that it was erased."""
    document = plain(asdict(act))
    for name in ("reason_on_record", "reason_erased"):
        del document[name]
    if act.reason_erased:
        document["reason"] = str(act.why)
    if act.stated:
        del document["stated"]["text_erased"]
        document["stated"]["text"] = str(act.stated.text_erased or act.stated.text)
    return {**document, "state": state or "stands"}


def _only(text: str, ids: Sequence[str], what: str, how: str) -> str:
    """The one id that begins so, with or without its letter. Raises WatchError for none and for several."""
    word = text.strip().casefold()
    if word in ids:
        return word
    matches = [name for name in ids if word and (name.startswith(word) or name.partition("-")[2].startswith(word))]
    if len(matches) == 1:
        return matches[0]
    if not matches:
        raise WatchError(
            Message('no {what} begins with "{text}"; see: {command}', what=what, text=text[:40], command=how)
        )
    examples = ", ".join(name[:16] for name in sorted(matches)[:4])
    raise WatchError(
        Message(
            '{count} of them begin with "{text}" ({examples} …); write more of the id',
            count=len(matches),
            text=text[:40],
            examples=examples,
        )
    )


def _check_word(word: str, vocabulary: Sequence[str], what: str) -> None:
    if word and word not in vocabulary:
        raise WatchError(
            Message('"{word}" is no {what}; there are: {words}', word=word[:40], what=what, words=", ".join(vocabulary))
        )
