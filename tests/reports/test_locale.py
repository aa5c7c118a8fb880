"""The catalogues: complete, compiled, placeholders equal, plurals whole; reasons for every code; neutral words."""

from __future__ import annotations

import ast
import re
from datetime import UTC, date, datetime
from pathlib import Path
from string import Formatter
from typing import Any

import pyarrow as pa
import pytest

from tests.conftest import each
from tests.reports.invented import incident, invented_watch
from trucewatch.errors import ReportError
from trucewatch.findings import SENTENCES
from trucewatch.geo.describe import COMPASS as POINTS
from trucewatch.locale import LANGUAGES, SOURCE, capitalised, catalogues, languages, uncapitalised, words
from trucewatch.locale.catalogues import (
    PACKAGE,
    CatalogueError,
    compile_language,
    compiled_path,
    extract,
    merge,
    path_of,
    po_bytes,
    read_catalogue,
    rooms,
    untranslated,
    update,
)
from trucewatch.locale.reasons import reason_sentence
from trucewatch.locale.terms import ASPECT, COMPASS, KIND, MEANS, OUTCOME, counted_kind, figure_words
from trucewatch.model.incident import INCIDENT_SCHEMA, Finding, incident_rows
from trucewatch.model.observation import ASPECTS, KINDS
from trucewatch.model.observation import MEANS as MEANS_OF_MODEL
from trucewatch.model.outcomes import OUTCOMES
from trucewatch.reports.phrases import number_words

TRANSLATED = tuple(language for language in LANGUAGES if language != SOURCE)
FACTS: dict[str, Any] = {
    "from": "2031-05-01T00:00:00Z",
    "from_earliest": "2031-05-01T00:00:00Z",
    "from_latest": "2031-05-02T00:00:00Z",
    "until": "2031-06-01T00:00:00Z",
    "zone": "east",
    "accuracy_m": "2000",
    "notice": "N7",
    "who": "Q",
    "known_at": "2031-05-03T00:00:00Z",
    "kind": "explosion",
    "aspect": "controlled",
    "claimed_by": "P",
    "what": "handover",
    "due": "2031-05-15T21:00:00Z",
    "extension": "1",
    "occurred": "2031-05-10",
    "counter": "returnees",
    "value": "48241",
    "at_least": "50000",
    "by": ["N"],
    "outcome": "consistent",
    "views": ["N: consistent", "P=undetermined"],
    "missing": ["P"],
}
CODES = [(rule, reason) for rule, reasons in SENTENCES.items() for reason in reasons]


def told(rule: str, reason: str, facts: dict[str, Any], language: str) -> str:
    one = Finding(
        finding_id="f-x",
        incident_id="",
        stipulation="9z",
        provision="9",
        instrument="i",
        rule=rule,
        outcome="undetermined",
        reason=reason,
        facts=facts,
        due=None,
        evidence=(),
        simulated=False,
    )
    return reason_sentence(one, SENTENCES, invented_watch(), words(language))


def test_the_languages_are_those_with_a_catalogue() -> None:
    assert languages() == LANGUAGES
    with pytest.raises(ReportError, match="en, ru, az, hy, tr"):
        words("xx")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_room_holds_exactly_the_sentences_that_it_says(language: str) -> None:
    for room, catalogue in each(update(language, extract()).items()):
        path = path_of(language, room)
        if len(catalogue) or path.is_file():
            assert po_bytes(catalogue) == path.read_bytes(), f"{path}: run make catalogues"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated_in_every_plural_and_none_is_fuzzy(language: str) -> None:
    for room in each(rooms()):
        catalogue = read_catalogue(language, room)
        assert untranslated(catalogue) == []
        assert not any(message.fuzzy for message in catalogue if message.id)
        assert catalogue.num_plurals == {"ru": 3, "az": 2, "hy": 1, "tr": 1}[language]


def changed_catalogue(monkeypatch: pytest.MonkeyPatch, folder: Path, before: str, after: str) -> Path:
    """A copy of the map's Russian catalogue in which one translation is another."""
    text = path_of("ru", "map").read_text(encoding="utf-8")
    assert before in text
    path = folder / "ru.po"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    own = path_of
    monkeypatch.setattr(catalogues, "path_of", lambda language, room="": path if room == "map" else own(language, room))
    return path


