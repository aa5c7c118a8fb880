"""What the page “For programs” says of addresses, parameters and answers."""

from __future__ import annotations

from typing import Final

from trucewatch.locale import mark

TEMPLATES: Final = (
    mark(
        "Put a file into the inbox for one source of the watch. It is on disk when this answers, and is "
        "read within seconds."
    ),
    mark("The watch's clock, its list, and whether anything keeps it from being of today."),
    mark("The latest checkpoint, as it is signed (C2SP signed note)."),
    mark("That an entry stands at its place under the latest checkpoint: leaf, path, root, signed note and key."),
    mark("The landing page: what this is, and links to everything else."),
    mark("This interface as an OpenAPI 3.0 document."),
    mark("The collections: incidents and zones."),
    mark("One collection: what it holds, where and when."),
    mark("Features of a collection, page by page, in the order of the reports."),
    mark("One feature by its id."),
    mark("The classes of requirements that this interface meets."),
    mark("The encoding; there is one."),
    mark("The language of names and sentences: one of the watch's."),
    mark("How many features a page holds; more than 1000 is 1000."),
    mark("How many features stand before the page."),
    mark(
        "west,south,east,north in degrees. Only features whose geometry it touches; a place told by its zone has none."
    ),
    mark("A moment, a day (UTC) or an interval: 2020-12-11T14:00:00Z, 2020-12-11, 2020-12-11/.."),
    mark("Incidents only: those told to lie in this zone."),
    mark("Incidents only: true the simulated ones, false the real ones."),
    mark("Successful Response"),
    mark("Validation Error"),
    mark("The request came from another site."),
    mark("No such source."),
    mark("Another file has this name."),
    mark("Too large."),
    mark("The name or the content cannot be used."),
    mark("No such entry"),
    mark("A parameter is wrong; the answer says which and how to write it."),
    mark("There is no such thing here; the answer says what there is."),
    mark("string"),
    mark("integer"),
    mark("path"),
    mark("query"),
)
