"""The published JSON Schemas: `python -m trucewatch.watch.schemas docs/schemas` writes them from the records
themselves."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from trucewatch.model.agreement import Agreement
from trucewatch.model.calibration_kept import KeptCalibration
from trucewatch.model.clause_texts import CopyOfText
from trucewatch.model.evidence import Evidence, RejectedRecord
from trucewatch.model.humanitarian import HumanitarianFile
from trucewatch.model.incident import Counter, Finding, Incident
from trucewatch.model.initiatives import InitiativesFile
from trucewatch.model.lexicon import LexiconFile
from trucewatch.model.meetings import MeetingsFile
from trucewatch.model.names import NamesFile
from trucewatch.model.record_mapping import KEY_OF_FIELD
from trucewatch.model.report import Publication
from trucewatch.model.watch import WatchFile

RECORDS: dict[str, Any] = {
    "watch": WatchFile,
    "agreement": Agreement,
    "names": NamesFile,
    "text": CopyOfText,
    "meetings": MeetingsFile,
    "initiatives": InitiativesFile,
    "lexicon": LexiconFile,
    "humanitarian": HumanitarianFile,
    "evidence": Evidence,
    "rejected": RejectedRecord,
    "incident": Incident,
    "finding": Finding,
    "counter": Counter,
    "publication": Publication,
    "calibration": KeptCalibration,
}
_WITHOUT_FLOATS = ("calibration",)
"""Kept as JSON and not as rows of a table: their numbers with a fraction are decimal strings."""

_NOT_WRITTEN = {"publication": ("entered_at",)}
"""What is of an entry and stands in no record."""


def schema_of(name: str) -> str:
    """The JSON Schema (draft 2020-12) of one kind of record, as text."""
    from pydantic import TypeAdapter

    schema = TypeAdapter(RECORDS[name]).json_schema()
    for field in _NOT_WRITTEN.get(name, ()):
        del schema["properties"][field]
    if name in _WITHOUT_FLOATS:
        schema = _with_decimals(schema)
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"trucewatch/{name}/1",
        **_in_file_words(schema),
    }
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _with_decimals(schema: Any) -> Any:
    """Text instead of every number that may have a fraction."""
    if isinstance(schema, list):
        return [_with_decimals(value) for value in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") == "number":
        return {key: value for key, value in schema.items() if key != "default"} | {"type": "string"}
    return {key: _with_decimals(value) for key, value in schema.items()}


def _in_file_words(schema: Any) -> Any:
    """Field names as they stand in the files: `from`, not `from_`."""
    if isinstance(schema, dict):
        return {KEY_OF_FIELD.get(key, key): _in_file_words(value) for key, value in schema.items()}
    if isinstance(schema, list):
        return [_in_file_words(value) for value in schema]
    return KEY_OF_FIELD.get(schema, schema) if isinstance(schema, str) else schema


def write_schemas(folder: Path) -> None:
    """One file a record."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in RECORDS:
        (folder / f"{name}.schema.json").write_text(schema_of(name), encoding="utf-8")


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/schemas"))
