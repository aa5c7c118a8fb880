"""The daily report as a Word document (DOCX), to be read, quoted and worked on: what stands on the page, in Word's own
styles.

Maps and charts are pictures with their description. The same report is the same bytes: its only time is the cut-off. A
draft says so in the head of every page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape
from zipfile import ZipFile

from trucewatch.locale import Words, words
from trucewatch.locale.acceptance import translation_words
from trucewatch.locale.sanitize import legible
from trucewatch.reports.daily_report import DailyReport
from trucewatch.reports.drawn_pictures import pictures
from trucewatch.reports.formats import html
from trucewatch.reports.headline import title_words
from trucewatch.reports.notes import draft_words, number_in_brief
from trucewatch.reports.packed import packed
from trucewatch.reports.page_tree import Element, tree_of
from trucewatch.reports.print_drawing import alternative
from trucewatch.reports.word_document import FONT, FONTS, MONO, NAMESPACES, Drawn, body_of, language_tag, run

if TYPE_CHECKING:
    from docx.document import Document

NAME = "docx"
SUFFIX = ".docx"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_MARGIN_MM: Final = 15
_INK: Final = "17201F"
_SIZES: Final[Mapping[str, tuple[str, float, bool]]] = {
    # name in Word: base, points, bold
    "Figure": ("Normal", 20, True),
    "TableText": ("Normal", 8, False),
    "Note": ("Normal", 8, False),
    "Marked": ("Normal", 10, False),
    "Proof": ("Normal", 8, False),
}
_WRITTEN: Final = {"Normal": 10.0, "Title": 20.0, "Heading 1": 14.0, "Heading 2": 11.0}
_VIEW_BOX: Final = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_DECLARED: Final = " ".join(f'xmlns:{prefix}="{address}"' for prefix, address in NAMESPACES.items())


def render(report: DailyReport, *, language: str) -> bytes:
    """The document's bytes."""
    from docx import Document
    from docx.oxml import parse_xml

    spoken = words(language)
    root, drawings = tree_of(html.render(report, language=language).decode())
    document = Document()
    _set_styles(document, language)
    _set_pages(document, root, report, spoken)
    drawn = [
        Drawn(document.part.get_or_add_image(BytesIO(picture))[0], *_size(drawing), alternative(drawing))
        for drawing, picture in zip(drawings, pictures(drawings), strict=True)
    ]
    body = document.element.body
    section = body.sectPr
    written = parse_xml(f"<w:body {_DECLARED}>{body_of(root, drawn, language)}</w:body>")
    for block in list(written):
        section.addprevious(block)
    _set_properties(document, report, spoken)
    out = BytesIO()
    document.save(out)
    with ZipFile(out) as archive:
        return packed({name: archive.read(name) for name in archive.namelist()})


def _set_styles(document: Document, language: str) -> None:
    """Word's own styles with our fonts, sizes and language; those of our own beside them."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt, RGBColor

    styles: Any = document.styles
    linked = {f"{name} Char": size for name, size in _WRITTEN.items() if f"{name} Char" in styles}
    for name, size in {**_WRITTEN, **linked}.items():
        style = styles[name]
        style.font.size, style.font.color.rgb = Pt(size), RGBColor.from_string(_INK)
        _set_font(style, FONT)
    for name in ("Title", "Heading 1", "Heading 2"):
        styles[name].font.bold = True
        styles[name].paragraph_format.keep_with_next = True
        for border in styles[name].element.xpath("./w:pPr/w:pBdr"):
            border.getparent().remove(border)
    for name, (base, size, bold) in _SIZES.items():
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style, style.font.size = styles[base], Pt(size)
        if bold:
            style.font.bold = True
        style.paragraph_format.space_after = Pt(2)
    _set_font(styles["Proof"], MONO)
    styles["Marked"].element.get_or_add_pPr().insert(0, _element(_BORDER))
    defaults = styles.element.xpath("./w:docDefaults/w:rPrDefault/w:rPr")[0]
    for lang in defaults.xpath("./w:lang"):
        defaults.remove(lang)
    defaults.append(_element(f'<w:lang w:val="{language_tag(language)}" w:bidi="{language_tag(language)}"/>'))


_BORDER: Final = (
    "<w:pBdr>"
    + "".join(
        f'<w:{side} w:val="single" w:sz="8" w:space="4" w:color="{_INK}"/>'
        for side in ("top", "left", "bottom", "right")
    )
    + "</w:pBdr>"
)


def _set_font(style: Any, name: str) -> None:
    """The same font for every script, in the place of the template's own by theme."""
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(f"{{{NAMESPACES['w']}}}{script}", name)


