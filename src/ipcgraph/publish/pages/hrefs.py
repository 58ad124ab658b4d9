"""Addresses that a page may link to, and the registers that identifiers lead to."""

from __future__ import annotations

import re
from typing import Final

from ipcgraph.publish.pages.content import Link

_SAFE: Final = re.compile(r"(?:https?://[^/\s]|mailto:[^\s])", re.IGNORECASE)
# What an address never has unescaped, the characters that turn the direction of writing among it.
_FORBIDDEN: Final = re.compile(r"[\x00-\x20\x7f-\x9f<>\"\\^`{|}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")

REGISTERS: Final = {
    "doi": ("DOI", "https://doi.org/"),
    "orcid": ("ORCID", "https://orcid.org/"),
    "ror": ("ROR", "https://ror.org/"),
    "wikidata": ("Wikidata", "http://www.wikidata.org/entity/"),
    "isni": ("ISNI", "https://isni.org/isni/"),
    "openalex": ("OpenAlex", "https://openalex.org/"),
    "isbn": ("ISBN", ""),
    "url": ("Web page", ""),
}
"""The keys of identifiers: what each is called, and how its derived `sameAs` begins."""


def href(text: str) -> str:
    """The address itself where a page may link to it, else an empty text.

    Only http, https and mailto are linked, whatever the data says.

    >>> href("https://example.org/a?b=c"), href("javascript:alert(1)"), href(" https://example.org")
    ('https://example.org/a?b=c', '', '')
    """
    return text if _SAFE.match(text) and not _FORBIDDEN.search(text) else ""


def register_link(key: str, value: str, same: tuple[str, ...]) -> Link:
    """The link of an identifier: to the derived IRI among `same` that its register made of it, else to no place."""
    if key == "url":
        return Link(value, href(value))
    start = REGISTERS[key][1]
    return Link(value, next((href(iri) for iri in same if start and iri.startswith(start)), ""))
