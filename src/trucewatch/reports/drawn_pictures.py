"""Our own drawings (SVG) → pictures of pixels (PNG), for programs that show no SVG; all of one report at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Final

from trucewatch.reports.typst_document import drawable_drawing

if TYPE_CHECKING:
    from typst import Fonts

PIXELS_PER_INCH: Final = 144
_EACH_ON_ITS_PAGE: Final = b"""#set page(width: auto, height: auto, margin: 0pt)
#for drawing in json(bytes(sys.inputs.at("drawings"))) { page(image(bytes(drawing), format: "svg")) }
"""


def pictures(drawings: Sequence[str]) -> list[bytes]:
    """A PNG for each drawing, drawn with our own fonts and no others: the same drawings give the same bytes.

    Raises RuntimeError for one that cannot be drawn.
    """
    import typst

    if not drawings:
        return []
    compiler = typst.Compiler(
        _EACH_ON_ITS_PAGE,
        font_paths=own_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"drawings": json.dumps([drawable_drawing(drawing) for drawing in drawings], ensure_ascii=False)},
    )
    drawn = compiler.compile(format="png", ppi=PIXELS_PER_INCH)
    return [drawn] if isinstance(drawn, bytes) else list(drawn or ())


@cache
def own_fonts() -> Fonts:
    """Our fonts and no others, read once."""
    import typst

    with as_file(files("trucewatch.reports") / "fonts") as folder:
        return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