def test_a_catalogue_with_a_wrong_placeholder_is_refused_with_file_and_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = next(
        message
        for message in read_catalogue("ru", "map")
        if isinstance(message.id, str) and isinstance(message.string, str) and "{" in message.string
    )
    wrong = entry.string.replace("{", "{un", 1)
    path = changed_catalogue(monkeypatch, tmp_path, f'"{entry.string}"', f'"{wrong}"')
    built = compiled_path("ru").read_bytes()
    with pytest.raises(CatalogueError, match="placeholders") as refused:
        compile_language("ru")
    assert str(path) in str(refused.value)
    assert f'"{entry.id}"' in str(refused.value)
    monkeypatch.setattr("sys.argv", ["catalogues", "--compile"])
    assert catalogues.main() == 1, "and so `make catalogues` stops"
    assert str(path) in capsys.readouterr().err
    assert compiled_path("ru").read_bytes() == built, "what was built before stays"


def test_a_brace_that_stands_alone_is_refused_with_file_and_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = changed_catalogue(monkeypatch, tmp_path, '"{clause}: {count}"', '"{clause}: {count} {"')
    with pytest.raises(CatalogueError, match="brace that stands alone") as refused:
        compile_language("ru")
    assert str(path) in str(refused.value)


def test_a_sentence_of_two_rooms_has_one_translation(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ids = [{str(message.id) for message in read_catalogue("ru", room) if message.id} for room in ("map", "incidents")]
    assert len(merge("ru")) >= len(ids[0] | ids[1])
    path = tmp_path / "ru.po"
    path.write_bytes(path_of("ru").read_bytes().replace('msgstr "Сейчас"'.encode(), 'msgstr "Теперь"'.encode()))
    own = path_of
    monkeypatch.setattr(catalogues, "path_of", lambda language, room="": path if room == "map" else own(language, room))
    with pytest.raises(CatalogueError, match="translated otherwise"):
        merge("ru")


def test_no_sentence_hides_from_the_catalogue_behind_another_name_of_gettext() -> None:
    known = {
        message.id if isinstance(message.id, str) else message.id[0]
        for catalogue in extract().values()
        for message in catalogue
        if message.id
    }
    hidden = [
        (path.name, text)
        for path in sorted(PACKAGE.rglob("*.py"))
        for text in _said_by_alias(ast.parse(path.read_text(encoding="utf-8")))
        if text not in known
    ]
    assert hidden == []


def _said_by_alias(tree: ast.Module) -> list[str]:
    names = _aliases(tree)
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names
    ]
    return [one.args[0].value for one in calls if isinstance(one.args[0], ast.Constant)]  # type: ignore[misc]


