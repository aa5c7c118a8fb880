"""Every fault of a provision as it is read and kept is told at its line, and says what to do next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.builders import template_files, template_watch
from trucewatch.model.agreement import Agreement
from trucewatch.model.clause_parts import Gap, Number, Reading, Reads
from trucewatch.model.deadlines import Extension
from trucewatch.model.faults import Fault
from trucewatch.watch import read_watch
from trucewatch.watch.deadline_checks import check_extension
from trucewatch.watch.provision_checks import check_gap, check_reading
from trucewatch.watch.row_checks import AgreementWords

IN_FORCE = "in_force = { from = 2031-05-01T00:00:00Z }\n"
DEADLINE = 'deadline = { day = 2031-05-10, bound = "by", zone = "UTC", text = "en-1" }\n'
SECOND_TEXT = """
[[text]]
id = "en-2"
language = "en"
instrument = "agreement"
authoritative = true
known_at = 2031-05-01T00:00:00Z
source = "who published it, and when"
"""
ORDER = """
[[instrument]]
id = "order"
kind = "order"
names = { en = "An order" }
signed = 2031-05-03
source = "the court"
by = ["the court"]

[[text]]
id = "o-1"
language = "en"
instrument = "order"
authoritative = true
known_at = 2031-05-03T00:00:00Z
source = "the court"
"""
KEPT_UP = """
[[provision]]
number = "4"
instrument = "agreement"
summary = { en = "Posts stand." }

  [[provision.stipulation]]
  id = "4"
  kind = "kept_up"
  what = "presence"
  summary = { en = "Posts stand for five years." }
  obliged = ["A"]
  in_force = { from = 2031-05-01T00:00:00Z, term = "P5Y" }
