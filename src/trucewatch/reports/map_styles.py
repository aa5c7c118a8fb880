"""Looks of a report's layers for programs that draw maps: QGIS' own style (QML) and OGC's (SLD 1.1).

Frame and colour say the assessment as on our own pages (`signs.py`, the light colours of the style sheet): diamond
inconsistent, square no assessment, circle consistent, broken circle no clause applies, pale circle withheld.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal
from xml.sax.saxutils import escape, quoteattr

from trucewatch.locale import Words
from trucewatch.locale.terms import held_back_word, outcome_word
from trucewatch.model.outcomes import OUTCOMES
from trucewatch.reports.print_drawing import light_colours
from trucewatch.reports.released import WITHHELD

Shape = Literal["marker", "fill"]
STYLED: Final = (*OUTCOMES, WITHHELD)
"""Each has a rule of its own in every style of incidents."""


@dataclass(frozen=True, slots=True)
class _Look:
    """How an assessment is drawn: QGIS' and SLD's name of the frame, names of the colours of area and edge."""

    frame: str
    known_as: str
    turned_deg: int
    area: str
    edge: str
    broken: bool = False


_LOOKS: Final[Mapping[str, _Look]] = {
    "inconsistent": _Look("diamond", "square", 45, "inconsistent", "inconsistent"),
    "undetermined": _Look("square", "square", 0, "undetermined-soft", "undetermined"),
    "consistent": _Look("circle", "circle", 0, "surface", "consistent"),
    "not_applicable": _Look("circle", "circle", 0, "surface", "na", broken=True),
    "withheld": _Look("circle", "circle", 0, "sunk", "line-strong"),
}
_HEAD: Final = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_GEOMETRY_TYPES: Final = {"marker": 0, "line": 1, "fill": 2}
_AREA_OPACITY: Final = 0.35


def outcome_words(outcome: str, words: Words) -> str:
    """What the legend calls an assessment; where none is said, that it is held back."""
    return held_back_word(words) if outcome == "undetermined" else outcome_word(outcome, words)


def incidents_qml(shape: Shape, words: Words) -> str:
    """The style of a layer with a column `outcome`, for QGIS: one category an assessment."""
    categories = "".join(
        f'<category render="true" symbol="{place}" value="{outcome}" label={quoteattr(outcome_words(outcome, words))}/>'
        for place, outcome in enumerate(STYLED)
    )
    symbols = "".join(_symbol(str(place), outcome, shape) for place, outcome in enumerate(STYLED))
    return (
        f'{_HEAD}<qgis version="3.28" styleCategories="Symbology">'
        f'<renderer-v2 type="categorizedSymbol" attr="outcome" symbollevels="0" enableorderby="0" forceraster="0">'
        f"<categories>{categories}</categories><symbols>{symbols}</symbols></renderer-v2>"
        f"<layerGeometryType>{_GEOMETRY_TYPES[shape]}</layerGeometryType></qgis>"
    )


def incidents_sld(name: str, shape: Shape, words: Words) -> str:
    """The same for other programs."""
    rules = "".join(
        f"<se:Rule><se:Name>{outcome}</se:Name><se:Description><se:Title>"
        f"{escape(outcome_words(outcome, words))}</se:Title></se:Description>"
        f"<ogc:Filter><ogc:PropertyIsEqualTo><ogc:PropertyName>outcome</ogc:PropertyName>"
        f"<ogc:Literal>{outcome}</ogc:Literal></ogc:PropertyIsEqualTo></ogc:Filter>"
        f"{_symbolizer(_LOOKS[outcome], shape)}</se:Rule>"
        for outcome in STYLED
    )
    return _sld(name, rules)


def zones_qml(shape: Literal["fill", "line"]) -> str:
    """The style of zones for QGIS, of areas or of lines: an outline alone, so that nothing under it is hidden."""
    edge = _rgba(light_colours()["line-strong"])
    if shape == "line":
        layer = _layer("SimpleLine", {"line_color": edge, "line_style": "solid", "line_width": "0.5"})
    else:
        outline = {"outline_color": edge, "outline_style": "solid", "outline_width": "0.5"}
        layer = _layer("SimpleFill", {"style": "no", **outline})
    return (
        f'{_HEAD}<qgis version="3.28" styleCategories="Symbology"><renderer-v2 type="singleSymbol" symbollevels="0">'
        f'<symbols><symbol type="{shape}" name="0" alpha="1" clip_to_extent="1">{layer}</symbol></symbols>'
        f"</renderer-v2><layerGeometryType>{_GEOMETRY_TYPES[shape]}</layerGeometryType></qgis>"
    )


def zones_sld(name: str) -> str:
    """The same for other programs."""
    edge = light_colours()["line-strong"]
    return _sld(
        name,
        f"<se:Rule><se:Name>zone</se:Name><se:LineSymbolizer>{_stroke(edge, width=1.5)}</se:LineSymbolizer></se:Rule>",
    )


def _symbol(name: str, outcome: str, shape: Shape) -> str:
    look, colours = _LOOKS[outcome], light_colours()
    edge_style = "dash" if look.broken else "solid"
    edge = {"outline_color": _rgba(colours[look.edge]), "outline_style": edge_style, "outline_width": "0.4"}
    if shape == "marker":
        frame = {"name": look.frame, "color": _rgba(colours[look.area]), "size": "3.4", "size_unit": "MM"}
        layer = _layer("SimpleMarker", {**frame, **edge})
    else:
        area = {"color": _rgba(colours[look.edge], _AREA_OPACITY), "style": "solid"}
        layer = _layer("SimpleFill", {**area, **edge})
    return f'<symbol type="{shape}" name="{name}" alpha="1" clip_to_extent="1">{layer}</symbol>'


def _layer(kind: str, options: Mapping[str, str]) -> str:
    """One layer of a symbol, its settings in both forms: an Option map since 3.20, `prop` before."""
    named = "".join(_options(options))
    older = "".join(f'<prop k="{key}" v="{value}"/>' for key, value in options.items())
    return f'<layer class="{kind}" enabled="1" locked="0" pass="0"><Option type="Map">{named}</Option>{older}</layer>'


def _options(options: Mapping[str, str]) -> Iterator[str]:
    yield from (f'<Option type="QString" name="{key}" value="{value}"/>' for key, value in options.items())


def _symbolizer(look: _Look, shape: Shape) -> str:
    colours = light_colours()
    stroke = _stroke(colours[look.edge], width=1.5, broken=look.broken)
    if shape == "fill":
        area = (
            f'<se:Fill><se:SvgParameter name="fill">{colours[look.edge]}</se:SvgParameter>'
            f'<se:SvgParameter name="fill-opacity">{_AREA_OPACITY}</se:SvgParameter></se:Fill>'
        )
        return f"<se:PolygonSymbolizer>{area}{stroke}</se:PolygonSymbolizer>"
    area = f'<se:Fill><se:SvgParameter name="fill">{colours[look.area]}</se:SvgParameter></se:Fill>'
    turned = f"<se:Rotation>{look.turned_deg}</se:Rotation>" if look.turned_deg else ""
    return (
        f"<se:PointSymbolizer><se:Graphic><se:Mark><se:WellKnownName>{look.known_as}</se:WellKnownName>{area}{stroke}"
        f"</se:Mark><se:Size>12</se:Size>{turned}</se:Graphic></se:PointSymbolizer>"
    )


def _stroke(colour: str, *, width: float, broken: bool = False) -> str:
    dashes = '<se:SvgParameter name="stroke-dasharray">4 3</se:SvgParameter>' if broken else ""
    return (
        f'<se:Stroke><se:SvgParameter name="stroke">{colour}</se:SvgParameter>'
        f'<se:SvgParameter name="stroke-width">{width}</se:SvgParameter>{dashes}</se:Stroke>'
    )


def _sld(name: str, rules: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<StyledLayerDescriptor version="1.1.0" '
        'xmlns="http://www.opengis.net/sld" xmlns:se="http://www.opengis.net/se" xmlns:ogc="http://www.opengis.net/ogc">'
        f"<NamedLayer><se:Name>{escape(name)}</se:Name><UserStyle><se:Name>{escape(name)}</se:Name>"
        f"<se:FeatureTypeStyle>{rules}</se:FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>"
    )


def _rgba(colour: str, opacity: float = 1.0) -> str:
    """`#7C0F4A` as QGIS writes it: `124,15,74,255`."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"{red},{green},{blue},{round(255 * opacity)}"
