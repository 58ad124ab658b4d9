"""What is kept of a check: after any change the results are those of a full run, from a part of the work."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse
from tests.shape_graphs import graphs, shape_graphs
from tests.statement_lines import quads

from ipcgraph import validation
from ipcgraph.engines import kept_results, shacl_results
from ipcgraph.engines.affected import Step, UnknownRouteError, routes_of
from ipcgraph.engines.keeping import FILE, results_again
from ipcgraph.ontology import read_ontology
from ipcgraph.statements import Index
from ipcgraph.vocabulary import DEFAULT_BASE, IPCG, PREFIXES, TYPE

pytest.importorskip("shacl", reason="the compiled engine is not installed (extra fast)")

ONTOLOGY = read_ontology()
SHIPPED = [quad for quad, _ in ONTOLOGY.statements]
VALID = list(parse(path=Path(__file__).parent / "shapes" / "valid.ttl", format=RdfFormat.TURTLE))
NAME = NamedNode(PREFIXES["foaf"] + "name")
MANY = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


class Runs:
    """An engine that tells how many statements it was given each time."""

    def __init__(self, shapes, ontology=()):
        self.shapes, self.ontology, self.sizes = shapes, ontology, []

    def __call__(self, part):
        self.sizes.append(len(part))
        return shacl_results(part, self.shapes, self.ontology, engine="shacl")

    def again(self, data, folder):
        return results_again(data, self.shapes, self.ontology, folder=folder, engine="auto", run=self)


def edited(data: list[Quad], number: int, chance: random.Random) -> list[Quad]:
    """The data with some statements gone, some with other values, and some that were said of other things."""
    made = list(data)
    for _ in range(number):
        at = chance.randrange(len(made))
        quad, other = made[at], chance.choice(data)
        changed = chance.choice(
            [
                None,
                Quad(quad.subject, quad.predicate, other.object),
                Quad(other.subject, quad.predicate, quad.object),
                Quad(quad.subject, other.predicate, quad.object),
                Quad(quad.subject, quad.predicate, Literal("x")),
            ]
        )
        made[at : at + 1] = [changed, quad] if changed and chance.random() < 0.5 else [changed] if changed else []
    return list(dict.fromkeys(made))


def test_any_edits_of_a_graph_give_the_results_of_a_full_run(tmp_path):
    chance = random.Random(7)
    run = Runs(ONTOLOGY.shapes, SHIPPED)
    data = VALID
    found: Counter[str] = Counter()
    run.again(data, tmp_path)
    for _ in range(25):
        data = edited(data if chance.random() < 0.7 else VALID, chance.randint(1, 4), chance)
        results = Counter(run.again(data, tmp_path))
        assert results == Counter(shacl_results(data, run.shapes, SHIPPED, engine="shacl"))
        found.update({result.kind for result in results})
    assert len(found) >= 6
    partial = [size for size in run.sizes if size < len(VALID) / 2]
    assert len(partial) > 12  # most were not checked as a whole


@MANY
@given(graphs, shape_graphs, st.randoms(use_true_random=False))
def test_with_any_shapes_too(tmp_path_factory, data, text, chance):
    folder = tmp_path_factory.mktemp("kept")
    shapes = quads(text)
    padding = [
        Quad(NamedNode(f"http://x.org/pad{number}"), TYPE, NamedNode("http://x.org/Pad")) for number in range(90)
    ]
    before, after = [*padding, *data], [*padding, *edited(data, chance.randint(1, 3), chance)]
    results_again(before, shapes, (), folder=folder, engine="auto", run=Runs(shapes))
    run = Runs(shapes)
    assert Counter(run.again(after, folder)) == Counter(shacl_results(after, shapes, engine="shacl"))


def test_only_what_a_change_can_affect_is_checked_again(tmp_path):
    shapes = quads("ipcg:S sh:targetClass ipcg:Work ; sh:property [ sh:path ipcg:partOf ; sh:class ipcg:Initiative ] ,\n"
                   "[ sh:path ( ipcg:doi [ sh:inversePath ipcg:doi ] ) ; sh:maxCount 1 ] .\n"
                   "ipcg:N sh:targetClass foaf:Person ; sh:property [ sh:path foaf:name ; sh:minCount 1 ] .")  # fmt: skip
    lines = "".join(f"<w{n}> a ipcg:Work ; ipcg:doi '{n}' ; ipcg:partOf <i{n % 9}> . <p{n}> a foaf:Person ; foaf:name 'x' ."
                    for n in range(100)) + "".join(f"<i{n}> a ipcg:Initiative ." for n in range(9))  # fmt: skip
    data = quads(lines)
    run = Runs(shapes)
    assert run.again(data, tmp_path) == []
    assert run.again(list(reversed(data)), tmp_path) == []
    assert run.sizes == [len(data)]  # in another order it is the same graph

    renamed = [quad for quad in data if not (quad.predicate == NAME and str(quad.subject) == f"<{DEFAULT_BASE}p7>")]
    [result] = run.again(renamed, tmp_path)
    assert (result.focus, run.sizes[1]) == (DEFAULT_BASE + "p7", 1)

    shared = [*renamed, *quads("<w1> ipcg:doi '50' .")]
    assert {each.focus for each in run.again(shared, tmp_path)} == {DEFAULT_BASE + name for name in ("p7", "w1", "w50")}
    assert run.sizes[2] < 20

    retyped = [quad for quad in shared if not (quad.predicate == TYPE and str(quad.subject) == f"<{DEFAULT_BASE}i3>")]
    found = run.again(retyped, tmp_path)
    assert {each.focus for each in found if each.kind == "Class"} == {f"{DEFAULT_BASE}w{n}" for n in range(3, 100, 9)}
    assert {each.focus for each in found if each.kind != "Class"} == {
        DEFAULT_BASE + name for name in ("p7", "w1", "w50")
    }
    assert run.sizes[3] < 100


@pytest.mark.parametrize("spoilt", ["shapes", "ontology", "engine", "cut", "other bytes", "gone", "folder"])
def test_a_full_run_where_what_was_kept_may_not_hold(tmp_path, spoilt):
    data = quads("".join(f"<w{n}> a ipcg:Work ." for n in range(60)))
    text = "ipcg:S sh:targetClass ipcg:Work ; sh:property [ sh:path ipcg:doi ; sh:minCount 1 ] ."
    kept = kept_results(data, quads(text), SHIPPED, folder=tmp_path)
    assert len(kept) == 60
    file = tmp_path / FILE
    shapes, ontology, engine = quads(text), SHIPPED, "auto"
    if spoilt == "shapes":
        shapes = quads(text.replace("1 ]", "2 ]"))
    elif spoilt == "ontology":
        ontology = [*SHIPPED, *quads("ipcg:Other rdfs:subClassOf ipcg:Work .")]
    elif spoilt == "engine":
        engine = "pyshacl"
    elif spoilt == "cut":
        file.write_bytes(file.read_bytes()[:-30])
    elif spoilt == "other bytes":
        file.write_bytes(file.read_bytes().replace(b"w1>", b"w9>"))
    elif spoilt == "gone":
        file.unlink()
    else:
        file.unlink()
        file.mkdir()
    sizes: list[int] = []

    def run(part):
        sizes.append(len(part))
        return shacl_results(part, shapes, ontology)

    found = results_again(data, shapes, ontology, folder=tmp_path, engine=engine, run=run)
    assert sizes == [60]
    assert Counter(found) == Counter(shacl_results(data, shapes, ontology))


def test_results_are_kept_whole_and_labels_of_shapes_may_change(tmp_path):
    data = quads('<a> a ipcg:Work ; ipcg:min "É\\n\\"x"@en , "2021-02-30"^^xsd:date , 007 . ipcg:x ipcg:max "lit" .')
    text = ("[] sh:targetClass ipcg:Work ; sh:property [ sh:path ipcg:min ; sh:nodeKind sh:IRI ; sh:severity sh:Info ] .\n"
            "[] sh:targetObjectsOf ipcg:max ; sh:minLength 9 ; sh:sparql [ sh:select 'SELECT $this { ?s ?p $this }' ] .")  # fmt: skip
    for _ in range(2):
        shapes = quads(text)  # each time with other labels
        expected = Counter(shacl_results(data, shapes))
        assert len(expected) == 5
        assert Counter(kept_results(data, shapes, folder=tmp_path)) == expected
    assert {each.name for each in tmp_path.iterdir()} == {FILE, ".gitignore"}


def test_a_folder_that_cannot_be_written_costs_only_the_time(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    data = quads("<a> a ipcg:Work .")
    shapes = quads("ipcg:S sh:targetClass ipcg:Work ; sh:nodeKind sh:Literal .")
    assert len(kept_results(data, shapes, folder=tmp_path / "file" / "below")) == 1


def test_routes_are_those_by_which_shapes_read():
    shapes = quads("ipcg:S sh:targetSubjectsOf ipcg:doi ; sh:property [ sh:path ( ipcg:min [ sh:inversePath ipcg:max ] ) ; "
                   "sh:node [ sh:property [ sh:path [ sh:zeroOrMorePath ipcg:parent ] ; sh:class ipcg:Work ] ] ] .")  # fmt: skip
    start = (Step(IPCG + "min"), Step(IPCG + "max", inverse=True))
    again = (*start, Step(IPCG + "parent", repeated=True))
    assert routes_of(shapes) == {
        (Step(TYPE.value),), (Step(IPCG + "doi"),), (), start, again, (*again, Step(TYPE.value))
    }  # fmt: skip
    for beyond in (
        "sh:sparql [ sh:select 'SELECT $this { $this ?p ?o }' ]",
        "sh:property [ sh:path ipcg:a ; sh:property [] ]",
    ):
        with pytest.raises(UnknownRouteError):
            routes_of(quads(f"ipcg:S sh:targetClass ipcg:Work ; {beyond} ."))


def test_the_check_of_a_project_finds_the_same_with_what_was_kept(tmp_path):
    from ipcgraph.findings import Place

    def findings(data, kept):
        statements = [(quad, Place("data/graph.ttl", number)) for number, quad in enumerate(data, start=1)]
        return Counter(validation.validate(Index.of(statements), (), ONTOLOGY, kept=kept))

    chance, data = random.Random(3), VALID
    for _ in range(3):
        assert findings(data, tmp_path) == findings(data, None)
        data = edited(data, 2, chance)
