"""Linking against another center's server: its SPARQL endpoint and its reconciliation service are registers."""

from __future__ import annotations

import pytest

from ipcgraph import federation
from ipcgraph.settings import find_project

RECORDS = """\
- {id: source/list, type: Source, title: The list of the institute}
- {id: person/j-munoz, type: Person, name: Jose Munoz, orcid: 0000-0000-1000-2000, evidence: source/list}
- {id: person/ngozi-okafor, type: Person, name: Ngozi Okafor, evidence: source/list}
- {id: organization/ilha, type: Organization, name: Instituto da Ilha, evidence: source/list}
- {id: organization/nobody, type: Organization, name: Society of Nobody, evidence: source/list}
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "all.yaml").write_text(RECORDS, encoding="utf-8")
    (tmp_path / "ipcgraph.toml").write_text("", encoding="utf-8")
    return find_project(tmp_path)


@pytest.mark.parametrize("path", ["sparql", "reconcile"])
def test_a_center_is_a_register_for_others(center, project, path):
    running, _ = center
    done = federation.link("wikidata", project, running.address + path)
    assert [(each.one, each.other) for each in done.accepted] == [("person/j-munoz", "wikidata:Q999999901")]
    assert "the same orcid: 0000-0000-1000-2000" in done.accepted[0].why
    assert done.questions == ()
    done = federation.link("ror", project, running.address + path)
    assert done.accepted == ()
    assert [(each.one, each.other) for each in done.questions] == [("organization/ilha", "ror:0vszmqc74")]
