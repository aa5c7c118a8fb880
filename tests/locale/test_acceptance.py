"""A catalogue that no native reader accepted says so on each page and file, and is not issued to a party."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.builders import make_watch
from tests.conftest import each
from tests.pipeline.test_command_line import call
from tests.reports.invented import CENTRE, PUBLIC, invented_watch
from tests.reports.opened import everything_in, pages_in
from tests.reports.test_formats import daily
from trucewatch.errors import ReportError
from trucewatch.locale import LANGUAGES, acceptance, words
from trucewatch.locale.acceptance import (
    Acceptance,
    acceptances,
    digest_of,
    is_accepted,
    read_acceptances,
    translation_words,
    working_translations,
)
from trucewatch.pipeline.issue import refuse_working_translations
from trucewatch.reports import FORMATS, render

MARKS = {
    "ru": "Рабочий перевод; преимущественную силу имеет текст на английском языке.",
    "az": "İşçi tərcümə; ingiliscə mətn əsas götürülür.",
    "hy": "Աշխատանքային թարգմանություն. գերակայում է անգլերեն տեքստը։",
    "tr": "Çalışma çevirisi; İngilizce metin esas alınır.",
}


def accept(monkeypatch: pytest.MonkeyPatch, language: str, sentences: str) -> None:
    entry = {language: Acceptance("A. Reader, interpreter of the joint centre", date(2031, 5, 1), sentences)}
    monkeypatch.setattr(acceptance, "acceptances", lambda: entry)


def test_every_language_but_the_source_needs_a_reader_who_accepts_it_by_name() -> None:
    assert is_accepted("en")
    assert translation_words(words("en")) == ""
    for language in each([language for language in LANGUAGES if language != "en"]):
        assert is_accepted(language) == (language in acceptances())
        assert translation_words(words(language)) == ("" if is_accepted(language) else MARKS[language])


def test_what_was_accepted_is_a_working_translation_again_when_its_sentences_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    accept(monkeypatch, "hy", digest_of("hy"))
    assert is_accepted("hy")
    assert translation_words(words("hy")) == ""
    assert working_translations(["hy", "az", "en"]) == ["az"]
    accept(monkeypatch, "hy", digest_of("az"))
    assert not is_accepted("hy")


@pytest.mark.parametrize("missing", ["accepted_by", "on", "sentences"])
def test_an_acceptance_without_reader_day_or_hash_is_refused(missing: str) -> None:
    entry = {"accepted_by": "A. Reader", "on": date(2031, 5, 1), "sentences": "sha256:0"}
    assert read_acceptances({"hy": entry})["hy"].accepted_by == "A. Reader"
    with pytest.raises(ValueError, match='"hy" needs accepted_by'):
        read_acceptances({"hy": {key: value for key, value in entry.items() if key != missing}})
    with pytest.raises(ValueError, match="hy"):
        read_acceptances({"hy": entry | {"accepted_by": " "}})


@pytest.mark.parametrize("form", sorted(FORMATS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_file_says_that_it_is_a_working_translation(form: str, language: str) -> None:
    text = " ".join(everything_in(render(daily(PUBLIC), format=form, language=language)).split())
    for other, mark in each(MARKS.items()):
        assert (mark in text) == (other == language), other


def test_it_stands_on_every_printed_page() -> None:
    pages = pages_in(render(daily(CENTRE), format="pdf", language="hy"))
    assert len(pages) > 1
    assert all(MARKS["hy"] in " ".join(page.split()) for page in pages)


def test_an_accepted_catalogue_carries_no_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    accept(monkeypatch, "hy", digest_of("hy"))
    for form in each(["html", "csv", "geojson"]):
        assert MARKS["hy"] not in render(daily(PUBLIC), format=form, language="hy").decode()


@pytest.mark.parametrize(
    ("changes", "bound"),
    [({"to": "parties"}, True), ({"id": "parties"}, True), ({"id": "P"}, True), ({"id": "aid"}, False), ({}, False)],
)
def test_those_who_are_bound_are_known_by_the_rule_or_by_their_name(changes: dict[str, str], bound: bool) -> None:
    assert invented_watch().goes_to_parties(replace(CENTRE, **changes)) is bound  # type: ignore[arg-type]


def test_no_working_translation_is_issued_to_a_party(monkeypatch: pytest.MonkeyPatch) -> None:
    watch, parties = invented_watch(), replace(CENTRE, to="parties")
    refuse_working_translations(watch, parties, ["en"])
    refuse_working_translations(watch, CENTRE, LANGUAGES)
    with pytest.raises(ReportError, match=r"no native reader has accepted the catalogue of ru, hy.*in English"):
        refuse_working_translations(watch, parties, ["hy", "en", "ru"])
    accept(monkeypatch, "hy", digest_of("hy"))
    refuse_working_translations(watch, parties, ["hy", "en"])


def test_the_command_line_makes_a_file_that_says_it(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    for language in ("en", "az"):
        out = tmp_path / f"{language}.geojson"
        code, _ = call(
            "report", str(folder), "--date", "2031-05-02", "--lang", language, "--format", "geojson", "--out", str(out)
        )
        assert code == 0
        assert json.loads(out.read_text())["report"].get("translation") == MARKS.get(language)
