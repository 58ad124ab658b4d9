"""The rules for nginx: the maps for its `http` block, and what goes into the `server` or `location` of the site."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote_to_bytes, urlsplit

from ipcgraph.publish.folder import RECORD
from ipcgraph.publish.hosting.negotiation import (
    DESCRIPTION,
    EXACT,
    OFFERS,
    TYPES,
    content_type,
    has_charset,
    listed,
    ranges,
    weighed,
)
from ipcgraph.vocabulary import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipcgraph.publish.addresses import Addresses
    from ipcgraph.publish.hosting.files import Rules

_KINDS: Final = "|".join(KINDS)
_THING: Final = rf"/(?:{_KINDS})(?:/[A-Za-z0-9_-]+)+$"
_DOCUMENTS: Final = "|".join(offer.name for offer in OFFERS)

_MAPS: Final = """\
# The maps of this site for nginx, to be included in the http block:
#     include …/hosting/nginx-maps.conf;
# nginx-site.conf beside it goes into the server block, or into the location, of the site.
#
# A thing, such as person/ada, leads with 303 to the document that the request wants most: weights (q=) count as RFC
# 9110 has it, q=0 is never given, of alike ones the page goes first. nginx before 1.23 reads the first Accept header
# only.
"""
_SITE: Final = """\
# The rules of this site for nginx, beside the maps in nginx-maps.conf. Where the site is a host of its own:
#     server { …; root /srv/site; include /srv/site/hosting/nginx-site.conf; }
# and where it is a folder of one, with the site in /srv/www/graph:
#     location ^~ /graph/ { root /srv/www; include /srv/www/graph/hosting/nginx-site.conf; }
#
# Of things that are unknown it says 404; 406, with a list, where there is no format that the request wants; 410 of
# what is deprecated, with a link to what has taken its place.
index index.html;
autoindex off;
absolute_redirect off;
etag on;
charset utf-8;
"""
_HEADERS: Final = """
add_header Access-Control-Allow-Origin "*" always;
add_header Access-Control-Expose-Headers "Link" always;
add_header X-Content-Type-Options "nosniff" always;
add_header Vary $ipcgraph_vary always;
add_header Link $ipcgraph_link always;
add_header Link $ipcgraph_successor always;
"""
# What is said of errors here is not taken from the blocks around.
_THINGS: Final = """\
    set $ipcgraph_state "";
    if (-f $document_root$ipcgraph_thing.html) { set $ipcgraph_state "known"; }
    if ($ipcgraph_next) { set $ipcgraph_state "${ipcgraph_state}gone"; }
    if ($ipcgraph_state) { set $ipcgraph_state "$ipcgraph_state$ipcgraph_type"; }
    if ($ipcgraph_state = "known") { return 406 $ipcgraph_list; }
    if ($ipcgraph_state = "knowngone") { return 406 $ipcgraph_list; }
    if ($ipcgraph_state ~ "^knowngone") { return 410; }
    if ($ipcgraph_state ~ "^known") { return 303 $ipcgraph_thing.$ipcgraph_type; }
    error_page 410 $ipcgraph_thing.$ipcgraph_type;
    error_page 404 {home}404.html;
