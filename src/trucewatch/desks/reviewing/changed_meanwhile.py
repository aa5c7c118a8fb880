"""What of a finding is otherwise on the list of today than it was put, while its case is open, and of what is judged
whether the list has it no more. Positions are on what was put, and nothing that came since moves under them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from trucewatch.messages import Message, Term
from trucewatch.model.review import Case
from trucewatch.model.review_outcome import reopens
from trucewatch.pipeline.review_late import since_put
from trucewatch.server.view import View

CHANGE_WORDS: Final[Mapping[str, Term]] = {
    "outcome": Term("change", "the assessment"),
    "kind": Term("change", "the kind"),
    "where": Term("change", "the place"),
    "when": Term("change", "the time"),
    "count": Term("change", "the number"),
}


def changed_meanwhile(view: View, case: Case) -> tuple[Message, ...]:
    """The same sentences to every delegation; nothing where nothing differs and of *who*, and of a case that is closed
    only that the list has it no more."""
    assessment = view.snapshot.assessment
    if is_gone(view, case):
        return (
            Message(
                "What was judged here is no longer on the list of today. It stays as it was put, with its positions; "
                "outside it stands as not reviewed."
            ),
        )
    if case.step == "closed" or case.is_of_who or assessment is None or view.snapshot.is_replay:
        return ()
    return tuple(_told(view, since_put(assessment, case)))


def is_gone(view: View, case: Case) -> bool:
    """Whether a case was judged and the list has no such finding any more."""
    return view.snapshot.outdated.get(case.code) == "gone"


def _told(view: View, changed: tuple[str, ...] | None) -> Iterator[Message]:
    if changed is None:
        yield Message("The list of today has this finding no more. Positions here are on what was put, as it was put.")
        return
    if not changed:
        return
    words = view.words
    yield Message(
        "Evidence that came since it was put changes this of it: {what}. Positions here are on what was put, as it was "
        "put.",
        what=words.listed([words.say(CHANGE_WORDS[each]) for each in changed]),
    )
    if reopens(changed):
        yield Message("If that still stands when this case is closed with a review, the finding is put anew.")
    else:
        yield Message("For another number alone it is not put anew.")
