"""A correction of who spoke stands on the page of what changed."""

from __future__ import annotations

from dataclasses import replace

from tests.spoken import statement
from trucewatch.desks.declaring.version_pages import heads_between, pieces_between
from trucewatch.model.statements import Speaker


def test_a_correction_of_who_spoke_is_shown_as_one() -> None:
    speakers = (Speaker(id="s1", name="Ada Thorne"), Speaker(id="s2", name="Jon Reyle"))
    talk = statement(speakers=speakers)
    (exchange,) = talk.exchanges
    (answer,) = exchange.answers
    of_the_other = tuple(replace(paragraph, speaker="s2") for paragraph in answer.paragraphs)
    corrected = replace(
        talk, exchanges=(replace(exchange, answers=(replace(answer, speaker="s2", paragraphs=of_the_other),)),)
    )
    moved = replace(talk, zone="+03:00", speakers=(replace(speakers[0], role="envoy"), speakers[1]))
    assert [str(label) for label, *_ in heads_between(talk, moved)] == ["Time", "Speakers"]
    pieces = list(pieces_between(talk, corrected))
    assert {(piece.change, piece.speakers) for piece in pieces if piece.spoken.part == "answer"} == {
        ("speaker", ("Ada Thorne", "Jon Reyle"))
    }