"""

# The site's own record lies in its root only; nothing else says where that is.
_FRONT: Final = f"""\
location ~ '/$' {{
    set $ipcgraph_state "";
    if (-f ${{document_root}}${{uri}}{RECORD}) {{ set $ipcgraph_state "root$ipcgraph_type"; }}
    if ($ipcgraph_state ~ "^root(?:{"|".join(offer.name for offer in OFFERS[1:])})$") {{
        return 303 ${{uri}}{DESCRIPTION}.$ipcgraph_type;
    }}
}}
"""


def maps(rules: Rules) -> str:
    """The maps, which nginx takes in its `http` block only: the choice of the document, and what links to what."""
    return "\n".join([_MAPS, *_choice(), *_things(rules), *_links(rules), ""])


def site(addresses: Addresses, rules: Rules) -> str:
    """The rules for the `server` or the `location` of the site."""
    return "\n".join([_SITE.rstrip("\n"), *_site(addresses, rules), ""])


def _choice() -> Iterator[str]:
    yield from _weigh("*/*", "any", "''", ("''", "1"))
    yield from _weigh("text/*", "text", "$ipcgraph_q_any")
    yield from _weigh("application/*", "application", "$ipcgraph_q_any")
    for offer in OFFERS:
        wide, exact = ranges(offer.media_type)
        yield from _weigh(exact, offer.name, f"$ipcgraph_q_{wide.partition('/')[0]}")
    best = f"{OFFERS[0].name}|$ipcgraph_q_{OFFERS[0].name}"
    for offer in OFFERS[1:]:
        weight = f"$ipcgraph_q_{offer.name}"
        variable = f"$ipcgraph_best_{offer.name}"
        pairs = [(f"'~{_GREATER}'", f"'{offer.name}|{weight}'")]
        yield from _map(f"'{best}|{weight}'", variable, f"'{best}'", *pairs)
        best = variable
    yield from _map(best, "$ipcgraph_type", "''", (r"'~^(?<ipcgraph_name>[a-z]+)\|(?:1|0\.)'", "$ipcgraph_name"))


# Of `name|0.5|0.75` whether the second weight is greater: it goes on where the first ends, or has a greater digit.
_GREATER: Final = (
    r"^[a-z]+\|([0-9.]*)(?:\|\1[0-9.]|" + "|".join(rf"{digit}[0-9.]*\|\1[{digit + 1}-9]" for digit in range(9)) + ")"
)


def _weigh(media_range: str, name: str, default: str, *more: tuple[str, str]) -> Iterator[str]:
    group = f"ipcgraph_w_{name}"
    pairs = [(f"'~*{weighed(media_range, group)}'", f"${group}"), (f"'~*{listed(media_range)}'", "1")]
    yield from _map("$http_accept", f"$ipcgraph_q_{name}", default, *more, *pairs)


def _things(rules: Rules) -> Iterator[str]:
    """Where the documents of things lie, and what has taken the place of those that are deprecated."""
    odd = []
    for number, (path, document) in enumerate(rules.odd):
        before = f"ipcgraph_before_{number}"
        between = f"(?:{_pattern(rules.inner)})?" if rules.inner else ""
        odd.append((f"'~^(?<{before}>.*?/){between}{_pattern(path)}$'", f"${{{before}}}{document}"))
    inner = []
    if rules.inner:
        start = f"(?<ipcgraph_start>.*)/{_pattern(rules.inner.rstrip('/'))}"
        inner.append((f"'~^{start}(?<ipcgraph_end>{_THING.rstrip('$')})$'", "$ipcgraph_start$ipcgraph_end"))
    yield from _map("$uri", "$ipcgraph_thing", "'/.'", *odd, *inner, (f"'~{_THING}'", "$uri"))
    gone = [(f"'~/{_pattern(each.path)}$'", f"'{_escaped(each.successor) or '-'}'") for each in rules.gone]
    yield from _map("$uri", "$ipcgraph_next", "''", *gone)


def _links(rules: Rules) -> Iterator[str]:
    name = "$ipcgraph_file"
    links = [f'<{name}.{offer.name}>; rel="alternate"; type="{offer.media_type}"' for offer in OFFERS]
    if rules.licence:
        links.append(f'<{_escaped(rules.licence)}>; rel="license"')
    file = r"(?<ipcgraph_file>(?!index\.)[A-Za-z0-9_-]+)"
    documents = rf"'~^(?:200|206|304|410):.*/(?:{_KINDS}|odd)/(?:.*/)?{file}\.(?:{_DOCUMENTS})$'"
    things = r"'~^(?:303|406):.*/(?<ipcgraph_file>[A-Za-z0-9_-]+)$'"
    told = "'" + ", ".join(links) + "'"
    yield from _map("'$status:$uri'", "$ipcgraph_link_of_file", "''", (documents, told))
    yield from _map("'$status:$ipcgraph_thing'", "$ipcgraph_link", "$ipcgraph_link_of_file", (things, told))
    negotiated = r"'~^(?:(?:303|406|410):|[23].*/index\.html$)'"
    yield from _map("'$status:$uri'", "$ipcgraph_vary", "''", (negotiated, "Accept"))
    successor = ("'~^410:(?<ipcgraph_new>..+)$'", "'<$ipcgraph_new>; rel=\"successor-version\"'")
    yield from _map("'$status:$ipcgraph_next'", "$ipcgraph_successor", "''", successor)
    lines = [f"$ipcgraph_thing.{offer.name}  {offer.media_type}" for offer in OFFERS]
    whole = "'There is no such format. There is:\n" + "\n".join(lines) + "\n'"
    yield from _map("$ipcgraph_type", "$ipcgraph_list", whole)


def _site(addresses: Addresses, rules: Rules) -> Iterator[str]:
    home = urlsplit(addresses.address).path or "/"
    # text/html always has it.
    types = sorted({each for each in TYPES.values() if has_charset(each)} - {"text/html"})
    yield f"charset_types {' '.join(types)};"
    yield "default_type text/plain;"
    yield "types {"
    yield from (f"    {media_type} {suffix[1:]};" for suffix, media_type in TYPES.items() if suffix.count(".") == 1)
    yield "}"
    yield _HEADERS
    yield f"error_page 404 {home}404.html;"
    yield f"error_page 403 =404 {home}404.html;"
    yield r"location ~ /\.(?!well-known/) { return 404; }"
    things = _THINGS.replace("{home}", home)
    yield f"location ~ '{_THING}' {{\n{things}}}"
    for path, _ in rules.odd:
        yield f"location ~ '/{_pattern(path)}$' {{\n{things}}}"
    yield _FRONT.rstrip("\n")
    for suffix, media_type in TYPES.items():
        if suffix.count(".") > 1:
            yield f"location ~ '{re.escape(suffix)}$' {{ types {{ }} default_type {media_type}; }}"
    for path, media_type in EXACT.items():
        yield f"location ~ '/{re.escape(path)}$' {{ types {{ }} default_type '{content_type(media_type)}'; }}"


def _map(source: str, variable: str, default: str, *pairs: tuple[str, str]) -> Iterator[str]:
    yield f"map {source} {variable} {{"
    yield f"    default {default};"
    yield from (f"    {key} {value};" for key, value in pairs)
    yield "}"


def _pattern(path: str) -> str:
    """The expression for a path as nginx has decoded it; whatever is not plain is a byte by its number."""
    decoded = unquote_to_bytes(path)
    return "".join(
        chr(byte) if re.fullmatch(rb"[A-Za-z0-9_/-]", bytes([byte])) else f"\\x{byte:02x}" for byte in decoded
    )


def _escaped(iri: str) -> str:
    """An IRI as a header can hold it: ASCII, without what means something to nginx."""
    return quote(iri, safe=":/#?&=+@!~*;,-._%")
