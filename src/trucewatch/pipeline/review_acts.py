"""Every act of a review, one function each; each checks, says what is wrong, or commits."""

from trucewatch.pipeline.review_closing import close_due
from trucewatch.pipeline.review_keys import ask_key, end_key, enter_key
from trucewatch.pipeline.review_late import reopen_late
from trucewatch.pipeline.review_leaving import come_back, leave
from trucewatch.pipeline.review_opening import give_position, open_position
from trucewatch.pipeline.review_putting import put_to_review, put_who
from trucewatch.pipeline.review_sealing import Handed, commit_positions, reseal, withhold
from trucewatch.pipeline.review_speaker import Speaker
from trucewatch.pipeline.review_speaking import say_done, speak

__all__ = [
    "Handed",
    "Speaker",
    "ask_key",
    "close_due",
    "come_back",
    "commit_positions",
    "end_key",
    "enter_key",
    "give_position",
    "leave",
    "open_position",
    "put_to_review",
    "put_who",
    "reopen_late",
    "reseal",
    "say_done",
    "speak",
    "withhold",
]
