"""Who acts for a delegation in a review, and the cases in which it takes part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trucewatch.model.review import Case
from trucewatch.model.roles import Role
from trucewatch.pipeline.review_book import ReviewBook, check_has_not_left, check_takes_part
from trucewatch.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who speaks for a delegation, in which role and when. person: a name or a reference; now: the watch's clock."""

    delegation: str
    role: Role
    person: str
    now: datetime

    def reference(self, store: Store) -> str:
        """The person as records name them. Raises StoreError for an empty name."""
        return store.keys.reference_of(self.person)


def case_for(book: ReviewBook, speaker: Speaker, code: str) -> Case:
    """The case of a code, in which the speaker's delegation takes part. Raises StoreError if there is none, or if the
    delegation takes no part in it or left the review."""
    case = book.case(code)
    check_takes_part(case, speaker.delegation)
    check_has_not_left(book, speaker.delegation)
    return case
