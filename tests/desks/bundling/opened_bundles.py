"""Bundles as a receiver checks them: by the inspector's one file, read alone."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.ledger.small_log import NOW, run
from trucewatch.ledger.bundle import PADDING_NAME, write_bundle, write_zip


def members_of(content: bytes) -> dict[str, bytes]:
    """What any program unpacks of a bundle."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def check(path: Path, key: str = "", *options: object) -> tuple[int, dict[str, Any]]:
    """The inspector's exit code and document on a bundle. key: the log's, as the reader has it."""
    policy = path.parent / "policy.toml"
    policy.write_text(f'schema = 1\nlog = "{key}"\n')
    return run(path, *(["--policy", policy] if key else []), *options, now=NOW)


def refusal(folder: Path, content: bytes, key: str = "") -> str:
    """What the inspector says against these bytes."""
    path = folder / "changed.zip"
    path.write_bytes(content)
    code, document = check(path, key)
    assert code == 1
    assert not document["ok"]
    assert "copy" not in document
    assert "bundle" not in document
    return "; ".join(problem["what"] for problem in document["problems"])


def zipped(members: Mapping[str, bytes]) -> bytes:
    """These members with padding that fits them."""
    return write_bundle({name: content for name, content in members.items() if name != PADDING_NAME})


def zipped_as_is(members: Mapping[str, bytes]) -> bytes:
    """These members, padding and all."""
    return write_zip(members)


def opened_of(members: Mapping[str, bytes]) -> dict[str, Any]:
    """The fields that the partial copy in a bundle opens, by section, row and slot."""
    copy = json.loads(members["dossier-copy.json"])
    return {
        f"{row['section']}/{row['row']}/{slot}": field["value"]
        for row in copy["rows"]
        for slot, field in enumerate(row["fields"])
        if isinstance(field, dict)
    }