def _aliases(tree: ast.Module) -> set[str]:
    """Names that a module gives to gettext: `say = words.gettext`, also in a row of several."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                pairs = (
                    zip(target.elts, node.value.elts, strict=False)
                    if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
                    else [(target, node.value)]
                )
                found |= {
                    name.id
                    for name, value in pairs
                    if isinstance(name, ast.Name) and isinstance(value, ast.Attribute) and value.attr == "gettext"
                }
    return found


def test_the_other_names_of_gettext_are_found() -> None:
    assert _aliases(ast.parse("say = words.gettext\nsaid, number = words.gettext, words.number\nx = words.number")) == {
        "say",
        "said",
    }


def _fields(text: str) -> set[str | None]:
    return {field for _, field, _, _ in Formatter().parse(text) if field}


@pytest.mark.parametrize("language", TRANSLATED)
def test_placeholders_are_those_of_the_key(language: str) -> None:
    for message in each(message for room in rooms() for message in read_catalogue(language, room) if message.id):
        keys = message.id if isinstance(message.id, list | tuple) else (message.id,)
        strings = message.string if isinstance(message.string, list | tuple) else (message.string,)
        expected = set[str | None]().union(*(_fields(key) for key in keys))
        assert all(_fields(string) == expected for string in each(strings)), message.id


def test_no_word_takes_a_side() -> None:
    wrong = re.compile(
        r"\b(violat|attack|enem|regime|terror|liberat|occup|нарушен|атак|враг|ihlal|saldır|düşman|işgal"
        r"|pozuntu|hücum|düşmən|işğal|azad ed|խախտ|հարձակ|թշնամ|օկուպ|ազատագր|ահաբեկ)",
        re.I,
    )
    paths = [path for language in LANGUAGES for room in rooms() if (path := path_of(language, room)).is_file()]
    for path in each(paths):
        text = path.read_text(encoding="utf-8")
        assert not wrong.search(text), (path, wrong.search(text))


def test_every_word_of_the_model_has_a_word_for_people() -> None:
    assert set(KIND) == set(KINDS)
    assert set(ASPECT) == set(ASPECTS)
    assert set(MEANS) == set(MEANS_OF_MODEL)
    assert set(OUTCOME) >= set(OUTCOMES)
    assert tuple(COMPASS) == POINTS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("rule", "reason"), CODES)
def test_every_reason_gives_a_full_sentence_that_names_the_clause(rule: str, reason: str, language: str) -> None:
    for facts in (FACTS, {}):
        sentence = told(rule, reason, facts, language)
        assert "9z" in sentence
        assert sentence.endswith("։" if language == "hy" else ".")
        assert "{" not in sentence
        assert sentence[0].isupper() or sentence[0].isdigit()


@pytest.mark.parametrize("reason", ["maybe_in_force", "at_zone_edge", "no_place", "outside_zone"])
@pytest.mark.parametrize("rule", ["required/2", "judged/2"])
def test_doubts_on_dates_and_zones_are_told_for_every_rule(rule: str, reason: str) -> None:
    assert "9z" in told(rule, reason, FACTS, "en")


def test_an_unknown_reason_is_refused_with_its_finding() -> None:
    with pytest.raises(ReportError, match=r'f-x: there is no sentence for reason "because"'):
        told("prohibited/2", "because", {}, "en")
    with pytest.raises(ReportError):
        told("guessed/1", "not_put", {}, "en")


def test_facts_become_names_and_local_times() -> None:
    assert told("required/2", "not_due", {"what": "handover", "due": FACTS["due"], "extension": "0"}, "en") == (
        "Clause 9z is not due yet (Handover): due by 16 May 2031, 00:00 (UTC+3)."
    )
    assert told("prohibited/2", "prohibited_act", {"kind": "explosion", "zone": "east"}, "ru") == (
        "Пункт 9z не допускает этого в зоне «Восточная долина»: Взрыв. Ни извещение, ни исключение этого не охватывает."
    )
    assert told("judged/2", "judged_differently", {"views": ["N: consistent", "P: undetermined"]}, "en") == (
        "The delegations see clause 9z differently: North delegation: consistent and Pella: checked, cannot be told."
    )
    assert "48,241" in told("required/2", "number_short", FACTS, "en")


def test_counts_speak_in_plurals() -> None:
    assert counted_kind("explosion", 3, 4, 5, words("en")) == "Explosions, 3 to 5"
    assert counted_kind("explosion", 1, 1, 1, words("en")) == "Explosion"
    assert counted_kind("shot", None, 1200, None, words("en")) == "Shots, 1,200"
    assert counted_kind("burst", None, None, None, words("en")) == "Burst"
    assert counted_kind("burst", 21, None, None, words("en")) == "Bursts, at least 21"
    assert counted_kind("burst", None, None, 4, words("en")) == "Bursts, at most 4"
    assert counted_kind("drumming", None, 2, None, words("en")) == "drumming, 2"


@pytest.mark.parametrize(
    ("low", "best", "high", "text"),
    [
        (None, None, None, ""),
        (None, 0, None, "0"),
        (3, 3, 3, "3"),
        (2, None, 2, "2"),
        (2, 3, 5, "3 (2 to 5)"),
        (2, None, 5, "2 to 5"),
        (2, None, None, "at least 2"),
        (None, None, 5, "at most 5"),
        (2, 3, None, "3 (at least 2)"),
        (None, 3, 1200, "3 (at most 1,200)"),
        (0, None, 4, "0 to 4"),
    ],
)
def test_a_stated_number_keeps_every_limit_and_gets_none(
    low: int | None, best: int | None, high: int | None, text: str
) -> None:
    assert figure_words(low, best, high, words("en")) == text


def test_dates_and_numbers_follow_the_language() -> None:
    day, moment = date(2020, 12, 11), datetime(2020, 12, 11, 10, 2, tzinfo=UTC)
    assert [words(one).day(day).replace("\u202f", " ") for one in LANGUAGES] == [
        "11 December 2020",
        "11 декабря 2020 г.",
        "11 dekabr 2020",
        "11 դեկտեմբերի, 2020 թ.",
        "11 Aralık 2020",
    ]
    assert words("en").moment(moment, UTC) == "11 Dec 2020, 10:02 (UTC)"
    assert [words(one).fixed(0.974, 2) for one in LANGUAGES] == ["0.97", "0,97", "0,97", "0,97", "0,97"]
    assert words("en").spelled(14) == "fourteen"
    assert words("en").spelled(21) == "21"
    assert words("en").direction == "ltr"


def test_the_first_letter_follows_the_language() -> None:
    assert capitalised("ilk", "tr") == "İlk"
    assert uncapitalised("Isı", "tr") == "ısı"
    assert (capitalised("izləmə", "az"), uncapitalised("İzləmə", "az")) == ("İzləmə", "izləmə")
    assert (capitalised("դիտարկում", "hy"), uncapitalised("Եվրոպա", "hy")) == ("Դիտարկում", "եվրոպա")
    assert capitalised("և դա", "hy") == "Եվ դա"
    assert capitalised("", "en") == ""


def _title(language: str, **changes: Any) -> str:
    row = incident("t", kind="burst", **changes)
    (record,) = incident_rows(pa.Table.from_pylist([row], INCIDENT_SCHEMA))
    return number_words(record, invented_watch(), words(language))


TWELVE = {"count_min": 12, "count_best": 15, "count_max": 20}
NOBODY: dict[str, Any] = {"count_min": None, "count_best": None, "count_max": None, "count_by": []}
ONE = {"count_min": 1, "count_best": 1, "count_max": 1}


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        (TWELVE, "Bursts, 12 to 20 (2 devices)"),
        (TWELVE | {"count_by": ["acoustic 1"], "aspect": "impact"}, "Bursts, 12 to 20 (impact; 1 device)"),
        (
            TWELVE | {"count_by": ["centre", "acoustic 2", "camera 1", "patrol 1"]},
            "Bursts, 12 to 20 (3 devices and 1 patrol of the centre)",
        ),
        (TWELVE | {"count_by": ["acoustic", "patrol"]}, "Bursts, 12 to 20 (devices and patrols)"),
        (TWELVE | {"count_claims": ["/21/ Q"]}, "Bursts, 12 to 20 (2 devices; Quorra says 21)"),
        (NOBODY | {"count_claims": ["/21/ Q"]}, "Bursts (Quorra says 21)"),
        (
            NOBODY | {"count_claims": ["5//9 :public", "/7/ P; Q"]},
            "Bursts (public reports say 5 to 9; Pella and Quorra say 7)",
        ),
        (
            NOBODY | {"count_claims": ["5// :event_list", "//9 Observers"]},
            "Bursts (an event list says at least 5; according to Observers: at most 9)",
        ),
        (NOBODY | {"count_claims": ["/3/ :patrol"]}, "Bursts (according to patrol: 3)"),
        (NOBODY | {"count_claims": ["/1/ Q"]}, "Burst"),
        (NOBODY | {"count_claims": ["/1/ P", "/4/ Q"]}, "Bursts (Pella says 1; Quorra says 4)"),
        (ONE, "Burst"),
        (ONE | {"count_claims": ["/1/ Q"]}, "Burst"),
        (ONE | {"count_claims": ["/21/ Q"]}, "Burst, 1 (2 devices; Quorra says 21)"),
        (NOBODY, "Burst"),
        (TWELVE | {"count_by": []}, "Bursts, 12 to 20"),
    ],
)
def test_a_title_says_how_many_and_who_says_so(changes: dict[str, Any], title: str) -> None:
    assert _title("en", **changes) == title


def test_a_title_says_who_counts_in_every_language() -> None:
    whole = TWELVE | {"count_by": ["centre", "acoustic 2"], "count_claims": ["3/4/5 :devices", "/7/ :party", "/21/ Q"]}
    assert _title("ru", **whole) == (
        "Очереди, от 12 до 20 (2 прибора центра; по другим приборам: от 3 до 5; "
        "заявлено стороной: 7; заявлено (Куорра): 21)"
    )
    assert _title("tr", **whole) == (
        "Seri atış, 12 ila 20 (merkeze ait 2 cihaz; başka cihazlara göre: 3 ila 5; "
        "bir tarafın beyanı: 7; Quorra beyanı: 21)"
    )
