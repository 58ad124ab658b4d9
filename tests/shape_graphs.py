"""Invented graphs and invented shapes of all constructs of SHACL Core, for tests that compare two ways of checking."""

from __future__ import annotations

from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from ipcgraph.vocabulary import RDFS, TYPE, XSD

E = "http://x.org/"
CLASSES = [NamedNode(E + name) for name in ("A", "B", "C")]
PROPERTIES = [NamedNode(E + name) for name in ("p", "q", "r")]
FROM, UNTIL = NamedNode(E + "from"), NamedNode(E + "until")
"""Properties whose values are literals: SPARQL has no order for anything else."""
THINGS = [NamedNode(E + f"t{number}") for number in range(5)]
BLANKS = [BlankNode("b0"), BlankNode("b1")]


def typed(text: str, datatype: str) -> Literal:
    return Literal(text, datatype=NamedNode(XSD + datatype))


DATES = [typed(text, "date") for text in ("2020-02-29", "2021-02-28", "2021-02-30", "2021-03-01Z", "2021")]
NUMBERS = [typed(text, "integer") for text in ("1", "01", "-7", "x", "12345678901234567890", "")] + [
    typed("1.0", "decimal"), typed("1e0", "double"), typed("NaN", "double"), typed("3", "nonNegativeInteger"),
]  # fmt: skip
TEXTS = [Literal(text) for text in ("", "a", "ab c", 'É\u0301\n"\\', "10.1/x")] + [
    Literal("a", language="en"), Literal("b", language="en-gb"), Literal("a", language="fr"),
]  # fmt: skip
OTHERS = [
    typed("2021", "gYear"), typed("2021-02", "gYearMonth"), typed("true", "boolean"), typed("maybe", "boolean"),
    typed("P1Y", "duration"), typed("P13M", "duration"), typed("2021-02-03T10:00:00", "dateTime"),
    typed("2021-02-03T10:00:00Z", "dateTime"), Literal("x", datatype=NamedNode(E + "own")),
]  # fmt: skip
LITERALS = [*DATES, *NUMBERS, *TEXTS, *OTHERS]

subjects = st.sampled_from([*THINGS, *BLANKS])
values = st.one_of(subjects, st.sampled_from(CLASSES), st.sampled_from(LITERALS))
typings = st.builds(Quad, subjects, st.just(TYPE), st.sampled_from(CLASSES))
links = st.builds(Quad, subjects, st.sampled_from(PROPERTIES), subjects)
sayings = st.builds(Quad, subjects, st.sampled_from(PROPERTIES), values)
times = st.builds(Quad, subjects, st.sampled_from((FROM, UNTIL)), st.sampled_from([*DATES, *NUMBERS, *OTHERS, *TEXTS]))
below = st.just(Quad(CLASSES[1], NamedNode(RDFS + "subClassOf"), CLASSES[0]))
graphs = st.lists(st.one_of(typings, links, sayings, sayings, times, below), min_size=12, max_size=30, unique=True)


def short(term: object) -> str:
    return str(term)


def listed(items: list[str]) -> str:
    return f"( {' '.join(items)} )"


