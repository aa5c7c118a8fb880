"""A message carries its values, is the same in every language but for its words, and never looks up what was typed."""

from __future__ import annotations

import ast
import pickle
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

import trucewatch
from tests.conftest import each
from trucewatch.errors import TimeError
from trucewatch.locale import catalogues, languages, words
from trucewatch.messages import Amount, Message, read_record, record_of

PACKAGE: Final = Path(trucewatch.__file__).parent
TYPED: Final = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ("is empty", "path", "{name}", "{0}", "%s", "{{", "}", "\u202eabc", "there are: two craters", "x" * 100_000)
    ),
)
MARKS: Final = ("Message", "mark", "Plural")


@given(TYPED)
def test_what_was_typed_comes_back_as_it_was_in_every_language(typed: str) -> None:
    message = Message('{name} "{value}" is no number', name="lat", value=typed)
    for language in each(languages()):
        spoken = words(language)
        assert spoken.say(typed) == typed
        assert spoken.say(Message.verbatim(typed)) == typed
        assert typed in spoken.say(message)


@given(TYPED, TYPED)
def test_a_message_survives_its_record_and_pickling(one: str, other: str) -> None:
    message = Message("{why}; correct it", why=Message("{value} cannot be read: {why}", value=one, why=other))
    assert read_record(record_of(message), str(message)) == message
    assert pickle.loads(pickle.dumps(message)) == message


@pytest.mark.parametrize("record", [None, "", "[]", "{", '{"template": 3}', '{"template": "x", "values": {"a": [1]}}'])
def test_a_record_that_cannot_be_read_leaves_the_english_words(record: str | None) -> None:
    assert read_record(record, "lat is empty") == Message.verbatim("lat is empty")


def test_a_record_of_other_words_than_its_english_is_not_believed() -> None:
    forged = record_of(Message("{name} is empty", name="lon"))
    assert str(read_record(forged, "lat is empty")) == "lat is empty"


def test_a_placeholder_reaches_into_no_value() -> None:
    assert str(Message("{name.__class__} {name[0]}", name="lat")) == "{name.__class__} {name[0]}"


def test_an_error_among_the_values_gives_its_own_message() -> None:
    fault = TimeError(Message("{value} is no time", value="noon"))
    assert Message("{why}; correct it", why=fault).values["why"] == fault.message


def test_a_message_is_frozen() -> None:
    message = Message("a")
    with pytest.raises(AttributeError, match="frozen"):
        message.template = "b"


def literals(path: Path) -> list[tuple[int, str]]:
    """The templates that a module writes, with their lines."""
    return [
        (node.lineno, str(node.args[0].value))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in MARKS
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ]


def test_every_template_in_the_code_reaches_the_catalogues() -> None:
    entries = [entry for catalogue in catalogues.extract().values() for entry in catalogue if entry.id]
    known = {entry.id if isinstance(entry.id, str) else entry.id[0] for entry in entries} | {
        entry.id for entry in entries
    }
    lost = [
        f"{path.relative_to(PACKAGE)}:{line}: {text}"
        for path in each(sorted(PACKAGE.rglob("*.py")))
        for line, text in literals(path)
        if text not in known
    ]
    assert lost == []


def test_a_message_is_made_of_a_literal() -> None:
    """What stands in a variable would not reach the catalogues."""
    faults = []
    for path in each(sorted(PACKAGE.rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Message" and path.name != "messages.py":
                first = node.args[0] if node.args else None
                is_template = isinstance(first, ast.Attribute) and first.attr == "template"
                if not isinstance(first, ast.Constant) and not is_template:
                    faults.append(f"{path.relative_to(PACKAGE)}:{node.lineno}")
    assert faults == []


def test_a_number_on_record_is_written_as_its_reader_writes_numbers() -> None:
    message = Message("{count} rows", count=Amount(1204))
    again = read_record(record_of(message), str(message))
    assert str(again) == "1,204 rows"
    assert isinstance(again.values["count"], Amount)


@pytest.mark.parametrize(
    "record",
    [
        '{"template": "{ is no place", "values": {}}',
        '{"template": "{a}", "values": null}',
        '{"template": "{a}", "values": [1]}',
        '{"template": "{a}", "values": {"a": {"amount": true}}}',
        "[]",
        "{",
    ],
)
def test_a_message_on_record_that_cannot_be_read_leaves_its_words(record: str) -> None:
    assert str(read_record(record, "the words")) == "the words"
