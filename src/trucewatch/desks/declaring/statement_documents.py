"""Official statements as documents for programs: what was taken in, the list, offers, two copies compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from trucewatch.annotation.alignment import Alignment
from trucewatch.annotation.differences import Compared
from trucewatch.messages import Message
from trucewatch.model.annotations import Passage, passage_document
from trucewatch.model.statement_record import OfficialStatement
from trucewatch.model.statements import Statement
from trucewatch.model.watch import Watch
from trucewatch.pipeline.statement_intake import TakenIn
from trucewatch.store import Store
from trucewatch.store.statement_records import heading_at


def taken_document(
    watch: Watch, entered: Sequence[tuple[str, TakenIn]], refused: Sequence[tuple[str, Message]]
) -> dict[str, Any]:
    """`trucewatch statement add --json`: each file with what came of it."""
    return {
        "schema": "trucewatch/statements-taken-in/1",
        "watch": watch.settings.id,
        "taken": [
            {
                "file": name,
                "statement": f"S-{each.number}",
                "language": each.language,
                "version": each.version,
                "what": each.what,
                "entry": each.entry.number if each.entry else None,
                "may_be_the_same_as": [f"S-{number}" for number in each.may_be],
            }
            for name, each in entered
        ],
        "refused": [{"file": name, "why": str(why)} for name, why in refused],
    }


def statements_document(store: Store, watch: Watch, statements: Iterable[OfficialStatement]) -> dict[str, Any]:
    """`trucewatch statement list --json`: every statement with its copies; of texts the title alone."""
    return {
        "schema": "trucewatch/statements/1",
        "watch": watch.settings.id,
        "simulated": watch.settings.simulated,
        "statements": [_statement(store, each) for each in statements],
    }


def offers_document(
    name: str, statement: Statement, offers: Sequence[Passage], lacking: Sequence[str]
) -> dict[str, Any]:
    """`trucewatch statement offers --json`. lacking: kinds that no rule offers in this language."""
    return {
        "schema": "trucewatch/statement-offers/1",
        "of": name,
        "language": statement.language or None,
        "not_offered": list(lacking),
        "offers": [passage_document(offer) for offer in offers],
    }


def comparison_document(
    names: tuple[str, str], first: Statement, second: Statement, alignment: Alignment, compared: Compared
) -> dict[str, Any]:
    """`trucewatch statement compare --json`: which paragraphs say the same, and what differs in which pair (from 0)."""
    return {
        "schema": "trucewatch/statements-compared/1",
        "first": {"of": names[0], "language": first.language or None},
        "second": {"of": names[1], "language": second.language or None},
        "aligned": alignment.is_aligned,
        "pairs": [{"first": list(pair.first), "second": list(pair.second)} for pair in alignment.pairs],
        "differences": [
            {
                "kind": each.kind,
                "pair": each.pair,
                "first_words": list(each.first_words),
                "second_words": list(each.second_words),
                "sentence": str(each.sentence),
            }
            for each in compared.differences
        ],
        "remarks": [str(each) for each in compared.remarks],
    }


def _statement(store: Store, statement: OfficialStatement) -> Mapping[str, Any]:
    latest = statement.latest()
    heading = heading_at(store, latest) if latest else None
    return {
        "number": statement.code,
        "day": latest.day.isoformat() if latest and latest.day else None,
        "kind": latest.kind if latest else None,
        "voice": (latest.voice if latest else "") or None,
        "title": heading.title if heading else None,
        "copies": [
            {"language": each.language, "version": each.version, "entry": each.entry}
            for each in statement.versions
            if each.stands
        ],
        "decided": sum(each.undone is None for each in statement.annotations),
    }
