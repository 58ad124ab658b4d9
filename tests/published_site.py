"""The invented center as a whole site, with what servers find hard: old ids, and names that no file can have."""

import html
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad
from tests.center_project import make_center
from tests.published_center import BASE, graph, named, thing

from ipcgraph import project
from ipcgraph.publish.addresses import Addresses
from ipcgraph.publish.documents.descriptions import describe
from ipcgraph.publish.documents.formats import Documents
from ipcgraph.publish.facts import SiteFacts
from ipcgraph.publish.hosting.files import hosting_files
from ipcgraph.publish.reading import Reading
from ipcgraph.vocabulary import PREFIXES, XSD

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
SETTINGS = f'name = "Harbour Institute"\n[site]\nlicence = "{LICENCE}"\n'
KNOWN = "person/aoife-obrien"
OLD = "person/aoife-byrne"
"""A deprecated record with a page of its own."""
MOVED = "person/obrien"
"""A record under its old id, which only says where it went."""
ODD = ("person/Ada Löwe", "work/x.y+(z)$1", "organization/R&D,Inc%")
"""Things whose IRIs cannot be the names of files; as they are decoded."""
OLD_RECORDS = f"""
- {{id: {OLD}, type: Person, name: Aoife Byrne, evidence: brochure#L11, deprecated: true, isReplacedBy: {KNOWN}}}
- {{id: {MOVED}, deprecated: true, isReplacedBy: {KNOWN}}}
"""


def make_site(folder: Path, *, address="", base=BASE):
    """Writes the site of the center to FOLDER/site, with the rules for hosts, and gives that folder."""
    settings = make_center(folder / "center", settings=f'base = "{base}"\n{SETTINGS}')
    (folder / "center" / "data" / "old.yaml").write_text(OLD_RECORDS, encoding="utf-8")
    site = folder / "site"
    project.site(settings, site, address=address)
    return site


def add_odd_things(site: Path, *, address="", base=BASE):
    """Adds things with odd IRIs to a site, and the rules for a graph with these and the old ids."""
    odd = {base + escaped(path): path for path in ODD}
    facts = SiteFacts(title="Harbour Institute", address=address, base=base, licence=LICENCE)
    quads = [named(escaped(path), "Person", path) for path in ODD]
    quads += [named(OLD, "Person", "Aoife Byrne"), [*replaced(OLD), *replaced(MOVED)]]
    with graph(*quads) as found:
        moved = [
            Quad(_moved(quad.subject, base), quad.predicate, _moved(quad.object, base))
            for quad in found.store.statements()
        ]
    with graph(moved, shipped=False) as found:
        reading = Reading(found.store, base=base)
        addresses = Addresses(address, base)
        documents = Documents(addresses, facts)
        for iri, name in odd.items():
            write(site, addresses.document(iri), f"<!DOCTYPE html>\n<title>{html.escape(name)}</title>\n")
            for suffix, text in documents.documents(describe(reading, iri)):
                write(site, addresses.document(iri, suffix), text)
        for path, text in hosting_files(reading, addresses, facts):
            write(site, path, text)
    return odd


def replaced(path):
    yield Quad(
        thing(path), NamedNode(PREFIXES["owl"] + "deprecated"), Literal("true", datatype=NamedNode(XSD + "boolean"))
    )
    yield Quad(thing(path), NamedNode(PREFIXES["dcterms"] + "isReplacedBy"), thing(KNOWN))


def escaped(path):
    """An IRI may hold letters of any language; a blank or a percent sign it holds by number."""
    return path.replace("%", "%25").replace(" ", "%20")


def write(site, path, text):
    file = site / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    file.write_text(text, encoding="utf-8")


def _moved(term, base):
    is_ours = isinstance(term, NamedNode) and term.value.startswith(BASE)
    return NamedNode(base + term.value.removeprefix(BASE)) if is_ours else term
