"""What is signed of a finding, read out of the record that its hash is of: no word of it is taken from whoever made the
file. In: an item of a file to be signed or opened. Out: the record, and lines for the one who signs or opens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from trucewatch.errors import LedgerError
from trucewatch.messages import Message

_CASE: Final = "trucewatch/review-case/1"

_LATER: Final = Message(
    "the file has signed something else as {code} than was put as that: a later round. Nothing was signed. Where its "
    "page says that the case is in the open, this is a later position: sign it with --in-the-open. Else tell the head "
    "of your delegation"
)
_ANOTHER: Final = Message(
    "the file has signed something else as {code} than was put as that: another case, finding, round or question, or "
    "to other delegations. Nothing was signed. Fetch the file anew; if it stays so, tell the head of your delegation"
)


def record_put(file: Path, item: Mapping[str, Any], delegation: str, *, in_the_open: bool) -> dict[str, Any]:
    """The record of a case, whose SHA-256 is what an item has signed, and that is of this case, finding, delegation and
    round, with these questions; a first round follows no position. in_the_open: of a later round. Raises
    LedgerError."""
    from trucewatch.ledger.signing import read_canonical
    from trucewatch.locale.sanitize import printable

    content = _content(file, item)
    digest = sha256(content).hexdigest()
    if digest != item["finding_sha256"]:
        raise LedgerError(
            Message(
                "what the file holds of {code} is not what would be signed: its SHA-256 is {digest}. Nothing was "
                "signed. Fetch the file anew; if it stays so, tell the head of your delegation",
                code=printable(str(item["code"])[:20]),
                digest=digest,
            )
        )
    record = read_canonical(content)
    if not _is_of(record, item, delegation, in_the_open=in_the_open):
        is_later = not in_the_open and _is_of(record, item, delegation, in_the_open=True)
        refusal = _LATER if is_later else _ANOTHER
        raise LedgerError(Message(refusal.template, code=printable(str(item["code"])[:20])))
    return record


def record_opened(file: Path, item: Mapping[str, Any], document: Mapping[str, Any], number: int) -> dict[str, Any]:
    """The record of the case that a position, which was opened, is on: its SHA-256 is what the position names, and it
    is of the case of the item. document: the fields of the position. number: of the item in the file, from 1 on. Raises
    LedgerError."""
    from trucewatch.ledger.position import QUESTIONS
    from trucewatch.ledger.signing import read_canonical

    content = _content(file, item)
    signed = {
        **document,
        "code": item.get("code"),
        "questions": [each for each in QUESTIONS if each in document["answers"]],
    }
    if sha256(content).hexdigest() == document["finding_sha256"]:
        record = read_canonical(content)
        if _is_of(record, signed, document["delegation"], in_the_open=False):
            return record
    raise not_committed(number)


def not_committed(number: int) -> LedgerError:
    """The refusal of a position of a file, counted from 1, that is another than was committed to in its case."""
    return LedgerError(
        Message(
            "position {number} of the file is not the one that was committed to; nothing was written. Ask the "
            "keeper of the watch how it came about",
            number=number,
        )
    )


def lines_of(document: Mapping[str, Any]) -> Iterator[str]:
    """In which watch and ledger a position is signed, line by line: of the position itself, for no record has it."""
    from trucewatch.locale.sanitize import printable

    for label, name in (("watch", "watch"), ("ledger", "log_origin")):
        yield f"    in:  {label:<8} {printable(str(document[name]))}"


def lines_put(record: Mapping[str, Any]) -> Iterator[str]:
    """What was put, line by line, without marks that could make one look like another."""
    from trucewatch.locale.sanitize import printable

    put = record["put"]
    counts = ", ".join(
        f"{label} {put[name]}"
        for label, name in (("at least", "count_min"), ("best", "count_best"), ("at most", "count_max"))
        if put.get(name)
    )
    rows = {
        "clause": (_joined(put, "instrument", "provision"), _joined(put, "stipulation"), _joined(put, "rule")),
        "finding": (_joined(put, "outcome"), _joined(put, "held"), _joined(put, "reason")),
        "what": (_joined(put, "kind", "aspect"), _joined(put, "classes"), counts),
        "where": (_joined(put, "lat", "lon"), _ellipse(put), _joined(put, "zones")),
        "when": (_joined(put, "occurred_start"), _joined(put, "occurred_end")),
        "before": (str(record["before"]),),
        "test": ("simulated" if put.get("simulated") else "",),
    }
    for label, texts in rows.items():
        if line := "; ".join(text for text in texts if text):
            yield f"    put: {label:<8} {printable(line)}"


def _content(file: Path, item: Mapping[str, Any]) -> bytes:
    """The text of the record that an item holds. Raises LedgerError where it holds none."""
    content = b""
    with suppress(UnicodeEncodeError, LookupError, AttributeError):
        content = item["record"].encode()
    if not content:
        raise LedgerError(
            Message(
                "{file} does not hold what was put to the delegations, so what is signed cannot be shown. It is of an "
                "older console, or was changed: fetch it anew from the console, and write answers and reasons alone",
                file=file,
            )
        )
    return content


def _ellipse(put: Mapping[str, Any]) -> str:
    """The half axes of the ellipse of 95 in 100, as the page has them; the record has one standard deviation."""
    from trucewatch.model.review_outcome import ELLIPSE_95

    try:
        axes = [float(put[name]) for name in ("semi_major_m", "semi_minor_m") if put.get(name)]
    except (TypeError, ValueError):
        return ""
    return f"within {' × '.join(f'{ELLIPSE_95 * axis:.0f}' for axis in axes)} m (95%)" if axes else ""


def _of(put: Mapping[str, Any], name: str) -> str:
    value = put.get(name, "")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _joined(put: Mapping[str, Any], *names: str) -> str:
    return " ".join(text for text in (_of(put, name) for name in names) if text)


def _is_of(record: Mapping[str, Any], item: Mapping[str, Any], delegation: str, *, in_the_open: bool) -> bool:
    """Whether a record puts what an item has signed."""
    turn, put, delegations = record.get("round"), record.get("put"), record.get("delegations")
    return (
        record.get("schema") == _CASE
        and isinstance(put, dict)
        and isinstance(delegations, list)
        and delegation in delegations
        and f"R-{record.get('number')}" == item["code"]
        and record.get("finding") == item["finding"] == put.get("finding_id")
        and record.get("questions") == item["questions"]
        and isinstance(record.get("before"), str)
        and type(turn) is int
        and type(item["round"]) is int
        and (item["round"] > 1 or item["previous_sha256"] is None)
        and (item["round"] > turn if in_the_open else item["round"] == turn)
    )
