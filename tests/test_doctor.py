"""The doctor: it finds every fault of the peers, and nothing in our own site on nginx and Apache."""

import gzip
import io
import json
import subprocess

import pytest
from tests.peer_servers import Prez, RdflibEndpoint, Right, Shmarql, serving
from tests.published_site import KNOWN, LICENCE, make_site, write
from tests.web_servers import apache, nginx

import ipcgraph
from ipcgraph.cli import main
from ipcgraph.errors import StoreUnreachableError, UsageError
from ipcgraph.publish.doctor import Diagnosis, doctor, write_diagnosis

# What three peers do, line by line; None where a peer is right or was not asked. A fault is found by its kind, and the
# column or the form of the query at which it shows.
RDFLIB, SHMARQL, PREZ = "rdflib-endpoint 0.6.3", "SHMARQL 0.70", "Prez 4.7.5"
TABLE = {
    "entity IRI, text/turtle": {
        RDFLIB: ("not-found", "text/turtle"), SHMARQL: ("wrong-redirect", "text/turtle"), PREZ: ("not-found", "text/turtle"),
    },
    "entity, application/ld+json": {SHMARQL: ("html-for-rdf", "application/ld+json")},
    "entity, application/n-triples": {
        SHMARQL: ("html-for-rdf", "application/n-triples"), PREZ: ("private-type", "application/n-triples"),
    },
    "entity, text/html": {SHMARQL: ("program-text", "text/html"), PREZ: ("no-page", "text/html")},
    "entity, application/pdf": {PREZ: ("not-406", "application/pdf")},
    "unknown IRI": {PREZ: ("unknown-found", "")},
    "SELECT, text/tab-separated-values": {RDFLIB: ("wrong-type", "text/tab-separated-values")},
    "SELECT, text/csv": {SHMARQL: ("html-for-rdf", "text/csv"), PREZ: ("wrong-type", "text/csv")},
    "SELECT, application/pdf": {RDFLIB: ("not-406", "application/pdf")},
    "q=0": {RDFLIB: ("weight-ignored", "json;q=0")},
    "ASK": {SHMARQL: ("server-error", "ASK")},
    "CONSTRUCT, application/n-triples": {
        SHMARQL: ("html-for-rdf", "application/n-triples"), PREZ: ("no-type", "application/n-triples"),
    },
    "syntax error": {SHMARQL: ("error-not-told", "syntax error")},
    "syntax error, its line": {SHMARQL: ("error-misplaced", "syntax error")},
    "default-graph-uri": {RDFLIB: ("graph-ignored", "default-graph-uri")},
    "POST application/sparql-query": {PREZ: ("query-refused", "POST query")},
    "POST form with charset": {SHMARQL: ("form-lost", "charset=UTF-8")},
    "HEAD": {RDFLIB: ("head-refused", "-sSI"), PREZ: ("head-refused", "-sSI")},
    "offline UI": {RDFLIB: ("foreign-assets", "unpkg.com")},
    "values decoded twice": {RDFLIB: ("decoded-twice", "%25")},
}  # fmt: skip
PEERS = {RDFLIB: RdflibEndpoint, SHMARQL: Shmarql, PREZ: Prez}
FAULTS = [(row, peer, *fault) for row, peers in TABLE.items() for peer, fault in peers.items()]


def examined(peer, *things):
    with serving(peer) as address:
        iris = [address + thing for thing in things]
        return doctor(address, things=iris, endpoint=address + "sparql", rate=0)


@pytest.fixture(scope="module")
def diagnoses():
    # Prez answers for things at /object?uri= alone.
    of_prez = ("id/ada", "id/object?uri=urn:x:ada")
    return {name: examined(peer, *(of_prez if name == PREZ else ("id/ada",))) for name, peer in PEERS.items()}


@pytest.mark.parametrize(("row", "peer", "kind", "where"), FAULTS, ids=str)
def test_every_fault_of_the_peers_is_found(diagnoses, row, peer, kind, where):
    faults = [fault for fault in diagnoses[peer].faults if fault.kind == kind]
    shown = [f"{fault.subject} {fault.message} {fault.curl}" for fault in faults]
    assert any(where in text for text in shown), (row, shown, diagnoses[peer].kinds())
    assert not diagnoses[peer].healthy


def test_the_table_is_whole():
    assert len(FAULTS) == 27
    assert len(TABLE) >= 18


def test_a_site_that_is_right_has_only_what_nobody_described():
    diagnosis = examined(Right, "id/ada")
    assert diagnosis.kinds() == {"no-description", "no-licence"}, diagnosis.faults
    wrong = [cell for cell in diagnosis.cells if not cell.right]
    assert not wrong


def test_what_is_right_of_a_peer_is_not_blamed(diagnoses):
    cells = {(cell.kind, cell.asked): cell for cell in diagnoses[RDFLIB].cells if cell.method == "GET"}
    assert cells["SPARQL SELECT", "text/csv"].right
    assert cells["SPARQL ASK", "json"].right
    assert cells["unknown", "turtle"].right
    assert "error-not-told" not in diagnoses[PREZ].kinds()
    assert "redirect-loop" not in diagnoses[SHMARQL].kinds()


