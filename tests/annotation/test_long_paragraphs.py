"""A paragraph of any length is read in pieces: what is seen is the same, in the same places, and no rule sees more."""

from __future__ import annotations

from dataclasses import replace

from trucewatch.annotation.known_names import KnownNames
from trucewatch.annotation.long_paragraphs import LONGEST_CHARS, MOST_CHARS, in_pieces, is_longer
from trucewatch.annotation.propose import propose
from trucewatch.model.statements import Paragraph, Quote, Speaker, Statement

SENTENCE = "We will withdraw 40 heavy weapons by 2 May. "


def statement(text: str, quotes: tuple[Quote, ...] = ()) -> Statement:
    return Statement(
        title="Statement",
        kind="statement",
        language="en",
        speakers=(Speaker(id="s1", name="", role="Ministry"),),
        opening=(Paragraph(id="p1", text=text, speaker="s1", quotes=quotes),),
    )


def test_no_rule_sees_a_paragraph_longer_than_it_is_read_whole() -> None:
    for text in (SENTENCE * 3000, "we will and " * 20_000, "a" * 100_000, "A. " * 50_000):
        parted, _ = in_pieces(statement(text))
        lengths = [len(each.paragraph.text) for each in parted.spoken()]
        assert len(lengths) > 1
        assert max(lengths) <= LONGEST_CHARS
        kept = "".join(each.paragraph.text for each in parted.spoken())
        assert kept.replace(" ", "") == text.replace(" ", "")


def test_offers_of_a_long_paragraph_stand_where_their_words_stand() -> None:
    text = SENTENCE * 500
    offers = propose(statement(text), KnownNames())
    assert sum(each.kind == "commitment" for each in offers) == 500
    for each in offers:
        assert each.span.paragraph == "p1"
        assert text[each.span.start : each.span.end] == each.words
        assert all(text[value.start : value.end] == value.text for value in each.values)
    assert [each.span.start for each in offers] == sorted(each.span.start for each in offers)


def test_a_statement_of_usual_paragraphs_is_read_as_it_is() -> None:
    short = statement(SENTENCE * 20)
    parted, origins = in_pieces(short)
    assert parted is short
    assert not origins


def test_a_quotation_across_the_pieces_is_one_in_each() -> None:
    text = SENTENCE * 500
    quote = Quote(start=100, end=len(text) - 100)
    parted, _ = in_pieces(statement(text, (quote,)))
    pieces = [each.paragraph for each in parted.spoken()]
    assert len(pieces) > 1
    assert all(0 <= each.start < each.end <= len(piece.text) for piece in pieces for each in piece.quotes)
    assert all(piece.quotes for piece in pieces)
    assert pieces[0].quotes[0].start == 100


def test_the_rules_look_at_so_much_of_a_statement_and_no_more() -> None:
    text = SENTENCE * 200
    paragraphs = tuple(
        Paragraph(id=f"p{number}", text=text, speaker="s1") for number in range(MOST_CHARS // len(text) + 20)
    )
    long = replace(statement(text), opening=paragraphs)
    assert is_longer(long)
    shortened, origins = in_pieces(long)
    read = sum(len(spoken.paragraph.text) for spoken in shortened.spoken())
    assert MOST_CHARS - LONGEST_CHARS <= read <= MOST_CHARS
    assert all(paragraph == name and begin == 0 for name, (paragraph, begin) in origins.items())
    assert not is_longer(replace(long, opening=paragraphs[:3]))
