"""A file by an adapter → batches, whatever the file does: what nobody foresaw is one refusal, and refusals end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from trucewatch.errors import TrucewatchError
from trucewatch.messages import Amount, Message
from trucewatch.model.batch import Batch, Origin, ReadingContext
from trucewatch.model.watch import SourceSetting
from trucewatch.sources import adapter
from trucewatch.sources.columns import rejected_file

MOST_REFUSED: Final = 100_000
"""Refused rows of one file that are kept with their reasons; whoever mends a file looks at the first few."""


def read_file(path: Path, origin: Origin, setting: SourceSetting, context: ReadingContext) -> Iterator[Batch]:
    """What the source's adapter reads of a file, batch by batch.

    An exception that the adapter did not foresee ends the file as one refused row (row 0) with the remedy; what was
    read before it stays. After MOST_REFUSED refused rows the rest of the file is one refusal. Raises Unsupported for a
    source without an adapter.
    """
    reader = adapter(setting.adapter)
    rows = refused = 0
    try:
        for batch in reader.read(path, origin, setting, context):
            room = MOST_REFUSED - refused
            if len(batch.rejected) > room:
                yield replace(batch, rejected=batch.rejected[:room])
                yield rejected_file(
                    origin,
                    Message(
                        "{count} rows were refused, and the rest of the file was not read; mend what they have in "
                        "common, such as the separator, a quote or the mapping",
                        count=Amount(MOST_REFUSED),
                    ),
                )
                return
            refused += len(batch.rejected)
            rows += batch.observations.num_rows + batch.counters.num_rows + len(batch.rejected)
            yield batch
    except TrucewatchError as exc:
        yield rejected_file(origin, exc.message)
    except MemoryError:
        raise  # not the file's alone: whoever bounds the memory says so
    except Exception as exc:  # a file from outside may do anything: its fault is a value
        yield rejected_file(origin, unforeseen(exc, rows))


def unforeseen(exc: Exception, rows: int) -> Message:
    """What is said of a file that raised what nobody foresaw, after so many of its rows."""
    return Message(
        "reading stopped after {rows} rows at something that this program does not know ({error}); save the file anew "
        "in the program that wrote it, and if it is refused again, report that to who keeps this program",
        rows=Amount(rows),
        error=type(exc).__name__,
    )
