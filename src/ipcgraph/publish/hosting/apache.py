"""The rules for Apache: a `.htaccess` in the site, and one for the host of the IRIs, such as w3id.org."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote_to_bytes, urlsplit

from ipcgraph.ontology import read_ontology
from ipcgraph.publish.hosting.negotiation import (
    DESCRIPTION,
    EXACT,
    OFFERS,
    TYPES,
    content_type,
    listed,
    ranges,
    weighed,
)
from ipcgraph.publish.pages.ontologyterms import KINDS as KINDS_PAGE
from ipcgraph.statements import term_text
from ipcgraph.vocabulary import CONCEPTS, IPCG, KINDS, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipcgraph.ontology import Ontology
    from ipcgraph.publish.addresses import Addresses
    from ipcgraph.publish.hosting.files import Rules

_KINDS: Final = "|".join(KINDS)
_THING: Final = rf"(?:{_KINDS})(?:/[A-Za-z0-9_-]+)+"
_DOCUMENTS: Final = "|".join(offer.name for offer in OFFERS)
_VARIABLES: Final = {"*/*": "Q_ANY", "text/*": "Q_TEXT", "application/*": "Q_APPLICATION"}

_HEAD: Final = """\
# The rules of this site for Apache 2.4, with mod_rewrite, mod_headers and mod_mime, where the host lets a folder have
# its own: AllowOverride All, or FileInfo Options=Indexes,MultiViews. They hold in whatever folder of whatever host the
# site is put.
#
# A thing, such as person/ada, leads with 303 to the document that the request wants most: weights (q=) count as RFC
# 9110 has it, q=0 is never given, of alike ones the page goes first. 406 with a list where it wants none of them, 404
# for what is unknown, 410 for what is deprecated, with a link to what has taken its place.
Options -MultiViews -Indexes
"""
_HEADERS: Final = """
<IfModule mod_headers.c>
  Header always set Access-Control-Allow-Origin "*"
  Header always set Access-Control-Expose-Headers "Link"
  Header always set X-Content-Type-Options "nosniff"
  Header always merge Vary "Accept" "expr=-n reqenv('IPCG_DOCUMENT') || -n reqenv('REDIRECT_IPCG_DOCUMENT')"
