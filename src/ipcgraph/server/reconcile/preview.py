"""The preview of a thing: a small page for the frame of another program, and the same as a piece of HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import escape

from ipcgraph.publish.pages.assembly import head_title, plain
from ipcgraph.publish.pages.library import KINDS
from ipcgraph.publish.pages.sheet import Sheet
from ipcgraph.server.reconcile.properties import properties_of, values_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipcgraph.publish.pages.press import Press

SHOWN: Final = ("affiliation", "role", "orcid", "author", "issued", "workType", "doi", "partOf", "parent", "founded",
                "initiativeKind", "ror", "alternateName", "acronym", "countryCode", "work")  # fmt: skip
"""The properties that a preview tells, in this order."""
VALUES: Final = 3
"""So many values of each."""
FACTS: Final = 4


def preview_page(press: Press, iri: str) -> str:
    """The preview of a thing as a whole HTML document."""
    library = press.library
    kind = library.reading.kind(iri)
    sheet = Sheet(library, "reconcile/preview", iri, kind)
    name = library.reading.label(iri)
    return press.document(
        "preview.html",
        sheet,
        title=head_title(name, library.site.title),
        values={
            "kind": KINDS.get(kind, (kind, kind))[0],
            "name": name,
            "page": library.addresses.web(iri),
            "about": plain(library.text(iri, "summary"), 160),
            "facts": list(_facts(press, iri, kind))[:FACTS],
        },
    )


def flyout(press: Press, iri: str) -> str:
    """A thing in a piece of HTML, which has no style and no script."""
    library = press.library
    kind = library.reading.kind(iri)
    facts = "".join(
        f"<p>{escape(label)}: {escape(values)}</p>" for label, values in list(_facts(press, iri, kind))[:VALUES]
    )
    return (
        f"<p><b>{escape(plain(library.reading.label(iri)))}</b> ({escape(KINDS.get(kind, (kind, kind))[0])})</p>{facts}"
    )


def _facts(press: Press, iri: str, kind: str) -> Iterator[tuple[str, str]]:
    """What is told of a thing: label and values."""
    has = {each.key: each for each in properties_of(kind)}
    for key in SHOWN:
        values = values_of(press.library.reading, iri, has[key]) if key in has else ()
        if values:
            more = f" and {len(values) - VALUES} more" if len(values) > VALUES else ""
            label = has[key].name
            shown = "; ".join(plain(value.text, 80) for value in values[:VALUES])
            yield label[:1].upper() + label[1:], shown + more