"""
SAID = 'says = { en = "so it is" }, known_at = 2031-05-09T00:00:00Z, source = "a letter of 9 May"'
KNOWN = 'known_at = 2031-05-09T00:00:00Z, source = "a letter of 9 May"'


def agreement(*changes: tuple[str, str], further: str = "") -> str:
    text = template_files()["agreement.toml"].decode() + further
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def faults_of(text: str) -> list[Fault]:
    return list(read_watch(template_files() | {"agreement.toml": text.encode()})[1])


def second(row: str) -> str:
    """A file in which this row belongs to stipulation 2, which has to be done by 10 May."""
    return agreement((DEADLINE, DEADLINE + row + "\n"))


def due(deadline: str, further: str = "") -> str:
    """A file in which stipulation 2 has this deadline."""
    return agreement((DEADLINE, f"deadline = {{ {deadline} }}\n"), further=further)


def fourth(row: str, further: str = "") -> str:
    """A file in which this row belongs to stipulation 4, which has to be kept up."""
    return agreement(further=KEPT_UP + row + "\n" + further)


def extended(*rows: str) -> str:
    tables = ", ".join(f'{{ {row}, form = "oral", source = "a briefing" }}' for row in rows)
    return second(f"extension = [{tables}]")


def reads(what: str, about: str = "2") -> str:
    """A file with a reading of stipulation 2 or 1a."""
    number = {"2": "3", "1a": "2", "3": "9"}[about]
    row = (
        f'\n[[provision.reading]]\nby = "B"\nabout = "{about}"\nknown_at = 2031-05-09T00:00:00Z\n'
        f'source = "a letter"\nsays = {{ en = "so" }}\nreads = {{ {what} }}\n'
    )
    text = agreement(further="")
    head = f'[[provision]]\nnumber = "{number}"'
    return text.replace(head, row + "\n" + head, 1) if head in text else text + row


RENEWAL = 'renewal = { term = "P5Y", notice = "P6M", may = ["A", "B"], text = "en-1" }\n'
GAP = f'by = "B", {SAID}'

CASES: dict[str, tuple[str, str, str, str, str]] = {
    # deadlines
    "day and term": (
        due('day = 2031-05-10, term = "P1M", after = "in_force", bound = "by", zone = "UTC", text = "en-1"'),
        "gives a day and a term",
        "write day =",
        "error",
        "deadline =",
    ),
    "a term from an event that leads beyond the calendar": (
        due(
            'term = "P999Y", after = "event:late", bound = "by", zone = "UTC", text = "en-1"',
            f'\n[[event]]\nid = "late"\nnames = {{ en = "x" }}\nday = 9000-01-01\n{KNOWN.replace(", ", chr(10))}',
        ),
        "9999-01-01 is at the end of the calendar",
        "check the term and the year",
        "error",
        "deadline =",
    ),
    "an instrument of the last day of the calendar": (
        agreement(further=ORDER.replace("signed = 2031-05-03", "signed = 9999-12-31")),
        "9999-12-31 is at the end of the calendar",
        "check the year",
        "error",
        "signed = 9999",
    ),
    "more extensions than a deadline has": (
        extended(*["day = 2031-05-12, known_at = 2031-05-09T00:00:00Z"] * 101),
        "is extended 101 times, and at most 100 are read",
        "leave out those",
        "error",
        "extension =",
    ),
    "neither": (
        due('bound = "by", zone = "UTC", text = "en-1"'),
        "gives neither a day nor a term",
        "write day =",
        "error",
        "deadline =",
    ),
    "term alone": (
        due('term = "P1M", bound = "by", zone = "UTC", text = "en-1"'),
        "gives only one of term and after",
        'after = "in_force"',
        "error",
        "deadline =",
    ),
    "no term": (
        due('term = "a month", after = "in_force", bound = "by", zone = "UTC", text = "en-1"'),
        '"a month" is no term',
        "months M",
        "error",
        "deadline =",
    ),
    "after nothing": (
        due('term = "P1M", after = "nine", bound = "by", zone = "UTC", text = "en-1"'),
        'counts its term from "nine", which is neither a part nor an event',
        "write one of: 1a, 2, 3, in_force",
        "error",
        "deadline =",
    ),
    "after no event": (
        due('term = "P1M", after = "event:meeting", bound = "by", zone = "UTC", text = "en-1"'),
        'event "meeting" is not known',
        "there is none yet",
        "error",
        "deadline =",
    ),
    "after itself": (
        due('term = "P1M", after = "2", bound = "by", zone = "UTC", text = "en-1"'),
        "counts its term from itself",
        '"event:ID"',
        "error",
        "deadline =",
    ),
    "after a prohibition": (
        due('term = "P1M", after = "1a", bound = "by", zone = "UTC", text = "en-1"'),
        "counts its term from 1a, a prohibition, which is never met",
        "required or kept up",
        "error",
        "deadline =",
    ),
    "in a ring": (
        due(
            'term = "P1M", after = "4", bound = "by", zone = "UTC", text = "en-1"',
            KEPT_UP + 'deadline = { term = "P1M", after = "2", bound = "by", zone = "UTC", text = "en-1" }',
        ),
        "counts its term in a ring: 2 → 4 → 2",
        "has to begin with",
        "error",
        "deadline =",
    ),
    "after no start": (
        agreement(
            (
                f"{IN_FORCE}  {DEADLINE}",
                "in_force = {}\n"
                '  deadline = { term = "P1M", after = "in_force", bound = "by", zone = "UTC", text = "en-1" }\n',
            ),
        ),
        "counts a term from its own start, which in_force does not give",
        "add from",
        "error",
        "deadline =",
    ),
    "zone and zones": (
        due('day = 2031-05-10, bound = "by", zone = "UTC", zones = ["UTC"], text = "en-1"'),
        "gives zone and zones",
        "write zone where the text names it",
        "error",
        "deadline =",
    ),
    "no zone of time": (
        due('day = 2031-05-10, bound = "by", zones = ["UTC", "Moscow"], text = "en-1"'),
        '"Moscow" is no time zone',
        "IANA",
        "error",
        "deadline =",
    ),
    "left out by the clocks": (
        due('day = 2011-12-30, bound = "by", zone = "Pacific/Apia", text = "en-1"'),
        "names 2011-12-30, which is no day in Pacific/Apia",
        "that is kept",
        "warning",
        "deadline =",
    ),
    "year 9999": (
        due('day = 9999-12-30, bound = "by", zone = "UTC", text = "en-1"'),
        "at the end of the calendar",
        "check the year",
        "error",
        "deadline =",
    ),
    "other text unknown": (
        due(
            'day = 2031-05-10, bound = "by", zone = "UTC", text = "en-1", '
            'other_texts = [{ text = "en-9", bound = "before" }]'
        ),
        'text "en-9" is not known',
        'did you mean "en-1"',
        "error",
        "deadline =",
    ),
    "other text itself": (
        due(
            'day = 2031-05-10, bound = "by", zone = "UTC", text = "en-1", '
            'other_texts = [{ text = "en-1", bound = "before" }]'
        ),
        "gives en-1 as another text of itself",
        "name the other",
        "error",
        "deadline =",
    ),
    "other text the same": (
        due(
            'day = 2031-05-10, bound = "by", zone = "UTC", text = "en-1", other_texts = [{ text = "en-2" }]',
            SECOND_TEXT,
        ),
        "with nothing that differs",
        "its own bound or day",
        "warning",
        "deadline =",
    ),
    "two authoritative texts": (
        due(
            'day = 2031-05-10, bound = "by", zone = "UTC", text = "en-1", '
            'other_texts = [{ text = "en-2", bound = "before" }]',
            SECOND_TEXT,
        ),
        "two authoritative texts, en-1 and en-2, give it differently, so what is due lies between",
        "enter a reading",
        "warning",
        "deadline =",
    ),
    "text of another instrument": (
        due('day = 2031-05-10, bound = "by", zone = "UTC", text = "o-1"', ORDER),
        "has the text o-1 of another instrument, order",
        "enter how the other one changes it",
        "warning",
        "deadline =",
    ),
    # extensions
    "extension before": (
        extended("day = 2031-05-09, known_at = 2031-05-08T00:00:00Z"),
        "is extended to 2031-05-09, before its deadline 2031-05-10; that is kept and changes nothing",
        "check both days",
        "warning",
        "extension =",
    ),
    "extension afterwards": (
        extended("day = 2031-05-20, known_at = 2031-05-12T00:00:00Z"),
        "known only at 2031-05-12T00:00Z, after it was due; told as extended afterwards",
        "check known_at",
        "warning",
        "extension =",
    ),
    "extension twice": (
        extended(
            "day = 2031-05-20, known_at = 2031-05-08T00:00:00Z", "day = 2031-05-20, known_at = 2031-05-09T00:00:00Z"
        ),
        "is extended to 2031-05-20 twice; both are kept",
        "the same act",
        "warning",
        "extension =",
    ),
    "extension to less": (
        extended(
            "day = 2031-05-20, known_at = 2031-05-08T00:00:00Z", "day = 2031-05-15, known_at = 2031-05-09T00:00:00Z"
        ),
        "is extended to 2031-05-15, which is no later than it was due by then; that is kept and changes nothing",
        "a shorter term is no extension",
        "warning",
        "extension =",
    ),
    "extension of nothing": (
        agreement(
            (
                DEADLINE,
                'extension = [{ day = 2031-05-20, form = "oral", source = "s", known_at = 2031-05-08T00:00:00Z }]\n',
            )
        ),
        "extends a deadline that it does not have",
        "add deadline",
        "error",
        "extension =",
    ),
    "extension by a stranger": (
        extended('day = 2031-05-20, by = ["X"], known_at = 2031-05-08T00:00:00Z'),
        'speaker "X" is not known',
        "write one of: A, B, D1, D2",
        "error",
        "extension =",
    ),
    # terms and notices
    "term and end": (
        agreement(('term = "P5Y" }', 'term = "P5Y", until = 2036-05-01T00:00:00Z }'), further=KEPT_UP),
        "gives a term and an end",
        "the one that the text gives",
        "error",
        "term =",
    ),
    "bad term": (
        agreement(("P5Y", "5 years"), further=KEPT_UP),
        '"5 years" is no term',
        "years Y",
        "error",
        "5 years",
    ),
    "bad zone of a term": (
        agreement(('"P5Y"', '"P5Y", zone = "Mars"'), further=KEPT_UP),
        '"Mars" is no time zone',
        "IANA",
        "error",
        "Mars",
    ),
    "term without a start": (
        agreement(("from = 2031-05-01T00:00:00Z, term", "term"), further=KEPT_UP),
        "gives a term and no start to count it from",
        "from_earliest and from_latest",
        "error",
        "in_force = { term",
    ),
    "renewal in bad terms": (
        fourth('renewal = { term = "5", notice = "P6M", may = ["A"], text = "en-1" }'),
        '"5" is no term',
        "years Y",
        "error",
        "renewal =",
    ),
    "notice in bad terms": (
        fourth('renewal = { term = "P5Y", notice = "six months", may = ["A"], text = "en-1" }'),
        '"six months" is no term',
        "months M",
        "error",
        "renewal =",
    ),
    "notice by no party": (
        fourth('renewal = { term = "P5Y", notice = "P6M", may = ["A", "D1"], text = "en-1" }'),
        'lets "D1" give notice, who is no party of the agreement',
        "A, B",
        "error",
        "renewal =",
    ),
    "notice by none at all": (
        fourth('renewal = { term = "P5Y", notice = "P6M", may = [], text = "en-1" }'),
        "names nobody who may give notice",
        'may = ["A", "B"]',
        "error",
        "renewal =",
    ),
    "renewal of no text": (
        fourth('renewal = { term = "P5Y", notice = "P6M", may = ["A"], text = "en-8" }'),
        'text "en-8" is not known',
        "en-1",
        "error",
        "renewal =",
    ),
    "renewal without an end": (
        agreement((', term = "P5Y" }\n', " }\n" + RENEWAL), further=KEPT_UP),
        "renews a term that has no end",
        "until",
        "error",
        "renewal =",
    ),
    "notice of nothing": (
        fourth(f'term_notice = [{{ by = "A", {KNOWN} }}]'),
        "is notice of a term that is not renewed",
        "there is nothing to give notice of",
        "error",
        "term_notice =",
    ),
    "notice by nobody": (
        fourth(RENEWAL + f"term_notice = [{{ {KNOWN} }}]"),
        "is notice by nobody; it is kept, and is no notice",
        "write who gave it",
        "warning",
        "term_notice =",
    ),
    "notice by who may not": (
        fourth(RENEWAL + f'term_notice = [{{ by = "D1", {KNOWN} }}]'),
        'is notice by "D1", who may not give it by the text; it is kept, and is no notice',
        "these may: A, B",
        "warning",
        "term_notice =",
    ),
    "notice at two times": (
        fourth(RENEWAL + f'term_notice = [{{ by = "A", day = 2031-05-08, given_at = 2031-05-08T10:00:00Z, {KNOWN} }}]'),
        "gives day and given_at",
        "the one that is on record",
        "error",
        "term_notice =",
    ),
    "notice known before it was": (
        fourth(RENEWAL + f'term_notice = [{{ by = "A", given_at = 2031-06-08T10:00:00Z, {KNOWN} }}]'),
        "is known at 2031-05-09T00:00Z, before it was",
        "check both moments",
        "warning",
        "term_notice =",
    ),
    "notice without a source": (
        fourth(RENEWAL + 'term_notice = [{ by = "A", known_at = 2031-05-09T00:00:00Z, source = " " }]'),
        "has no source",
        "what has no source is nobody's",
        "error",
        "term_notice =",
    ),
    # suspension, parallel, events
    "suspension backwards": (
        fourth(f'suspension = [{{ from = 2031-05-09T00:00:00Z, until = 2031-05-08T00:00:00Z, by = "A", {KNOWN} }}]'),
        "so for no time",
        "check from and until",
        "error",
        "suspension =",
    ),
    "suspension by no instrument": (
        fourth(f'suspension = [{{ from = 2031-05-09T00:00:00Z, instrument = "ordr", {KNOWN} }}]', ORDER),
        'instrument "ordr" is not known',
        'did you mean "order"',
        "error",
        "suspension =",
    ),
    "suspension by nobody": (
        fourth(f"suspension = [{{ from = 2031-05-09T00:00:00Z, {KNOWN} }}]"),
        "is suspended by no instrument and by nobody",
        "the id of the order",
        "error",
        "suspension =",
    ),
    "parallel with nothing": (
        second('parallel = { clause = "9", text = "en-1" }'),
        'stipulation "9" is not known',
        "write one of: 1a, 2, 3",
        "error",
        "parallel =",
    ),
    "parallel with itself": (
        second('parallel = { clause = "2", text = "en-1" }'),
        "goes on in parallel with itself",
        "name the other part",
        "error",
        "parallel =",
    ),
    "parallel by no text": (
        second('parallel = { clause = "3", text = "" }'),
        "goes on in parallel by no text",
        "write text =",
        "error",
        "parallel =",
    ),
    "parallel without a text": (
        second('parallel = { clause = "3" }'),
        '"text" is missing',
        "add text",
        "error",
        "parallel =",
    ),
    "event without a day": (
        agreement(further=f'\n[[event]]\nid = "e"\nnames = {{ en = "E" }}\n{KNOWN.replace(", ", chr(10))}\n'),
        "gives neither at nor day",
        "write at =",
        "error",
        "[[event]]",
    ),
    "event backwards": (
        agreement(
            further='\n[[event]]\nid = "e"\nnames = { en = "E" }\nday = 2031-05-05\nday_latest = 2031-05-04\n'
            + KNOWN.replace(", ", "\n")
        ),
        "was on 2031-05-04 at the latest, before 2031-05-05",
        "swap them",
        "error",
        "day_latest =",
    ),
    "event twice": (
        agreement(
            further=2 * ('\n[[event]]\nid = "e"\nnames = { en = "E" }\nday = 2031-05-05\n' + KNOWN.replace(", ", "\n"))
        ),
        'event "e" is given 2 times',
        "its own id",
        "error",
        "",
    ),
    # what is stated
    "role of nobody": (
        second('role = [{ role = "beneficiary" }]'),
        "has a role of nobody",
        "names = { en",
        "error",
        "role =",
    ),
    "role of a stranger": (
        second('role = [{ role = "guarantor", who = "Z" }]'),
        'speaker "Z" is not known',
        "A, B, D1, D2",
        "error",
        "role =",
    ),
    "role by hearsay": (
        second('role = [{ role = "guarantor", who = "A", by = "custom" }]'),
        'by "custom" is not known',
        '"reading:WHO"',
        "error",
        "role =",
    ),
    "role by a stranger's reading": (
        second(f'role = [{{ role = "guarantor", who = "A", by = "reading:Z", {KNOWN} }}]'),
        'speaker "Z" is not known',
        "A, B, D1, D2",
        "error",
        "role =",
    ),
    "role by a reading of no day": (
        second('role = [{ role = "guarantor", who = "A", by = "reading:B", source = "a letter" }]'),
        "without the moment at which it was stated",
        "add known_at",
        "error",
        "role =",
    ),
    "part by a stranger": (
        second(f'part = [{{ day = 2031-05-08, by = "Z", {SAID} }}]'),
        'speaker "Z" is not known',
        "A, B",
        "error",
        "part =",
    ),
    "claim of what goes on": (
        second(f'claim = [{{ by = "A", state = "kept_up", {SAID} }}]'),
        'is claimed to be "kept_up", and is required once',
        'write "met"',
        "error",
        "claim =",
    ),
    "claim without words": (
        second(f'claim = [{{ by = "A", state = "met", says = {{}}, {KNOWN} }}]'),
        "says nothing",
        "in your own words",
        "error",
        "claim =",
    ),
    "gap backwards": (
        fourth(f"gap = [{{ from = 2031-05-08, until = 2031-05-07, {GAP} }}]"),
        "has a gap that ends on 2031-05-07, before it begins on 2031-05-08",
        "until is the last day",
        "error",
        "gap =",
    ),
    "gap of what is done once": (
        second(f"gap = [{{ from = 2031-05-08, {GAP} }}]"),
        "has a gap, and is nothing that has to go on",
        'kind = "kept_up"',
        "error",
        "gap =",
    ),
    "state by hand, unknown": (
        second('by_hand = [{ state = "done", by = "A", reason = "r", known_at = 2031-05-09T00:00:00Z }]'),
        'state "done" is not known',
        "write one of: disputed",
        "error",
        "by_hand =",
    ),
    "state by hand without a reason": (
        second('by_hand = [{ state = "met", by = "A", reason = " ", known_at = 2031-05-09T00:00:00Z }]'),
        "has a state by hand without a reason",
        "write why",
        "error",
        "by_hand =",
    ),
    # readings
    "reading of nothing": (
        reads("", about="3").replace('about = "3"', 'about = "9"'),
        'stipulation "9" is not known',
        "write one of: 3",
        "error",
        "about =",
    ),
    "reads a number": (
        reads('number = { counter = "posts", at_least = 3 }'),
        "reads number otherwise, of which 2 has none",
        "leave number out",
        "error",
        "reads =",
    ),
    "reads a zone": (
        reads('zone = "pass"', about="3"),
        "reads zone otherwise, of which 3 has none",
        "leave zone out",
        "error",
        "reads =",
    ),
    "reads kinds": (
        reads('kinds = ["shot"]'),
        "reads kinds otherwise, of which 2 has none",
        "leave kinds out",
        "error",
        "reads =",
    ),
    "reads a day": (
        reads("day = 2031-05-11", about="1a"),
        "reads day otherwise, of which 1a has none",
        "leave day out",
        "error",
        "reads =",
    ),
    "reads a bound": (
        reads('bound = "before"', about="3"),
        "reads bound otherwise, of which 3 has none",
        "leave bound out",
        "error",
        "reads =",
    ),
    "reads exceptions": (
        reads('unless = ["notice"]'),
        "reads unless otherwise, of which 2 has none",
        "leave unless out",
        "error",
        "reads =",
    ),
    # instruments
    "relation without words": (
        agreement(
            further=ORDER.replace('by = ["the court"]', 'relation = "amends"\nto = "agreement"'),
        ),
        'amends "agreement", by its own words only',
        "quote them in relation_words",
        "warning",
        "relation =",
    ),
    "relation to itself": (
        agreement(further=ORDER.replace('by = ["the court"]', 'relation = "ends"\nto = "order"\nrelation_words = "4"')),
        "stands in a relation to itself",
        "the earlier instrument",
        "error",
        "to = ",
    ),
    "relation to no part": (
        agreement(
            further=ORDER.replace(
                'by = ["the court"]', 'relation = "ends"\nto = "agreement"\nrelation_words = "4"\nstipulations = ["7"]'
            )
        ),
        'stipulation "7" is not known',
        "1a, 2, 3",
        "error",
        "stipulations =",
    ),
    "read as a relation to itself": (
        agreement(
            further=ORDER.replace(
                'by = ["the court"]', f'read_as = [{{ by = "A", relation = "ends", to = "order", {SAID} }}]'
            )
        ),
        "is read as in a relation to itself",
        "the earlier instrument",
        "error",
        "read_as =",
    ),
    "read by a stranger": (
        agreement(
            further=ORDER.replace(
                'by = ["the court"]', f'read_as = [{{ by = "Z", relation = "ends", to = "agreement", {SAID} }}]'
            )
        ),
        'speaker "Z" is not known',
        "A, B",
        "error",
        "read_as =",
    ),
    # days that there are not
    "30 February": (
        due('day = 2031-02-30, bound = "by", zone = "UTC", text = "en-1"'),
        "2031-02-30 is no day: that month has 28 days",
        "write a day of the calendar",
        "error",
        "2031-02-30",
    ),
    "month 13": (
        due('day = 2031-13-01, bound = "by", zone = "UTC", text = "en-1"'),
        "2031-13-01 is no day: a year has 12 months",
        "write a day of the calendar",
        "error",
        "2031-13-01",
    ),
    "year 0": (
        agreement(("signed = 2031-05-01", "signed = 0000-05-01")),
        "0000-05-01 is no day: there is no year 0",
        "write a day of the calendar",
        "error",
        "0000-05-01",
    ),
    "a day for a moment": (
        agreement(("known_at = 2031-05-01T00:00:00Z", "known_at = 2031-05-01")),
        "known_at = 2031-05-01 is a day and no moment",
        "2031-05-01T00:00:00+03:00",
        "error",
        "known_at = 2031-05-01",
    ),
    "before the year 1": (
        agreement(("known_at = 2031-05-01T00:00:00Z", "known_at = 0001-01-01T00:00:00+03:00")),
        "is outside the years 1 to 9999",
        "check the year",
        "error",
        "0001-01-01",
    ),
}


@pytest.mark.parametrize(("text", "what", "remedy", "severity", "line"), CASES.values(), ids=list(CASES))
def test_a_fault_has_its_line_and_says_what_to_do_next(
    text: str, what: str, remedy: str, severity: str, line: str
) -> None:
    found = faults_of(text)
    matching = [fault for fault in found if what in str(fault.what) and remedy in str(fault.remedy)]
    assert matching, [fault.sentence() for fault in found]
    assert {fault.severity for fault in matching} == {severity}
    numbers = [number for number, each in enumerate(text.splitlines(), 1) if line in each]
    assert not line or matching[0].line in numbers, matching[0].sentence()


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case[3] == "warning"])
def test_what_is_only_a_warning_is_kept(name: str) -> None:
    watch, faults = read_watch(template_files() | {"agreement.toml": CASES[name][0].encode()})
    assert watch is not None
    assert len(faults) == 1, [fault.sentence() for fault in faults]


SOUND = {
    "an order that suspends between two instants of one day": fourth(
        'suspension = [{ from = 2031-05-09T11:00:00Z, until = 2031-05-09T12:00:00Z, instrument = "order", '
        f"{KNOWN} }}]",
        ORDER,
    ),
    "a term from another part": due(
        'term = "P1M", after = "4", counting = "inclusive", bound = "by", zones = ["UTC", "Asia/Baku"], text = "en-1"',
        KEPT_UP,
    ),
    "a term from an event": due(
        'term = "P10D", after = "event:e", bound = "before", zone = "UTC", text = "en-1"',
        '\n[[event]]\nid = "e"\nnames = { en = "The first meeting" }\nday = 2031-05-05\nday_latest = 2031-05-06\n'
        + KNOWN.replace(", ", "\n"),
    ),
    "all that is stated of one part": fourth(
        RENEWAL
        + f'term_notice = [{{ by = "A", day = 2031-05-08, {KNOWN} }}]\n'
        + 'parallel = { clause = "2", text = "en-1" }\n'
        + 'role = [{ role = "beneficiary", names = { en = "Displaced people" } }]\n'
        + f'part = [{{ day = 2031-05-08, by = "A", {SAID} }}]\n'
        + f'claim = [{{ by = "B", state = "not_kept_up", since = 2031-05-08, {SAID} }}]\n'
        + f"gap = [{{ from = 2031-05-08, until = 2031-05-08, {GAP} }}]\n"
        + 'by_hand = [{ state = "kept_up", by = "D1", reason = "seen", known_at = 2031-05-09T00:00:00Z }]'
    ),
    "a text of the instrument that extends it": due(
        'day = 2031-05-10, bound = "by", zone = "UTC", text = "o-1"',
        ORDER.replace('by = ["the court"]', 'relation = "extends"\nto = "agreement"\nrelation_words = "paragraph 4"'),
    ),
    "a relation by a reading": agreement(
        further=ORDER.replace(
            'by = ["the court"]',
            f'relation = "ends"\nto = "agreement"\n'
            f'read_as = [{{ by = "A", relation = "ends", to = "agreement", stipulations = ["2"], {SAID} }}]',
        )
    ),
    "a reading of what it has": reads('day = 2031-05-11, bound = "before", zone = "theatre", obliged = ["B"]'),
}


@pytest.mark.parametrize("text", SOUND.values(), ids=list(SOUND))
def test_what_is_sound_has_no_fault(text: str) -> None:
    assert [fault.sentence() for fault in faults_of(text)] == []


# A single row, as a form enters it


def parts() -> tuple[Agreement, AgreementWords]:
    watch = template_watch()
    return watch.agreement, AgreementWords.of(watch.agreement, watch.settings, watch.zones)


def test_a_single_reading_can_be_checked_before_it_is_entered() -> None:
    held, words = parts()
    second_clause = held.provision[1]
    reading = Reading(
        by="B",
        about="2",
        says={"en": "so"},
        known_at=datetime(2031, 5, 9, tzinfo=UTC),
        source="a letter",
        reads=Reads(),
    )
    assert list(check_reading(second_clause, reading, words)) == []
    wrong = replace(reading, by="Z", source="", reads=Reads(number=Number(counter="posts", at_least=-1)))
    assert [fault.keys for fault in check_reading(second_clause, wrong, words)] == [
        ("by",),
        ("source",),
        ("reads", "number"),
        ("reads", "number"),
    ]


def test_a_single_gap_and_extension_can_be_checked_before_they_are_entered() -> None:
    held, words = parts()
    stipulation = held.provision[1].stipulation[0]
    at = datetime(2031, 5, 9, tzinfo=UTC)
    gap = Gap(from_=at.date(), by="A", says={"en": "so"}, known_at=at, source="a letter")
    assert [(fault.keys, fault.severity) for fault in check_gap(gap, stipulation, words)] == [((), "error")]
    extension = Extension(day=at.date(), form="oral", known_at=at, source="a briefing")
    entered = replace(stipulation, extension=(extension,))
    assert [(fault.keys, fault.severity) for fault in check_extension(1, extension, entered, words)] == [
        (("day",), "warning")
    ]


def test_a_term_is_counted_over_twenty_others_and_no_more() -> None:
    def chain(links: int) -> str:
        parts = (
            f'[[provision.stipulation]]\nid = "c{each}"\nkind = "required"\nwhat = "agreement_act"\nobliged = ["A"]\n'
            f'summary = {{ en = "x" }}\n{IN_FORCE}deadline = {{ term = "P1D", '
            f'after = "{f"c{each - 1}" if each else "in_force"}", bound = "by", zone = "UTC", text = "en-1" }}\n'
            for each in range(links + 1)
        )
        return agreement(further=KEPT_UP + "\n" + "\n".join(parts))

    assert not [fault for fault in faults_of(chain(20)) if "counts its term" in fault.sentence()]
    (fault,) = [fault for fault in faults_of(chain(21)) if "counts its term" in fault.sentence()]
    assert "over more than 20 others" in fault.sentence()
