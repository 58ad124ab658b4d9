"""Other people's clients on a site behind nginx and Apache with its own rules: each fetches by its own conventions."""

import gzip
import json
import subprocess
from pathlib import Path

import extruct
import pytest
import rdflib
import rdflib.query
from tests.published_site import KNOWN, OLD, make_site
from tests.web_servers import apache, follow, free_port, nginx, program

from ipcgraph.vocabulary import IPCG, PREFIXES

CLIENTS = Path(__file__).with_name("clients")
FOAF, DCTERMS = rdflib.Namespace(PREFIXES["foaf"]), rdflib.Namespace(PREFIXES["dcterms"])
WORK = "work/2018-reading-the-tide-gauges"
WORKS = f"""PREFIX ipcg: <{IPCG}>
PREFIX dcterms: <{DCTERMS}>
SELECT ?title ?position {{
  ?authorship ipcg:author <{{person}}> ; ipcg:position ?position . ?work ipcg:hasAuthorship ?authorship ; dcterms:title ?title
}} ORDER BY ?title"""


@pytest.fixture(scope="module", params=[nginx, apache], ids=["nginx", "apache"])
def site(request, tmp_path_factory):
    """The address of a site whose IRIs lead to itself, and its folder."""
    port = free_port()
    address = f"http://127.0.0.1:{port}/graph/"
    folder = make_site(tmp_path_factory.mktemp("clients"), address=address, base=address)
    # For programs that unpack nothing, as docs/hosting.md has it.
    packed = folder / "dumps" / "graph.nq.gz"
    packed.with_suffix("").write_bytes(gzip.decompress(packed.read_bytes()))
    with request.param(folder, prefix="graph", port=port) as served:
        assert served == address
        yield address, folder


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own, of JSON-LD
def test_rdflib_reads_a_thing_at_its_iri_and_each_of_its_documents(site):
    address, _ = site
    person = rdflib.URIRef(address + KNOWN)
    graphs = [rdflib.Graph().parse(str(person) + suffix) for suffix in ("", ".ttl", ".jsonld", ".nt", ".rdf")]
    assert {str(graph.value(person, FOAF.name)) for graph in graphs} == {"Aoife O'Brien"}
    assert len({len(graph) for graph in graphs}) == 1
    assert len(graphs[0]) > 50
    known = rdflib.Graph().parse(address + ".well-known/void", format="turtle")
    dataset = rdflib.URIRef(address + "#dataset")
    [triples] = known.objects(dataset, rdflib.VOID.triples)
    dumps = {str(each) for each in known.objects(dataset, rdflib.VOID.dataDump)}
    whole = rdflib.Graph().parse(address + "dumps/graph.nq", format="ntriples")
    assert f"{address}dumps/graph.nq.gz" in dumps
    assert len(whole) == int(str(triples))


def test_rdflib_walks_from_iri_to_iri(site):
    address, _ = site
    work = rdflib.Graph().parse(address + WORK)
    parts = set(work.objects(rdflib.URIRef(address + WORK), rdflib.URIRef(IPCG + "hasAuthorship")))
    authors = {
        author
        for part in parts
        for author in rdflib.Graph().parse(str(part)).objects(part, rdflib.URIRef(IPCG + "author"))
    }
    names = {str(rdflib.Graph().parse(str(author)).value(author, FOAF.name)) for author in authors}
    assert len(names) == len(parts) > 1
    assert "Aoife O'Brien" in names


def test_rapper_fetches_a_thing_at_its_iri(site):
    address, folder = site
    command = [program("rapper"), "-q", "-o", "ntriples", "-i"]
    for parser, path in {"turtle": KNOWN, "rdfxml": KNOWN, "ntriples": KNOWN, "guess": f"{KNOWN}.ttl"}.items():
        done = subprocess.run(
            [*command, parser, address + path], capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, (parser, done.stderr)
        assert f'<{address}{KNOWN}> <{FOAF}name> "Aoife O\'Brien" .' in done.stdout.splitlines(), parser
        assert len(set(done.stdout.splitlines())) == len(set((folder / f"{KNOWN}.nt").read_text("utf-8").splitlines()))


def test_comunica_asks_iris_documents_and_the_dump(site):
    if not (CLIENTS / "node_modules" / "@comunica").is_dir():
        pytest.skip("Comunica is not here: run `make clients`")
    address, folder = site
    person = address + KNOWN
    works = WORKS.replace("{person}", person).replace("{{", "{").replace("}}", "}")
    name = f"SELECT ?name {{ <{person}> <{FOAF}name> ?name }}"
    gone = f"SELECT ?now {{ <{address}{OLD}> <{DCTERMS}isReplacedBy> ?now }}"
    sources = [address + "dumps/graph.nq", *(person + suffix for suffix in ("", ".ttl", ".jsonld", ".nt", ".rdf"))]
    asked = [{"sources": [source], "query": works} for source in sources]
    asked += [{"sources": [person, address + WORK], "query": name}, {"sources": [f"{address}{OLD}.ttl"], "query": gone}]
    done = subprocess.run(
        ["node", "ask.cjs"],
        cwd=CLIENTS,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    whole, *single, named, replaced = json.loads(done.stdout)
    text = (folder / "dumps" / "graph.nq").read_text("utf-8")  # rdflib leaves a file open that it is given by its path
    expected = rdflib.Graph().parse(data=text, format="ntriples").query(works)
    rows = [each for each in expected if isinstance(each, rdflib.query.ResultRow)]
    assert whole == [{"title": str(title), "position": str(position)} for title, position in rows]
    assert len(whole) > 1
    assert all(rows == whole for rows in single)
    assert {row["name"] for row in named} == {"Aoife O'Brien"}
    assert replaced == [{"now": person}]


def test_a_reader_of_schema_org_finds_people_works_and_authors_in_the_pages(site):
    address, folder = site
    pages = {path: _entities(address + path) for path in (KNOWN, WORK)}
    [person] = [each for each in pages[KNOWN] if each["@type"] == "Person"]
    assert (person["@id"], person["name"]) == (address + KNOWN, "Aoife O'Brien")
    [work] = [each for each in pages[WORK] if each.get("@id") == address + WORK]
    assert work["name"] == work["headline"]
    assert work["datePublished"].startswith("2018")
    assert len(work["author"]) > 1
    assert {"@type": "Person", "@id": address + KNOWN, "name": "Aoife O'Brien"} in work["author"]
    for each in work["author"]:
        assert follow(each["@id"], "text/html")[0].status == 200
    [crumbs] = [each for each in pages[WORK] if each["@type"] == "BreadcrumbList"]
    assert [follow(item["item"])[0].status for item in crumbs["itemListElement"]] == [200, 200]
    for page in sorted(folder.rglob("*.html")):
        found = extruct.extract(page.read_text("utf-8"), syntaxes=["json-ld"], errors="strict")["json-ld"]
        assert found or page.name == "404.html" or page.parent.name == "networks", page


def _entities(iri):
    page, _ = follow(iri, "text/html")
    found = extruct.extract(page.body.decode("utf-8"), base_url=iri, syntaxes=["json-ld"], errors="strict")["json-ld"]
    assert [each["@context"] for each in found] == ["https://schema.org"]
    return found[0]["@graph"]
