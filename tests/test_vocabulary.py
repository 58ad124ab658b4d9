"""IRIs in short and long form."""

import pytest

from ipcgraph.errors import UsageError
from ipcgraph.vocabulary import DEFAULT_BASE, PREFIXES, compact, expand

BASE = "https://center.example/id/"


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("person/ada", BASE + "person/ada"),
        ("ipcg:Work", PREFIXES["ipcg"] + "Work"),
        ("https://example.org/x", "https://example.org/x"),
        ("<https://example.org/x>", "https://example.org/x"),
        ("urn:isbn:1", "urn:isbn:1"),
    ],
)
def test_a_short_form_is_expanded(text, iri):
    assert expand(text, base=BASE).value == iri


@pytest.mark.parametrize("text", ["person/a b", "person/{ada}", 'person/"', "https://example.org/<x>", "person/a\nb"])
def test_what_is_no_iri_is_refused_with_an_example(text):
    with pytest.raises(UsageError, match="write an id such as person/"):
        expand(text, base=BASE)


def test_compact_is_the_way_back():
    for text in ("person/ada", "ipcg:Work", "foaf:name"):
        assert compact(expand(text, base=BASE).value, base=BASE) == text


def test_another_base_is_left_whole():
    assert compact(DEFAULT_BASE + "person/ada", base=BASE) == DEFAULT_BASE + "person/ada"
