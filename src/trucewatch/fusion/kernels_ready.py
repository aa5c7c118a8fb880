"""Whether a run will have to compile first, so that it can say so before it waits."""

from __future__ import annotations

from trucewatch.fusion.cylinder_kernels import insert_rows
from trucewatch.fusion.gate_kernels import insert_reports
from trucewatch.fusion.locate_kernels import locate_groups
from trucewatch.fusion.near_repeat_kernels import look_around
from trucewatch.fusion.resolve_kernels import resolve_all
from trucewatch.geo.compiled import are_cached


def kernels_are_compiled(rule: str) -> bool:
    """Whether the compiled functions of a rule ("cylinder", "likelihood"), of the location and of the company are in
    their cache.

    Nothing is compiled; if they are not, the first use takes up to a minute.
    """
    association = (insert_rows,) if rule == "cylinder" else (insert_reports, resolve_all)
    return are_cached(*association, locate_groups, look_around)
