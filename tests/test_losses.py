"""Loss reports: what they count is what is lost, and docs/profiles.md has the counts of this repository's own graph."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.center_project import make_center

from ipcgraph import building
from ipcgraph.project import loss_report
from ipcgraph.publish.profiles.profile import PROFILES
from ipcgraph.publish.reading import Reading
from ipcgraph.settings import find_project

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "profiles.md"


@pytest.fixture(scope="module")
def center(tmp_path_factory):
    return make_center(tmp_path_factory.mktemp("center"))


@pytest.fixture(scope="module")
def reports(center):
    return {profile.name: loss_report(profile.name, center) for profile in PROFILES}


def lost(report):
    return {(loss.kind, loss.key): loss.lost for loss in report.losses}


def test_our_own_vocabulary_loses_nothing(reports):
    assert reports["native"].losses == ()
    assert reports["native"].kept == reports["native"].facts > 900


def test_each_report_counts_all_facts_that_somebody_wrote(reports, center):
    assert len({report.facts for report in reports.values()}) == 1
    with Reading.open(building.build(center).folder / "store", base=center.base) as reading:
        derived = {quad.triple for quad in reading.store.dump() if str(quad.graph_name).endswith("graph/derived>")}
        facts = {line for line in reading.lines()} - {f"{triple} ." for triple in derived}  # noqa: C416
    assert reports["vivo"].facts == len(facts)
    for report in reports.values():
        assert report.facts - report.kept == sum(loss.lost for loss in report.losses)


@pytest.mark.parametrize("name", ["schema", "vivo", "bibo", "skg-if"])
def test_authors_and_their_order_survive(reports, name):
    for key in ("author", "position", "rdf:type"):
        assert ("Authorship", key) not in lost(reports[name])
    for key in ("title", "hasAuthorship", "workType", "doi", "isbn"):
        assert ("Work", key) not in lost(reports[name])


@pytest.mark.parametrize("name", ["schema", "vivo"])
def test_who_led_and_who_paid_survive(reports, name):
    for key in ("holder", "heldAt", "statedTitle", "start", "end"):
        assert ("Role", key) not in lost(reports[name])
    assert ("Initiative", "initiativeKind") not in lost(reports[name])
    assert lost(reports[name]).get(("Partnership", "partner"), 0) == 0


def test_known_losses_are_told_with_their_number_and_an_example(reports):
    losses = {(loss.kind, loss.key): loss for loss in reports["schema"].losses}
    assert losses["Role", "status"].lost == losses["Role", "status"].total == 11
    assert losses["Center", "acronym"].example.endswith(' "ERC"')
    added = {(loss.kind, loss.key): loss for loss in reports["schema"].losses if loss.added}
    assert {key: loss.added for key, loss in added.items()} == {("Center", "alternateName"): 2}
    assert added["Center", "alternateName"].example.startswith("+ center/")
    assert lost(reports["foaf"])["Authorship", "position"] == 22
    assert lost(reports["skg-if"])["Work", "issued"] == 7


def test_a_fact_that_a_profile_cannot_hold_is_counted(center, tmp_path, reports):
    settings = make_center(tmp_path / "more")
    with (tmp_path / "more" / "data" / "more.yaml").open("w", encoding="utf-8") as file:
        file.write("- {id: person/new, type: Person, name: New One, isni: '0000000121032683'}\n")
    before, after = reports["vivo"], loss_report("vivo", settings)
    assert after.facts == before.facts + 3
    assert after.kept == before.kept + 2
    assert lost(after)["Person", "isni"] == 1


def markdown_of_own_graph() -> str:
    """The table of docs/profiles.md, from the graph of this repository."""
    settings = find_project(ROOT)
    lines = [
        "| profile | facts that survive | of | share | on where facts are from | of | read back and not in the graph |"
    ]
    lines.append("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for profile in PROFILES:
        report = loss_report(profile.name, settings)
        plain, kept = report.facts - report.provenance, report.kept - report.provenance_kept
        cells = (profile.name, kept, plain, f"{100 * kept // plain} %", report.provenance_kept, report.provenance)
        lines.append(f"| {' | '.join(map(str, cells))} | {report.added} |")
    return "\n".join(lines) + "\n"


def test_the_document_has_the_counts_of_this_graph():
    table = markdown_of_own_graph()
    assert table in DOCUMENT.read_text(encoding="utf-8"), f"write this into docs/profiles.md:\n{table}"
