"""CITATION.cff of a dataset by the rules of Citation File Format 1.2.0."""

import re

import pytest
import yaml
from tests.published_center import BASE, NASTY, graph, named

from ipcgraph.publish.addresses import Addresses
from ipcgraph.publish.description.citationfile import citation_file
from ipcgraph.publish.facts import SiteFacts

FACTS = SiteFacts(
    "Harbour Institute", "https://harbour.example/graph/", BASE, licence="https://creativecommons.org/licenses/by/4.0/",
    publisher=BASE + "center/harbour", about="What it does.", released="2024-05-31", version="2024.1",
)  # fmt: skip
KEYS = {
    "abstract",
    "authors",
    "cff-version",
    "date-released",
    "license",
    "license-url",
    "message",
    "title",
    "type",
    "url",
    "version",
}


def written(facts=FACTS):
    with graph(named("center/harbour", "Center", "Harbour: the #1 Institute")) as reading:
        return yaml.safe_load(citation_file(reading, Addresses(facts.address, BASE), facts))


def checked(values):
    """The rules of the schema for what we write: required keys, no other, the form of each."""
    assert {"authors", "cff-version", "message", "title"} <= values.keys() <= KEYS
    assert values["cff-version"] == "1.2.0"
    assert values["type"] == "dataset"
    assert all(isinstance(value, str) and value for key, value in values.items() if key != "authors")
    assert all(author.keys() == {"name"} and author["name"] for author in values["authors"])
    if "date-released" in values:
        assert re.fullmatch("[0-9]{4}-(0[1-9]|1[0-2])-[0-3][0-9]", values["date-released"])
    if "url" in values:
        assert re.match("(https|http|ftp|sftp)://.+", values["url"])
    return values


def test_everything_that_is_known_is_there():
    values = checked(written())
    assert values["authors"] == [{"name": "Harbour: the #1 Institute"}]
    assert (values["license"], values["date-released"], values["version"]) == ("CC-BY-4.0", "2024-05-31", "2024.1")
    assert values["url"] == "https://harbour.example/graph/"


def test_nothing_that_is_not_known_is_made_up():
    assert checked(written(SiteFacts("", "", BASE))).keys() == {"authors", "cff-version", "message", "title", "type"}


@pytest.mark.parametrize(
    ("licence", "name"),
    [
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("http://creativecommons.org/licenses/by-sa/3.0/", "CC-BY-SA-3.0"),
        ("https://example.org/own", None),
    ],
)
def test_licences_are_named_where_their_address_tells(licence, name):
    values = checked(written(FACTS._replace(licence=licence)))
    assert values.get("license") == name
    assert values.get("license-url") == (None if name else licence)


@pytest.mark.parametrize("odd", NASTY)
def test_odd_texts_stay_texts(odd):
    values = checked(written(FACTS._replace(title=odd, publisher=odd, about=odd, version=odd)))
    plain = " ".join(re.sub(r"[\x00-\x1f\u2028\u202e]+", " ", odd).split())
    assert values["authors"] == [{"name": plain}]
    assert values["title"] == f"{plain}: knowledge graph"
