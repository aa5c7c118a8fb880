"""What is worked out of a report once and used by every format and language: kept while the report itself is."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from trucewatch.reports.daily_report import DailyReport

Rest = ParamSpec("Rest")
Result = TypeVar("Result")


def once_per_report(
    work: Callable[Concatenate[DailyReport, Rest], Result],
) -> Callable[Concatenate[DailyReport, Rest], Result]:
    """The same function; asked again with the last arguments for a report that still exists, it gives the same object.

    Only the last result is kept of each report, so that a loop over languages holds one of them at a time. Who gets it
    must not change it.
    """
    results: dict[int, tuple[weakref.ref[DailyReport], Any, Result]] = {}
    lock = threading.Lock()

    @wraps(work)
    def shared(report: DailyReport, /, *args: Rest.args, **named: Rest.kwargs) -> Result:
        key, arguments = id(report), (args, tuple(named.items()))
        with lock:
            last = results.get(key)
        if last is not None and last[0]() is report and last[1] == arguments:
            return last[2]
        result = work(report, *args, **named)
        with lock:
            results[key] = weakref.ref(report, lambda gone: _forget(results, key, gone)), arguments, result
        return result

    return shared


def _forget(results: dict[int, Any], key: int, gone: object) -> None:
    """Leave out what was kept of a report that is gone, unless another one has its place by now."""
    if key in results and results[key][0] is gone:
        del results[key]