def _set_pages(document: Document, root: Element, report: DailyReport, spoken: Words) -> None:
    """A4; the page's own head and foot at the head and foot of every page, with the mark of a draft."""
    from docx.shared import Mm

    section: Any = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(_MARGIN_MM)
    section.header_distance = section.footer_distance = Mm(8)
    language = language_tag(spoken.language)
    head = " · ".join(part.text() for part in _parts(root, "header"))
    marks = [mark for mark in (draft_words(report, spoken), translation_words(spoken)) if mark]
    _set_lines(section.header, [run(head, language), *(run(mark, language, bold=True) for mark in marks)])
    before, middle, after = re.split(r"\{pages?\}", spoken.gettext("Page {page} of {pages}"))
    page = [run(before, language), _field("PAGE"), run(middle, language), _field("NUMPAGES"), run(after, language)]
    foot = [run(part.text(), language) for part in _parts(root, "footer")]
    _set_lines(section.footer, [*foot, "".join(page)])


def _parts(root: Element, tag: str) -> list[Element]:
    return [part for element in root.all(tag) for part in element.elements()]


def _set_lines(place: Any, lines: list[str]) -> None:
    """The lines as paragraphs of a head or a foot."""
    own = place._element  # python-docx has no public name for the element of a head or foot
    for paragraph in list(own):
        own.remove(paragraph)
    for line in lines:
        own.append(_element(f'<w:p><w:pPr><w:pStyle w:val="Note"/></w:pPr>{line}</w:p>'))


def _field(name: str) -> str:
    return f'<w:fldSimple w:instr="{name}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'


def _set_properties(document: Document, report: DailyReport, spoken: Words) -> None:
    """What a file manager shows of the file, in place of the template's own; its fonts with those to take for them."""
    properties: Any = document.core_properties
    moment = report.cut_off.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    properties.author = properties.last_modified_by = "Trucewatch"
    properties.title = legible(title_words(report, spoken))[:255]
    properties.subject = legible(number_in_brief(report))[:255]
    properties.comments = legible(translation_words(spoken))[:255]
    properties.language = language_tag(spoken.language)
    properties.created = properties.modified = moment
    properties.revision = 1
    package: Any = document.part.package
    for key, relationship in list(package.rels.items()):
        if relationship.reltype.endswith("/thumbnail"):
            del package.rels[key]
    for relationship in document.part.rels.values():
        if relationship.reltype.endswith("/fontTable"):
            part: Any = relationship.target_part
            part._blob = _font_table()  # the template's part is bytes that python-docx only carries


def _font_table() -> bytes:
    fonts = [(FONT, "Arial"), (MONO, "Consolas"), *((name, other) for name, other, _ in FONTS)]
    listed = "".join(
        f'<w:font w:name="{escape(name)}"><w:altName w:val="{escape(other)}"/></w:font>' for name, other in fonts
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f'{head}<w:fonts xmlns:w="{NAMESPACES["w"]}">{listed}</w:fonts>'.encode()


def _element(text: str) -> Any:
    from docx.oxml import parse_xml

    opening, gap, rest = re.split(r"(?<=[\w:])([ >/])", text, maxsplit=1)
    return parse_xml(f"{opening} {_DECLARED}{gap}{rest}")


def _size(drawing: str) -> tuple[float, float]:
    """Of a drawing on the page, in pixels."""
    head = drawing.partition(">")[0]
    box = _VIEW_BOX.search(head)
    wide, high = (float(box.group(1)), float(box.group(2))) if box else (100.0, 100.0)
    width = re.search(r' width="([\d.]+)"', head)
    return (float(width.group(1)), high * float(width.group(1)) / wide) if width else (wide, high)
