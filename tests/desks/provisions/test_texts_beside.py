"""Copies of a clause on a page: beside each other with whose they are, what differs marked and said, nothing claimed of
words that are not on file."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from jinja2 import FileSystemLoader, PrefixLoader

from tests.builders import template_watch
from tests.server.conftest import client_of, unbroken
from trucewatch.desks import provisions
from trucewatch.desks.provisions.texts_beside import LONGEST_VARIANT, MOST_PLACES, copies_beside
from trucewatch.locale import languages, words
from trucewatch.model.agreement import Text
from trucewatch.model.clause_texts import ClauseText, CopyOfText
from trucewatch.model.watch import Watch
from trucewatch.server.console import Console
from trucewatch.server.rendering import environment_of

AT = datetime(2031, 6, 1, tzinfo=UTC)
TEMPLATES = PrefixLoader({"provisions": FileSystemLoader(Path(provisions.__file__).parent / "templates")})


def watch_with(*copies: tuple[str, str, str], whole: bool = True) -> Watch:
    """A watch with these copies of clause 1a: id, language, words ("" for none on file)."""
    watch = template_watch()
    texts = tuple(
        Text(
            id=name,
            language=language,
            instrument="agreement",
            authoritative=index == 0,
            known_at=datetime(2031, 5, 1, tzinfo=UTC),
            source=f"where {name} is",
        )
        for index, (name, language, _) in enumerate(copies)
    )
    files = tuple(
        CopyOfText(
            schema=1,
            text=name,
            publisher=f"press of {name}",
            published=date(2031, 5, 2),
            licence="ours, free",
            clause=(ClauseText(of="1a", words=spoken, whole=whole),),
        )
        for name, _, spoken in copies
        if spoken
    )
    return replace(watch, agreement=replace(watch.agreement, text=texts), texts=files)


def page_of(watch: Watch, paraphrase: str = "", language: str = "en") -> str:
    spoken = words(language)
    environment = environment_of(TEMPLATES, spoken)
    environment.globals |= {"words": spoken, "own_names": {"en": "English", "ru": "Русский"}}
    source = '{% from "provisions/texts.html.jinja" import side_by_side with context %}'
    return environment.from_string(source + "{{ side_by_side(beside, paraphrase) }}").render(
        beside=copies_beside(watch, "1a", AT), paraphrase=paraphrase
    )


def said(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


TWO = ("en-1", "en", "Return it by noon."), ("en-2", "en", "Cede it before noon.")


def test_words_that_differ_are_marked_in_both_and_told_in_a_line() -> None:
    page = page_of(watch_with(*TWO))
    assert re.findall(r"<mark>(.*?)</mark>", page) == ["Return", "by", "Cede", "before"]
    assert "Copies in English differ in 2 places: Return / Cede; by / before." in said(page)
    assert '<q lang="en" dir="auto">Return</q>' in page


def test_every_copy_says_its_language_publisher_day_licence_and_if_it_is_authoritative() -> None:
    page = page_of(watch_with(*TWO))
    first, second = re.findall(r'<figure class="copy">.*?</figure>', page, re.DOTALL)
    assert '<blockquote lang="en" dir="auto">' in first
    assert said(first).endswith(
        "English, en-1, authoritative published by press of en-1, 2 May 2031 · licence: ours, free"
    )
    assert "authoritative" not in second


def test_a_left_out_word_and_names_in_another_order_are_told() -> None:
    page = page_of(watch_with(("en-1", "en", "A and B stop."), ("en-2", "en", "B and A stop.")))
    assert "These copies have the same words, in another order." in said(page)
    page = page_of(watch_with(("en-1", "en", "All stop."), ("en-2", "en", "Stop.")))
    assert "Copies in English differ in 1 place: All / (no word)." in said(page)
    assert "same words" not in said(page)


def test_copies_in_two_languages_are_not_compared_and_that_is_told() -> None:
    page = page_of(watch_with(("en-1", "en", "All fire stops."), ("ru-1", "ru", "Огонь прекращается.")))
    assert "<mark>" not in page
    assert "Copies in different languages are not compared word by word." in page
    assert "differ in" not in page
    assert 'lang="ru"' in page


def test_copies_that_agree_are_told_to() -> None:
    page = page_of(watch_with(("en-1", "en", "All fire stops."), ("en-2", "en", "All  fire stops.")))
    assert "Copies in English have the same words here." in page
    assert "<mark>" not in page


def test_excerpts_say_that_they_are_and_claim_nothing_of_the_rest() -> None:
    page = page_of(watch_with(("en-1", "en", "stop there"), ("en-2", "en", "shall remain"), whole=False))
    assert "… <mark>stop there</mark> …" in page
    assert "an excerpt; the rest is not on file" in page
    assert (
        "The excerpts in English differ in 1 place, which says nothing of the rest of these copies: "
        "stop there / shall remain."
    ) in said(page)


def test_an_excerpt_is_not_compared_with_a_whole_copy() -> None:
    watch = watch_with(*TWO)
    first, second = watch.texts
    cut = replace(second, clause=(replace(second.clause[0], whole=False),))
    page = page_of(replace(watch, texts=(first, cut)))
    assert "<mark>" not in page
    assert "An excerpt is not compared with a whole copy." in page


def test_words_that_are_not_on_file_are_told_with_where_they_were_published() -> None:
    page = page_of(watch_with(("en-1", "en", ""), ("ru-1", "ru", "")), paraphrase="All fire stops.")
    assert "2 texts whose words are not on file here" in said(page)
    assert "English, en-1, authoritative: published: where en-1 is" in said(page)
    assert "All fire stops. in our own words (paraphrase)" in said(page)
    assert "<blockquote" not in page


def test_a_paraphrase_stands_only_where_the_reader_has_no_whole_copy_in_the_own_language() -> None:
    whole = watch_with(("en-1", "en", "All fire stops."))
    assert "paraphrase" not in page_of(whole, paraphrase="Ours.")
    assert "Ours." in page_of(watch_with(("en-1", "en", "fire"), whole=False), paraphrase="Ours.")
    assert "Ours." in page_of(watch_with(("ru-1", "ru", "Огонь прекращается.")), paraphrase="Ours.")


def test_many_long_differences_are_cut_in_the_line_and_whole_in_the_marks() -> None:
    same = [f"same{number}" for number in range(40)]
    first = " ".join(f"{'a' * 200}{number} {word}" for number, word in enumerate(same))
    second = " ".join(f"{'b' * 200}{number} {word}" for number, word in enumerate(same))
    (compared,) = copies_beside(watch_with(("en-1", "en", first), ("en-2", "en", second)), "1a", AT).comparisons
    assert (compared.number, len(compared.wordings)) == (40, MOST_PLACES)
    assert all(len(wording) <= LONGEST_VARIANT + 2 for place in compared.wordings for wording in place)
    page = page_of(watch_with(("en-1", "en", first), ("en-2", "en", second)))
    assert len(re.findall("<mark>", page)) == 80
    assert "; …" in said(page)


def test_a_long_clause_stands_whole() -> None:
    long = "word " * 3_900
    assert said(page_of(watch_with(("en-1", "en", long)))).count("word") == 3_900


def test_copies_that_differ_too_much_are_told_not_to_be_compared() -> None:
    first, second = (" ".join(f"{letter}{number}" for number in range(2_100)) for letter in "ab")
    page = page_of(watch_with(("en-1", "en", first), ("en-2", "en", second)))
    assert "<mark>" not in page
    assert "Copies in English differ in so many words that they are not compared word by word." in unbroken(page)


def test_words_from_outside_stay_words_and_turn_nothing_after_them() -> None:
    hostile = "<script>alert(1)</script> \u202eby noon"
    page = page_of(watch_with(("en-1", "en", hostile), ("en-2", "en", hostile.replace("noon", "\u2067dusk"))))
    assert "<script>" not in page
    for opened, closed in (("\u202e", "\u2069"), ("\u2067", "\u2069")):
        assert opened in page
        assert page.rindex(closed) > page.rindex(opened), "an isolate around it ends before what follows"
    for run in copies_beside(watch_with(("en-1", "en", hostile)), "1a", AT).copies[0].runs:
        assert run.text.count("\u2068") == run.text.count("\u2069") == 1


@pytest.mark.parametrize("language", languages())
def test_the_part_is_made_in_every_language(language: str) -> None:
    assert page_of(watch_with(*TWO, ("ru-1", "ru", "")), "Ours.", language).count("<mark>") == 4


def test_the_page_has_both_sides_copies_of_the_invented_accord(valleys: Console) -> None:
    client = client_of(valleys)
    clause = unbroken(client.get("/agreement/2").text)
    assert re.findall(r"<mark>(.*?)</mark>", clause) == ["hands over", "before 3", "returns", "by 2"]
    assert "Copies in English differ in 2 places: hands over / returns; before 3 / by 2." in said(clause)
    assert "press office of the Lower Valley" in clause
    assert "press office of the Upper Valley" in clause
    first = unbroken(client.get("/agreement/1").text)
    assert "These copies have the same words, in another order." in first


def test_the_page_quotes_a_few_words_where_the_copies_of_2020_differ(karabakh: Console) -> None:
    page = unbroken(client_of(karabakh).get("/agreement/1").text)
    clause = page[page.index('<section class="card part" id="1b"') :]
    clause = said(clause[: clause.index("</section>")])
    assert "stop at their current positions / shall remain." in clause
    assert "… останавливаются …" in clause
    assert "licence: a few words, quoted" in clause