"""
_NEXT: Final = 'Header always add Link "<%{{{0}IPCG_NEXT}}e>; rel=\\"successor-version\\"" env={0}IPCG_NEXT'
_START: Final = r"""
RewriteEngine On
# Where this folder is on the host.
RewriteCond %{REQUEST_URI}#$0 ^(.*/|)([^#]*)#\2$
RewriteRule ^.*$ - [E=IPCG_ROOT:%1]
RewriteCond %{REQUEST_FILENAME}%{PATH_INFO}#$0 ^(.*/|)([^#]*)#\2$
RewriteRule ^.*$ - [E=IPCG_FOLDER:%1]
# ErrorDocument takes what begins with a slash for a path, so the path is needed without it.
RewriteCond %{ENV:IPCG_ROOT} ^/(.*)$
RewriteRule ^ - [E=IPCG_HOME:%1]
RewriteCond %{REQUEST_METHOD} !^(?:GET|HEAD|OPTIONS)$
RewriteRule ^ - [R=405,L]
RewriteRule (?:^|/)\.(?!well-known/) - [R=404,L]
# A folder without a page of its own is nothing.
RewriteCond %{REQUEST_FILENAME} -d
RewriteCond %{REQUEST_FILENAME} /$
RewriteCond %{REQUEST_FILENAME}index.html !-f
RewriteRule ^ - [R=404,L]\
"""
_ANSWER: Final = """\
RewriteCond %{ENV:IPCG_Q} ^0?$
RewriteRule ^ - [R=406,L]
"""


def htaccess(rules: Rules) -> str:
    """The `.htaccess` of a site."""
    return "\n".join([*_site(rules), ""])


def redirects(addresses: Addresses, rules: Rules) -> str:
    """The `.htaccess` for the folder of the IRIs on their own host, whose things lead to the site.

    It negotiates by itself, so that a site on a host that cannot is negotiated all the same.
    """
    return "\n".join([*_redirects(addresses, rules), ""])


def _site(rules: Rules) -> Iterator[str]:
    yield _HEAD
    yield from _media_types()
    yield _HEADERS.rstrip("\n")
    for offer in OFFERS:
        link = f'<%{{IPCG_NAME}}e.{offer.name}>; rel=\\"alternate\\"; type=\\"{offer.media_type}\\"'
        yield f'  Header always add Link "{link}" env=IPCG_NAME'
    if rules.licence:
        yield f'  Header always add Link "<{_escaped(rules.licence)}>; rel=\\"license\\"" env=IPCG_NAME'
    yield "  " + _NEXT.format("")
    yield "  " + _NEXT.format("REDIRECT_")
    yield "</IfModule>"
    yield _not_acceptable("%{reqenv:IPCG_ROOT}%{reqenv:IPCG_DOCUMENT}")
    yield "ErrorDocument 404 /%{reqenv:IPCG_HOME}404.html"
    yield "ErrorDocument 410 /%{reqenv:IPCG_HOME}%{reqenv:IPCG_GONE}"
    yield _START
    yield "# What a document of a thing links to."
    yield "RewriteCond %{REQUEST_FILENAME} -f"
    yield rf"RewriteRule ^(?:{_KINDS}|odd)/(?:.*/)?(?!index\.)([A-Za-z0-9_-]+)\.(?:{_DOCUMENTS})$ - [E=IPCG_NAME:$1]"
    yield "# The things, and where their documents lie."
    inner = f"(?:{_pattern(rules.inner)})?" if rules.inner else ""
    yield f"RewriteCond %{{ENV:IPCG_FOLDER}}$1.{OFFERS[0].name} -f"
    yield f"RewriteRule ^{inner}({_THING})$ - [E=IPCG_DOCUMENT:$1]"
    for path, document in rules.odd:
        yield f"RewriteRule ^{inner}{_pattern(path)}$ - [E=IPCG_DOCUMENT:{document}]"
    for gone in rules.gone:
        following = f",E=IPCG_NEXT:{_escaped(gone.successor)}" if gone.successor else ""
        document = f"E=IPCG_DOCUMENT:{gone.document},E=IPCG_OLD:1{following}"
        yield f"RewriteRule ^{inner}{_pattern(gone.path)}$ - [{document}]"
    yield "# The dataset is described by the catalogue, for whoever wants data; the front page is for all others."
    yield f"RewriteRule ^$ - [E=IPCG_DOCUMENT:{DESCRIPTION},E=IPCG_FRONT:1]"
    yield "RewriteCond %{ENV:IPCG_DOCUMENT} ^$\nRewriteRule ^ - [L]"
    yield "RewriteCond %{ENV:IPCG_FRONT} ^$\nRewriteCond %{ENV:IPCG_DOCUMENT} ([^/]+)$"
    yield "RewriteRule ^ - [E=IPCG_NAME:%1]"
    yield from _choice()
    yield f"RewriteCond %{{ENV:IPCG_FRONT}} 1\nRewriteCond %{{ENV:IPCG_TYPE}} ={OFFERS[0].name} [OR]"
    yield "RewriteCond %{ENV:IPCG_Q} ^0?$\nRewriteRule ^ - [L]"
    yield _ANSWER.rstrip("\n")
    yield "RewriteCond %{ENV:IPCG_OLD} 1"
    yield "RewriteRule ^ - [E=IPCG_GONE:%{ENV:IPCG_DOCUMENT}.%{ENV:IPCG_TYPE},G,L]"
    yield "RewriteRule ^ %{ENV:IPCG_ROOT}%{ENV:IPCG_DOCUMENT}.%{ENV:IPCG_TYPE} [R=303,L,QSD]"


def _media_types() -> Iterator[str]:
    yield "<IfModule mod_mime.c>"
    for suffix, media_type in TYPES.items():
        if suffix.count(".") == 1:
            yield f"  AddType '{content_type(media_type)}' {suffix}"
    yield "</IfModule>"
    for suffix, media_type in TYPES.items():
        if suffix.count(".") > 1:
            pattern = re.escape(suffix)
            yield f"<FilesMatch '{pattern}$'>\n  ForceType '{content_type(media_type)}'\n</FilesMatch>"
    for path, media_type in EXACT.items():
        yield f"<Files '{path.rpartition('/')[2]}'>\n  ForceType '{content_type(media_type)}'\n</Files>"


def _choice() -> Iterator[str]:
    """The weights of all types, then the type of the greatest."""
    yield "# The weight of each media range, the wider ranges first."
    yield "RewriteCond %{HTTP:Accept} ^\\s*$\nRewriteRule ^ - [E=Q_ANY:1]"
    yield from _weigh("*/*", "Q_ANY")
    for wide in ("text/*", "application/*"):
        yield f"RewriteRule ^ - [E={_VARIABLES[wide]}:%{{ENV:Q_ANY}}]"
        yield from _weigh(wide, _VARIABLES[wide])
    for offer in OFFERS:
        wide, exact = ranges(offer.media_type)
        variable = f"Q_{offer.name.upper()}"
        yield f"RewriteRule ^ - [E={variable}:%{{ENV:{_VARIABLES[wide]}}}]"
        yield from _weigh(exact, variable)
    yield "# The greatest weight; where two are alike the first stays."
    first, *others = OFFERS
    yield f"RewriteRule ^ - [E=IPCG_TYPE:{first.name},E=IPCG_Q:%{{ENV:Q_{first.name.upper()}}}]"
    for offer in others:
        variable = f"Q_{offer.name.upper()}"
        yield f"RewriteCond expr \"reqenv('{variable}') > reqenv('IPCG_Q')\""
        yield f"RewriteRule ^ - [E=IPCG_TYPE:{offer.name},E=IPCG_Q:%{{ENV:{variable}}}]"


def _weigh(media_range: str, variable: str) -> Iterator[str]:
    yield f"RewriteCond %{{HTTP:Accept}} '{listed(media_range)}' [NC]\nRewriteRule ^ - [E={variable}:1]"
    yield f"RewriteCond %{{HTTP:Accept}} '{weighed(media_range)}' [NC]\nRewriteRule ^ - [E={variable}:%1]"


def _not_acceptable(document: str, *, page: str = "") -> str:
    """The answer 406: a list of what there is. `document` is letters, digits, `/`, `-` and `_` only, `page` no `'`."""
    first, *data = OFFERS
    links = {page or f"{document}.{first.name}": first, **{f"{document}.{each.name}": each for each in data}}
    items = "".join(f"<li><a href='{link}'>{each.media_type}</a></li>" for link, each in links.items())
    page = f"<!DOCTYPE html><title>406</title><p>There is no such format. There is:</p><ul>{items}</ul>"
    return f'ErrorDocument 406 "{page}"'


def _redirects(addresses: Addresses, rules: Rules) -> Iterator[str]:
    base = urlsplit(addresses.base)
    folder, _, below = base.path.lstrip("/").partition("/")
    address = _escaped(addresses.address)
    yield f"# The redirects of {addresses.base} to {addresses.address}"
    yield f"# To be put into the folder `{folder}` of {base.netloc}, as the file .htaccess; on w3id.org, into the"
    yield f"# folder `{folder}` of the repository perma-id/w3id.org. It needs Apache 2.4 with mod_rewrite."
    yield "#\n# Each redirect is 303: the IRI names a thing, the answer is a document about it. It is chosen here,"
    yield "# since the host of the site need not be able to: weights (q=) count, q=0 is never given, 406 if none fits."
    yield "Options -MultiViews\n"
    yield '<IfModule mod_headers.c>\n  Header always set Access-Control-Allow-Origin "*"'
    yield '  Header always merge Vary "Accept"'
    yield "  " + _NEXT.format("") + "\n</IfModule>"
    yield _not_acceptable(f"{address}%{{reqenv:IPCG_DOCUMENT}}", page=f"{address}%{{reqenv:IPCG_PAGE}}")
    yield "\nRewriteEngine On"
    if IPCG.startswith(f"{base.scheme}://{base.netloc}/{folder}/"):
        yield from _vocabulary(folder)
    yield "# The things."
    start = _pattern(below)
    yield f"RewriteRule ^{start}({_THING})$ - [E=IPCG_DOCUMENT:$1]"
    for path, document in rules.odd:
        yield f"RewriteRule ^{start}{_pattern(path)}$ - [E=IPCG_DOCUMENT:{document}]"
    for gone in rules.gone:
        following = f"E=IPCG_NEXT:{_escaped(gone.successor)}," if gone.successor else ""
        yield f"RewriteRule ^{start}{_pattern(gone.path)}$ - [{following}G,L]"
    yield "# Everything else is a document already: a list, a file."
    yield "RewriteCond %{ENV:IPCG_DOCUMENT} ^$"
    yield f"RewriteRule ^{start}(.*)$ {address}$1 [R=303,L,QSD]"
    yield "RewriteCond %{ENV:IPCG_DOCUMENT} ^$\nRewriteRule ^ - [R=404,L]"
    yield from _choice()
    yield "RewriteCond %{ENV:IPCG_PAGE} ^$\nRewriteRule ^ - [E=IPCG_PAGE:%{ENV:IPCG_DOCUMENT}.html]"
    yield _ANSWER.rstrip("\n")
    yield f"RewriteCond %{{ENV:IPCG_TYPE}} ={OFFERS[0].name}"
    yield f"RewriteRule ^ {address}%{{ENV:IPCG_PAGE}} [R=303,L,NE,QSD]"
    yield f"RewriteRule ^ {address}%{{ENV:IPCG_DOCUMENT}}.%{{ENV:IPCG_TYPE}} [R=303,L,QSD]"


def _vocabulary(folder: str) -> Iterator[str]:
    """The terms of the ontology and the concepts: where the page of each is, and its data."""
    yield "# The vocabulary, of which classes and properties are one document, and the concepts of a scheme are one."
    ontology = read_ontology()
    terms = _pattern(IPCG.rstrip("#").partition(f"/{folder}/")[2])
    document, page = "E=IPCG_DOCUMENT:ontology/ipcgraph", "E=IPCG_PAGE:ontology/"
    yield f"RewriteRule ^{terms}(?:/{re.escape(_version(ontology))})?$ - [{document},{page}]"
    yield f"RewriteRule ^alignments$ - [E=IPCG_DOCUMENT:ontology/alignments,{page}]"
    concepts = _pattern(CONCEPTS.partition(f"/{folder}/")[2])
    for name, known in ontology.concepts.items():
        document = f"E=IPCG_DOCUMENT:ontology/schemes/{name}"
        yield f"RewriteRule ^{concepts}{name}$ - [{document},E=IPCG_PAGE:ontology/{KINDS_PAGE}#vocab-{name}]"
        anchor = f"E=IPCG_PAGE:ontology/{KINDS_PAGE}#vocab-{name}--$1"
        yield f"RewriteRule ^{concepts}{name}/({'|'.join(known)})$ - [{document},{anchor}]"


def _version(ontology: Ontology) -> str:
    version = PREFIXES["owl"] + "versionInfo"
    return next(term_text(quad.object) for quad, _ in ontology.statements if quad.predicate.value == version)


def _pattern(path: str) -> str:
    """The expression for a path as Apache has decoded it; whatever is not plain is a byte by its number."""
    decoded = unquote_to_bytes(path)
    return "".join(
        chr(byte) if re.fullmatch(rb"[A-Za-z0-9_/-]", bytes([byte])) else f"\\x{byte:02x}" for byte in decoded
    )


def _escaped(iri: str) -> str:
    """An IRI as the flags and targets of rules can hold it: ASCII, without what means something there."""
    return quote(iri, safe=":/#?&=+@!~*;-._%").replace("%", "\\%")