predicates = st.sampled_from(PROPERTIES).map(short)
paths = st.recursive(
    predicates,
    lambda inner: st.one_of(
        inner.map("[ sh:inversePath {} ]".format),
        st.lists(inner, min_size=2, max_size=3).map(listed),
        st.lists(inner, min_size=2, max_size=2).map(lambda each: f"[ sh:alternativePath {listed(each)} ]"),
        predicates.map("[ sh:zeroOrMorePath {} ]".format),
        predicates.map("[ sh:oneOrMorePath {} ]".format),
        inner.map("[ sh:zeroOrOnePath {} ]".format),
    ),
    max_leaves=3,
)
counts = st.integers(0, 3).map(str)
ordered = st.sampled_from([*DATES, *NUMBERS, *OTHERS, *TEXTS[:5]]).map(short)
simple = st.one_of(
    counts.map("sh:minCount {}".format),
    counts.map("sh:maxCount {}".format),
    st.sampled_from(CLASSES).map(lambda each: f"sh:class {each}"),
    st.sampled_from(("string", "date", "integer", "boolean", "gYear", "duration", "double")).map("sh:datatype xsd:{}".format),
    st.sampled_from(("\\\\S", "^a", "^10[.][0-9]+/", "^[0-9]{4}(-[0-9]{2}){0,2}$", "b c$", "^$")).map('sh:pattern "{}"'.format),
    st.sampled_from(("IRI", "Literal", "BlankNode", "BlankNodeOrIRI", "IRIOrLiteral")).map("sh:nodeKind sh:{}".format),
    st.lists(st.sampled_from([*CLASSES, *THINGS, *LITERALS]).map(short), max_size=4).map(lambda each: f"sh:in {listed(each)}"),
    st.sampled_from([*CLASSES, *THINGS, *LITERALS]).map(lambda each: f"sh:hasValue {each}"),
    st.tuples(st.sampled_from(("minInclusive", "maxInclusive", "minExclusive", "maxExclusive")), ordered).map("sh:{0[0]} {0[1]}".format),
    st.integers(1, 3).map("sh:minLength {}".format),
    counts.map("sh:maxLength {}".format),
    st.just('sh:languageIn ( "en" )'),
)  # fmt: skip
pairs = st.tuples(st.sampled_from(("equals", "disjoint")), predicates).map("sh:{0[0]} {0[1]}".format)
compared = st.sampled_from(("lessThan", "lessThanOrEquals")).map(
    f"sh:property [ sh:path {FROM} ; sh:{{}} {UNTIL} ]".format
)
qualified = st.tuples(predicates, counts, counts, st.booleans()).map(
    lambda each: (
        f"sh:property [ sh:path {each[0]} ; sh:qualifiedValueShape [ sh:class {CLASSES[0]} ] ; "
        f"sh:qualifiedMinCount {each[1]} ; sh:qualifiedMaxCount {each[2]} ]"
    )
)


def demands(inner):
    """What one shape demands, with shapes in it."""
    return st.lists(st.one_of(
        simple, simple, simple,
        st.lists(inner, min_size=1, max_size=2).map(lambda each: f"sh:or {listed(each)}"),
        st.lists(inner, min_size=1, max_size=2).map(lambda each: f"sh:and {listed(each)}"),
        st.lists(inner, min_size=1, max_size=2).map(lambda each: f"sh:xone {listed(each)}"),
        inner.map("sh:not {}".format),
        node_shapes.map("sh:node {}".format),
    ), min_size=1, max_size=3, unique_by=lambda text: text.partition(" ")[0])  # fmt: skip


def no_counts(text: str) -> bool:
    return "sh:minCount" not in text.partition(" ")[0] and "sh:maxCount" not in text.partition(" ")[0]


plain = st.lists(simple.filter(no_counts), min_size=1, max_size=2, unique_by=lambda text: text.partition(" ")[0])
node_shapes = plain.map(lambda each: f"[ a sh:NodeShape ; {' ; '.join(each)} ]")
value_shapes = st.one_of(
    node_shapes,
    st.tuples(predicates, simple).map("[ a sh:PropertyShape ; sh:path {0[0]} ; {0[1]} ]".format),
)
properties = st.tuples(
    paths,
    demands(value_shapes),
    st.lists(st.one_of(pairs, st.just("sh:uniqueLang true"), st.just("sh:severity sh:Warning")), max_size=1),
).map(lambda each: f"sh:property [ sh:path {each[0]} ; {' ; '.join([*each[1], *each[2]])} ]")
targets = st.one_of(
    st.sampled_from(CLASSES).map("sh:targetClass {}".format),
    predicates.map("sh:targetSubjectsOf {}".format),
    predicates.map("sh:targetObjectsOf {}".format),
    st.sampled_from(THINGS).map("sh:targetNode {}".format),
)
closed = st.just(f"sh:closed true ; sh:ignoredProperties ( rdf:type {PROPERTIES[0]} )")
root_shapes = st.tuples(
    st.lists(targets, min_size=1, max_size=2, unique=True),
    st.lists(st.one_of(properties, properties, compared, qualified), max_size=2),
    st.lists(st.one_of(simple.filter(no_counts), closed), max_size=1),
).map(lambda each: " ; ".join([part for parts in each for part in parts]))
shape_graphs = st.lists(root_shapes, min_size=1, max_size=3).map(
    lambda roots: " ".join(f"<{E}S{number}> a sh:NodeShape ; {root} ." for number, root in enumerate(roots))
)
