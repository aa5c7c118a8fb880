"""What the pages of lines share: the directory of a request, who may see numbers, words for lines and checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.datastructures import FormData

from trucewatch.desks.telephoning.operations import MOST, Directory, LineState, TypedLine
from trucewatch.errors import StoreError
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.duty_line import NUMBER_SORTS, NUMBER_WORDS, RESULT_WORDS, DutyLine, LineCheck
from trucewatch.model.roles import SEES_NUMBERS
from trucewatch.server.forms import typed_of
from trucewatch.server.people_shown import office_words, person_words, side_words
from trucewatch.server.refusal import RefusalError
from trucewatch.server.view import View
from trucewatch.store.duty_directory import duty_line
from trucewatch.store.role_records import grants_on_record

LINE_FIELDS: Final = ("function", "of", *NUMBER_SORTS, "languages", "hours", "remark")


def sees_numbers(view: View) -> bool:
    return view.may(*SEES_NUMBERS)


def directory_of(view: View) -> Directory:
    """The directory by the clock that the page shows."""
    return Directory(view.console.store, view.snapshot.watch, view.clock, view.console.desks)


def line_at(view: View, code: str) -> DutyLine:
    """The function that an address names. Raises RefusalError 404 if there is none."""
    try:
        return duty_line(view.console.store, code)
    except StoreError as exc:
        raise RefusalError(404, exc.message) from exc


def name_of(view: View, line_id: str) -> str:
    """Whose line it is, by the name that the watch gives; a body of the agreement and an organisation too."""
    if not line_id:
        return ""
    watch = view.snapshot.watch
    names = {each.id: each.names for each in watch.organisations} | {
        each.id: each.names for each in watch.agreement.body
    }
    if line_id in names and line_id not in watch.agreement.bound_ids:
        return printable(view.words.name(names[line_id], otherwise=line_id))
    return side_words(line_id, view.snapshot.watch, view.words)


def typed_line_in(form: FormData) -> TypedLine:
    return TypedLine(**{name: typed_of(form, name) for name in LINE_FIELDS})


def check_row(view: View, check: LineCheck | None) -> dict[str, Any] | None:
    """A check as pages show it; None for none."""
    if check is None:
        return None
    called = next((line for line in directory_of(view).lines() if line.number == check.function), None)
    return {
        "entry": check.entry,
        "at": check.at,
        "result": RESULT_WORDS[check.result],
        "is_answered": check.is_answered,
        "via": NUMBER_WORDS[check.via] if check.via else None,
        "function": printable(called.function) if called else "",
        "who": person_words(view, check.by, at=check.recorded_at),
        "tester": tester_words(view, check),
        "words": view.console.store.typed.words_of(check.words) if check.words else "",
    }


def tester_words(view: View, check: LineCheck) -> str:
    """Who tested a line, by function and never by name: shown of contacts of a humanitarian instance, beside the day;
    "" in a joint centre, whose shift does."""
    if view.watch.kind != "humanitarian":
        return ""
    grants = [grant for grant in grants_on_record(view.console.store) if grant.person == check.by]
    return office_words(grants, view.watch, view.words, at=check.recorded_at)


def line_row(view: View, line: DutyLine) -> dict[str, Any]:
    """A function as the list shows it; with its numbers only for whoever may see them."""
    row: dict[str, Any] = {
        "code": line.code,
        "function": line.function,
        "is_erased": line.is_erased,
        "of": name_of(view, line.of),
        "tested": check_row(view, line.tested),
        "numbers": (),
    }
    if sees_numbers(view):
        row |= {
            "numbers": [(NUMBER_WORDS[each.sort], each.number) for each in line.numbers],
            "languages": ", ".join(language_words(view, line.languages)),
            "hours": line.hours,
            "remark": line.remark,
        }
    return row


def language_words(view: View, languages: Sequence[str]) -> list[str]:
    """Languages by their names, where they were written as `en`; else as they were typed."""
    offered = set(view.snapshot.watch.settings.languages)
    return [view.words.language_name(each) if each in offered else each for each in languages]


def state_row(view: View, state: LineState) -> dict[str, Any]:
    """A line that is checked each shift."""
    return {
        "of": state.of,
        "name": name_of(view, state.of),
        "last": check_row(view, state.last),
        "is_checked": state.is_checked,
        "is_silent": state.is_silent,
        "choices": [
            (f"{line.code}:{place}", line.function, NUMBER_WORDS[each.sort], each.number)
            for line in state.lines
            for place, each in enumerate(line.numbers, 1)
        ]
        if sees_numbers(view)
        else [],
    }


def form_context(
    view: View,
    typed: Mapping[str, Any],
    *,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> dict[str, Any]:
    """What a form for a function needs."""
    return {
        "typed": typed,
        "faults": faults or {},
        "trouble": trouble or view.replay_trouble,
        "sides": [(each, name_of(view, each)) for each in directory_of(view).sides],
        "sorts": [(sort, NUMBER_WORDS[sort]) for sort in NUMBER_SORTS],
        "most": MOST,
        "can_act": not view.snapshot.is_replay,
    }