def test_the_curl_line_shows_the_fault():
    with serving(Shmarql) as address:
        diagnosis = doctor(address, things=[address + "id/ada"], endpoint=address + "sparql", rate=0)
        fault = next(each for each in diagnosis.faults if each.kind == "program-text")
        shown = subprocess.run(fault.curl, shell=True, check=True, capture_output=True, text=True, timeout=30)
        assert "coroutine object" in shown.stdout
        form = next(each for each in diagnosis.faults if each.kind == "form-lost")
        shown = subprocess.run(form.curl, shell=True, check=True, capture_output=True, text=True, timeout=30)
        assert "303 See Other" in shown.stdout


# Our own site.


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return make_site(tmp_path_factory.mktemp("doctor"), address="https://harbour.example/graph/")


@pytest.mark.parametrize("server", [nginx, apache], ids=["nginx", "apache"])
def test_nothing_is_wrong_with_our_own_site_on_a_host_with_our_rules(site, server):
    with server(site, prefix="graph") as address:
        diagnosis = doctor(address, rate=0)
    assert diagnosis.faults == ()
    kinds = {cell.kind for cell in diagnosis.cells}
    assert {"Person", "Work", "Authorship", "Role", "Partnership", "Passage", "Claim", "Count", "unknown"} <= kinds
    assert all(cell.right for cell in diagnosis.cells)
    assert any("compared with" in note for note in diagnosis.notes)


def test_nothing_is_wrong_with_our_own_site_in_a_folder(site):
    diagnosis = doctor(site)
    assert diagnosis.faults == ()
    assert any("compared with" in note for note in diagnosis.notes)


def broken(site, folder):
    """The site with a fault of each kind that a folder can have."""
    import shutil

    shutil.copytree(site, folder)
    (folder / f"{KNOWN}.ttl").unlink()
    void = (folder / "void.ttl").read_text(encoding="utf-8")
    stale = void.replace("void:triples ", "void:triples 1", 1).replace(f"dcterms:license <{LICENCE}> ;", "")
    write(folder, ".well-known/void", stale)
    write(
        folder,
        "claims.html",
        '<!DOCTYPE html><title>x</title><img alt="" src="https://cdn.example/x.png"><a href="gone.html">x</a>',
    )
    write(folder, "place/cl.nt", "this is not N-Triples\n")
    (folder / "dumps" / "graph.ttl.gz").write_bytes(gzip.compress(b""))
    return folder


def test_what_is_wrong_in_a_folder_is_found(site, tmp_path):
    diagnosis = doctor(broken(site, tmp_path / "broken"))
    by_path = {(fault.kind, fault.subject) for fault in diagnosis.faults}
    assert {("stale-count", "dumps/graph.nq.gz"), ("no-licence", ".well-known/void"), ("broken-link", "claims.html"),
            ("foreign-assets", "claims.html"), ("body-not-its-type", "place/cl.nt"),
            ("wrong-sum", "dumps/graph.ttl.gz")} <= by_path  # fmt: skip
    assert any(fault.kind == "not-found" and KNOWN in fault.message for fault in diagnosis.faults)
    assert not diagnosis.healthy


def test_what_is_wrong_on_a_host_is_found(site, tmp_path):
    folder = broken(site, tmp_path / "broken")
    with nginx(folder, prefix="graph") as address:
        diagnosis = doctor(address, rate=0)
    assert {"stale-count", "broken-link", "foreign-assets"} <= diagnosis.kinds()


# What is asked, and of whom.


def test_no_other_host_is_asked_and_no_more_than_allowed():
    with serving(Right) as address:
        few = doctor(address, things=[address + "id/ada", "https://elsewhere.invalid/x"], rate=0, limit=7)
    assert few.requests == 7
    assert any("stopped after 7 requests" in note for note in few.notes)
    with serving(Right) as address:
        elsewhere = doctor(address, things=["https://elsewhere.invalid/x"], rate=0)
    assert any("elsewhere.invalid" in note for note in elsewhere.notes)


def test_a_target_that_is_nothing_is_told():
    with pytest.raises(UsageError, match="neither a folder nor a web address"):
        doctor("no/such/folder")
    with pytest.raises(UsageError, match="no web address"):
        doctor("http:///x")
    with serving(Right) as address:
        pass
    with pytest.raises(StoreUnreachableError, match="does not answer"):
        doctor(address, timeout=2)


def test_the_command_prints_the_matrix_and_says_by_its_code_whether_something_is_wrong(site, tmp_path, capsys):
    assert main(["doctor", str(site)]) == 0
    assert "nothing is wrong" in capsys.readouterr().err
    with serving(Shmarql) as address:
        assert (
            main(["doctor", address, "--thing", f"{address}id/ada", "--endpoint", f"{address}sparql", "--rate", "0"])
            == 1
        )
        out = capsys.readouterr().out
        assert "307>200!" in out
        assert "curl -sSi -L -H 'Accept: text/turtle'" in out
        assert main(["doctor", address, "--format", "json", "--rate", "0"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["faults"][0]["kind"] == "no-description"
    assert main(["doctor", address, "--rate", "0"]) == 3
    assert main(["doctor", str(tmp_path / "nothing")]) == 2
    assert "neither a folder" in capsys.readouterr().err


def test_a_site_cannot_steer_the_terminal():
    file = io.StringIO()
    write_diagnosis(Diagnosis("x", notes=("\x1b[2Jcleared",)), file)
    assert "\x1b" not in file.getvalue()


def test_the_public_function_is_the_doctor():
    assert ipcgraph.doctor is doctor
