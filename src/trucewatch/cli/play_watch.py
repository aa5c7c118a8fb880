"""The watch of an invented night: each entry at its own moment, through the operations of its desk.

An entry is known again by what it is and when it was, in the journal itself, so that what was taken back meanwhile
stays so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from trucewatch import desks
from trucewatch.messages import Amount, Message, Plural
from trucewatch.model.claim_record import Claim
from trucewatch.model.roles import Role
from trucewatch.model.times import as_utc, iso_utc
from trucewatch.model.watch import Watch
from trucewatch.pipeline import flash_acts
from trucewatch.pipeline.drilling import begin_drill, drill_label, end_drill
from trucewatch.pipeline.duty_tasking import TaskDraft, ask_task, step_task
from trucewatch.pipeline.flash_sending import end_drill_flashes, send_flash
from trucewatch.simulate.night import Night, moment_of
from trucewatch.simulate.watch_night import (
    Answered,
    Asked,
    Beginning,
    Checked,
    DutyFunction,
    Exercise,
    HandedOver,
    LogEntry,
    Stepped,
    Urgent,
)
from trucewatch.store import Store
from trucewatch.store.drill_records import DRILL, drill_now
from trucewatch.store.duty_directory import DIRECTORY
from trucewatch.store.duty_task_records import STEP, TASK, tasks_on_record
from trucewatch.store.flash_records import ACT, FLASH, flashes_on_record
from trucewatch.store.kind_entries import entries_of_kind
from trucewatch.store.line_check_records import CHECK
from trucewatch.store.outbox import Outbox
from trucewatch.store.role_records import grants_on_record
from trucewatch.store.shift_records import HANDOVER, LINE, SHIFT, SIGNATURE, lines_on_record, shift_now

ClaimOf = Callable[[str], Claim | None]
"""The claim that a call was entered as, by the key of the call."""


class WatchPlayer:
    """What of a night's watch is entered next. claim_of: the claim of a call, once it is entered."""

    def __init__(
        self, store: Store, watch: Watch, night: Night, claim_of: ClaimOf, clock: Callable[[], datetime]
    ) -> None:
        self._store, self._watch, self._night = store, watch, night
        self._claim_of, self._clock = claim_of, clock
        self._waiting = sorted(self._steps(), key=lambda step: step[0])
        self.entered = 0

    def until(self, at: datetime | None) -> None:
        """Enter all that lies before a moment of the file, or at it; None: all that is left."""
        while self._waiting and (at is None or self._waiting[0][0] <= at):
            _, step = self._waiting.pop(0)
            self.entered += step()

    def _steps(self) -> Iterator[tuple[datetime, Callable[[], bool]]]:
        night = self._night
        for function in night.function:
            yield function.at, partial(self._add, function)
        for beginning in night.shift:
            yield beginning.at, partial(self._begin, beginning)
        for line in night.entry:
            yield line.at, partial(self._log, line)
        for check in night.check:
            yield check.at, partial(self._check, check)
        for urgent in night.urgent:
            yield urgent.at, partial(self._send, urgent)
            for answer in urgent.answer:
                yield answer.at, partial(self._answer, urgent, answer)
        for task in night.task:
            yield task.at, partial(self._ask, task)
            for step in task.step:
                yield step.at, partial(self._step, task, step)
        for drill in night.drill:
            yield drill.at, partial(self._begin_drill, drill)
            yield drill.ends_at, partial(self._end_drill, drill)
        for handover in night.handover:
            yield handover.at, partial(self._hand_over, handover)
            yield handover.signed_at, partial(self._sign, handover)

    # What is known again

    def _has(self, schema: str, at: datetime, **values: Any) -> bool:
        moment = iso_utc(as_utc(self._at(at)))
        return any(
            moment in (entry.record.get(name) for name in ("at", "sent_at", "asked_at"))
            and all(entry.record.get(name) == value for name, value in values.items())
            for entry in entries_of_kind(self._store, schema)
        )

    def _at(self, at: datetime) -> datetime:
        return moment_of(at, self._watch)

    def _person(self, key: str) -> str:
        return self._store.keys.person_reference(self._night.somebody(key).name)

    def _shifts(self, at: datetime) -> Any:
        return of_a_desk("operations", "Shifts")(self._store, self._watch, self._at(at))

    def _comers(self, people: tuple[str, ...], leads: tuple[str, ...]) -> list[Any]:
        comer = of_a_desk("operations", "Comer")
        return [
            comer(person=self._person(key), side=self._night.somebody(key).side, is_lead=key in leads) for key in people
        ]

    # The steps

    def _add(self, function: DutyFunction) -> bool:
        directory = of_a_desk("operations", "Directory")(self._store, self._watch, self._at(function.at), desks.find())
        if any((line.function, line.of) == (function.function, function.of) for line in directory.lines()):
            return False
        # A line that was changed or removed since is known by how many were added.
        added = sum(entry.record["act"] == "added" for entry in entries_of_kind(self._store, DIRECTORY))
        if added > self._night.function.index(function):
            return False
        typed = of_a_desk("operations", "TypedLine")(
            function=function.function,
            of=function.of,
            telephone=function.telephone,
            radio=function.radio,
            satellite=function.satellite,
            languages=function.languages,
            hours=function.hours,
        )
        directory.add(typed, by=self._person(function.by))
        return True

    def _begin(self, beginning: Beginning) -> bool:
        if self._has(SHIFT, beginning.at, act="begin"):
            return False
        self._shifts(beginning.at).begin(self._comers(beginning.people, beginning.leads), by=self._person(beginning.by))
        return True

    def _log(self, line: LogEntry) -> bool:
        if self._has(LINE, line.at):
            return False
        words = line.says
        for call in self._night.call:
            claim = self._claim_of(call.key)
            words = words.replace(f"{{{call.key}}}", claim.code if claim else "")
        for urgent in self._night.urgent:
            words = words.replace(f"{{{urgent.key}}}", self._code(urgent))
        of_a_desk("log_lines", "enter_line")(
            self._shifts(line.at), words, by=self._person(line.by), zone=self._watch.zone, at=self._at(line.at)
        )
        return True

    def _check(self, check: Checked) -> bool:
        if self._has(CHECK, check.at, line=check.of):
            return False
        directory = of_a_desk("operations", "Directory")(self._store, self._watch, self._at(check.at), desks.find())
        line = next((each for each in directory.lines() if each.of == check.of), None)
        typed = of_a_desk("operations", "TypedCheck")(
            of=check.of, result=check.result, number=f"{line.code}:1" if line else "", words=check.words
        )
        directory.check([typed], by=self._person(check.by))
        return True

    def _send(self, urgent: Urgent) -> bool:
        claim = self._claim_of(urgent.call)
        if claim is None or self._has(FLASH, urgent.at):
            return False
        at = self._at(urgent.at)
        changes = of_a_desk("drafting", "Changes")()
        drafted = of_a_desk("drafting", "drafted")(self._store, self._watch, f"claim:{claim.code}", changes, at)
        outbox = Outbox(self._store)
        send_flash(
            self._store,
            self._watch,
            drafted.draft,
            rule=drafted.rule,
            outbox=outbox,
            ways=outbox.ways_out(drafted.rule.to, self._liaisons()),
            seen=drafted.seen,
            by=self._person(urgent.by),
            now=at,
            clock=self._clock,
            drill_label=drafted.drill_label,
        )
        return True

    def _answer(self, urgent: Urgent, answer: Answered) -> bool:
        code = self._code(urgent)
        since = self._at(answer.since or answer.at)
        if not code or self._has(ACT, answer.since or answer.at, act=answer.act, to=answer.to):
            return False
        with_moment: dict[str, Any] = {"by": self._person(answer.by), "now": self._at(answer.at)}
        store = self._store
        match answer.act:
            case "acknowledged":
                flash_acts.acknowledge(store, code, to=answer.to, via=answer.via, at=since, **with_moment)
            case "quiet":
                flash_acts.report_quiet(store, code, to=answer.to, via=answer.via, at=since, **with_moment)
            case "own_quiet":
                flash_acts.report_own_quiet(store, code, at=since, words=answer.words, **with_moment)
            case "read_out":
                outbox = Outbox(store)
                waiting = outbox.to_be_read_out(code, answer.to)
                flash_acts.read_out(
                    store,
                    code,
                    to=answer.to,
                    at=since,
                    of=waiting.id if waiting else "",
                    beside=(lambda by: outbox.read_out_records(waiting.id, by=by)) if waiting else None,
                    **with_moment,
                )
            case "closed":
                flash_acts.close_flash(store, code, words=answer.words, **with_moment)
            case _:
                raise KeyError(answer.act)
        return True

    def _ask(self, task: Asked) -> bool:
        if self._has(TASK, task.at):
            return False
        claim = self._claim_of(task.call) if task.call else None
        draft = TaskDraft(
            to=task.to,
            sort=task.sort,
            asks=task.asks,
            where=task.where,
            about=f"claim:{claim.code}" if claim else "",
        )
        ask_task(self._store, self._watch, draft, by=self._person(task.by), now=self._at(task.at))
        return True

    def _step(self, task: Asked, step: Stepped) -> bool:
        asked_at = self._at(task.at)
        code = next((each.code for each in tasks_on_record(self._store) if each.asked_at == asked_at), "")
        if not code or self._has(STEP, step.at, step=step.step):
            return False
        step_task(
            self._store,
            self._watch,
            code,
            step.step,
            by=self._person(step.by),
            now=self._at(step.at),
            words=step.words,
            where=task.where or None,
        )
        return True

    def _begin_drill(self, drill: Exercise) -> bool:
        if self._has(DRILL, drill.at, act="begin"):
            return False
        begin_drill(self._store, self._watch, drill.label, by=self._person(drill.by), now=self._at(drill.at))
        return True

    def _end_drill(self, drill: Exercise) -> bool:
        running = drill_now(self._store)
        if running is None or running.began_at != self._at(drill.at):
            return False
        claim = self._claim_of(drill.real_call) if drill.real_call else None
        by, at = self._person(drill.ended_by), self._at(drill.ends_at)
        end_drill(
            self._store,
            self._watch,
            end="real" if drill.real_call else "over",
            by=by,
            now=at,
            ended_for=claim.code if claim else "",
        )
        outbox = Outbox(self._store)
        to = {each.id: each for flash in flashes_on_record(self._store) for each in flash.to}
        end_drill_flashes(
            self._store,
            self._watch,
            running.number,
            outbox=outbox,
            ways=outbox.ways_out(tuple(to.values()), self._liaisons()),
            by=by,
            now=at,
            clock=self._clock,
            drill_label=drill_label(self._store, running),
        )
        return True

    def _hand_over(self, handover: HandedOver) -> bool:
        shift = shift_now(self._store)
        if shift is None or self._has(HANDOVER, handover.at):
            return False
        proposal, changes = of_a_desk("handing_over", "Proposal"), of_a_desk("handing_over", "Changes")
        of_a_desk("handing_over", "write_handover")(
            self._shifts(handover.at),
            proposal(
                shift=shift.number,
                at=self._at(handover.at),
                from_entry=shift.entry,
                until_entry=self._store.index.applied - 1,
                items=of_a_desk("handing_over", "with_keys")(tuple(self._proposed(shift.entry))),
                people=tuple((each.who, each.side, each.is_lead) for each in shift.on),
            ),
            changes(),
            words=handover.words,
            by=self._person(handover.by),
            is_alone=False,
        )
        return True

    def _proposed(self, since: int) -> Iterator[Any]:
        """What the program proposes of a shift from the record alone: its messages, its lines of the log, its open
        tasks."""
        item = of_a_desk("handing_over", "ProposedItem")
        for flash in flashes_on_record(self._store):
            if flash.entry >= since:
                label = Message("Urgent message {code}: ended", code=flash.code)
                if flash.ended is None:
                    label = Message("Urgent message {code}: open", code=flash.code)
                yield item(
                    section="happened" if flash.ended else "open",
                    part="flash",
                    label=label,
                    path=f"/urgent/{flash.code}",
                    since=flash.sent_at,
                    simulated=flash.simulated,
                    is_drill=flash.is_drill,
                )
        lines = sum(each.entry >= since and not each.struck for each in lines_on_record(self._store).values())
        if lines:
            yield item(
                section="happened",
                label=Plural(
                    "{count} line in the watch log", "{count} lines in the watch log", lines, count=Amount(lines)
                ),
                path="/shift/log",
                simulated=self._watch.settings.simulated,
            )
        for task in tasks_on_record(self._store):
            if task.is_open:
                yield item(
                    section="open",
                    part="task",
                    label=Message("Task {code}", code=task.code),
                    path=f"/shift/tasks/{task.code}",
                    since=task.asked_at,
                    due=task.due,
                    simulated=task.simulated,
                    is_drill=bool(task.drill),
                )

    def _sign(self, handover: HandedOver) -> bool:
        shift = shift_now(self._store)
        written = shift.unsigned if shift is not None else None
        if written is None or written.at != self._at(handover.at) or self._has(SIGNATURE, handover.signed_at):
            return False
        of_a_desk("handing_over", "sign_handover")(
            self._shifts(handover.signed_at),
            written.code,
            by=self._person(handover.signed_by),
            comers=self._comers(handover.people, handover.leads),
            remark=handover.remark,
            is_alone=False,
        )
        return True

    def _code(self, urgent: Urgent) -> str:
        """Our number of a message of the night; "" while it is not sent."""
        moment = self._at(urgent.at)
        return next((flash.code for flash in flashes_on_record(self._store) if flash.sent_at == moment), "")

    def _liaisons(self) -> dict[str, int]:
        """For whom how many accounts speak."""
        now = self._clock()
        sides = [
            grant.side for grant in grants_on_record(self._store) if grant.role is Role.LIAISON and grant.is_held(now)
        ]
        return {side: sides.count(side) for side in sides}


def of_a_desk(part: str, name: str) -> Any:
    """What one of the desks has under a name, as its pages use it; no desk is named here."""
    return next(each for desk in desks.find() if (each := desk.gives(part, name, None)) is not None)
