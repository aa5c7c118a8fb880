"""What the console itself says of a step of New watch, a brought file, a place or a replay; the cards of adapters."""

from __future__ import annotations

from typing import Final

from trucewatch.locale import mark

TEMPLATES: Final = (
    mark("the watch has no name; write one"),
    mark("{why}; a zone is written like Asia/Baku, a time like 2031-05-04T00:00"),
    mark(
        "the area is not known; name a town or coordinates in its middle, or its west, south, east and "
        "north sides in degrees"
    ),
    mark('"{text}" is no town that is known here and no coordinates; write latitude and longitude, like 39.82, 46.75'),
    mark(
        "the area {west}, {south}, {east}, {north} is no box; write west, south, east, north in degrees, "
        "away from the poles and the date line"
    ),
    mark("a provision obliges {party}; change that provision first, or keep the party"),
    mark('line {line} of the corners, "{text}", is no longitude and latitude, as in 46.75, 39.82'),
    mark("the shape has {corners} corners; it needs at least {least}: draw it, or write them one a line"),
    mark("choose what the zone is: {kinds}"),
    mark("the zone has no name; write one"),
    mark(
        'zone "{zone}" lies outside the area of this watch, near longitude {lon}, latitude {lat}; '
        "longitude comes first: exchange the two numbers of every corner"
    ),
    mark(
        'zone "{zone}" lies outside the area of this watch, near longitude {lon}, latitude {lat}; mend its '
        "corners, or make the area larger in the first step"
    ),
    mark('provision {number} speaks of the zone "{zone}"; change that provision first'),
    mark("the provision says nothing; write in your own words what was agreed"),
    mark("choose whether it prohibits, requires, or is for people to judge"),
    mark("it prohibits nothing yet; tick the kinds that are prohibited"),
    mark("it requires nothing yet; choose what has to happen, or name a number that has to be reached"),
    mark("its last day is before its first; exchange them"),
    mark("nobody would get a report; name at least the public"),
    mark('"{text}" is no day; write it like 2031-05-04'),
    mark('"{text}" is no number; write it like 500'),
    mark("{value} is not between {low} and {high}; correct it"),
    mark("that file waits no longer; bring it again"),
    mark("there is no such draft"),
    mark("no shape is ticked; tick those that are zones of the watch"),
    mark("the name in the inbox takes Latin letters, digits, dots, dashes and underscores, at most 120"),
    mark('there is a source "{source}" in this watch already; choose another short name'),
    mark('another source of this watch reads "{name}"; choose another name in the inbox'),
    mark("no row of this file would be taken; change the mapping, or bring another file"),
    mark('"{name}" cannot be a folder; write Latin letters, digits and hyphens'),
    mark('there is a folder "{name}" already, and nothing is overwritten; choose another short name'),
    mark('there is no draft "{name}" any more'),
    mark("this was changed in another window; nothing was done. Here is how it stands now"),
    mark("there is no step to take back"),
    mark('there is another file "{name}" in the inbox of this watch; choose another name'),
    mark("inbox/{name} cannot be written: {error}; nothing was taken"),
    mark("{count} files wait to be accepted; accept or remove one of them first"),
    mark('"{name}" cannot be kept: {error}; nothing was taken'),
    mark('"{name}" is empty; nothing was kept'),
    mark("A replay ends after it begins; choose a later end."),
    mark("A replay takes between one second and an hour; write 60 for a minute."),
    mark("row {row} is not in this file any more; the file's hash above says whether it is the one that was read"),
    mark("these bytes are not on record here"),
    mark("The list is not worked out yet; try again in a moment."),
    mark("{value} is no place; write it like {examples}"),
    mark("{value}: the northing does not lie in latitude band {letter}; correct one of them"),
    mark("{value} does not give one latitude and one longitude; name both hemispheres"),
    mark("{value} begins with {latitude}, which is no latitude; write latitude first, or name N and E"),
    mark("{value} is off the globe (lon {lon}, lat {lat}); correct it"),
    mark("{value} is outside the UTM grid; correct zone, easting or northing"),
    mark("{value} is no MGRS place: easting and northing need the same number of digits, at most five"),
    mark("{value} names no square of the MGRS grid; check zone and letters"),
    mark("{value}: {name} may be {which}; write coordinates or another name"),
    mark("{value}: no town {name} is in the basemap; add it there, or write coordinates"),
    mark("{value} has a fraction before its smallest part; write fractions in the last part only"),
    mark("{value} has 60 or more minutes or seconds; correct it"),
    mark("{value} gives a hemisphere twice; leave one of them out"),
    mark("Figures of a regular bulletin, per day and cumulative"),
    mark("A list of events by a column mapping (UCDP GED and dated facts ready-made)"),
    mark("NASA FIRMS active fire detections (MODIS, VIIRS)"),
    mark("Observations in the project's own table"),
    mark("CSV, CSV.gz or XLSX with the columns named in docs/sources.md"),
    mark("CSV, CSV.gz or XLSX with one line of column names"),
    mark("CSV, CSV.gz or XLSX as FIRMS delivers it: archive, near-real-time, area API"),
    mark("CSV, CSV.gz, XLSX, Parquet, GeoParquet with the columns of the observation table"),
    mark("whoever issues the bulletin; name them as organisation in watch.toml"),
    mark("figures are facts; name the bulletin as the source"),
    mark("whoever keeps the list; name them as organisation in watch.toml"),
    mark("the list's own; name it in watch.toml (UCDP: CC BY 4.0)"),
    mark("NASA LANCE / FIRMS, part of ESDIS"),
    mark("NASA open data (CC0 unless marked otherwise); repeat or link the FIRMS disclaimer"),
    mark("whoever wrote the file; name them as organisation in watch.toml"),
    mark("as agreed with the owner; name it in watch.toml"),
)
