"""The command line: what each command prints, where, and with which exit code."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.center_project import SOURCES, make_center

from ipcgraph.building import build
from ipcgraph.settings import find_project

ROOT = Path(__file__).resolve().parents[1]
IPCGRAPH = Path(sys.executable).with_name("ipcgraph")
SHARED = Path(os.environ.get("IPCGRAPH_SHARED", ROOT.parent / "shared"))


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    settings = make_center(tmp_path_factory.mktemp("project"))
    build(settings)
    return settings.root


def run(*arguments, cwd, **options):
    return subprocess.run(
        [IPCGRAPH, *arguments], cwd=cwd, capture_output=True, text=True, check=False, timeout=120, **options
    )


def test_the_saved_queries_are_listed_by_title(project):
    done = run("query", cwd=project)
    assert done.returncode == 0
    assert "person-coauthors" in done.stdout
    assert "Co-authors of a person" in done.stdout
    assert len(done.stdout.splitlines()) >= 30


@pytest.mark.parametrize("output_format", ["table", "csv", "tsv", "json", "xml", "markdown"])
def test_a_saved_query_is_written_in_each_format(project, output_format):
    done = run("query", "center-facts", "--center", "center/harbour", "--format", output_format, cwd=project)
    assert done.returncode == 0, done.stderr
    assert "Harbour" in done.stdout
    assert not done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["query", "person-coauthor"], 'did you mean "person-coauthors"?'),
        (["query", "person-coauthors"], "--person PERSON"),
        (["query", "person-coauthors", "--person"], "has no value"),
        (["query", "person-coauthors", "--person", "person/aoife-o-brien"], "did you mean person/aoife-obrien"),
        (["query", "person-coauthors", "--person", "Aoife O'Brien"], "did you mean person/aoife-obrien"),
        (["query", "person-coauthors", "--persn", "person/aoife-obrien"], "did you mean --person"),
        (["query", "person-coauthors", "person/aoife-obrien"], "write --NAME VALUE"),
        (["query", "person-coauthors", "--person", "a", "--person", "b"], "given twice"),
        (["query", "person-coauthors", "--person", "center/harbour"], "Person"),
        (["query", "works-in-year", "--year", "last"], "last"),
        (["buld"], "did you mean 'build'?"),
        (["network", "coautorship"], "did you mean 'coauthorship'?"),
        (["network", "partnership", "--counting", "fractional"], "counted in full"),
        (["network", "coauthorship", "--output", "x.xlsx"], ".gexf"),
        (["network", "coauthorship", "--output", "/proc/x.gexf"], "/proc/x.gexf cannot be written"),
        (["--project", "nowhere", "query"], "there is no folder"),
        (["bild", "check"], "did you mean 'build'?"),
        (["explain", "person/aoife-obrian"], "did you mean person/aoife-obrien?"),
        (["explain", "person/{x}"], "is not an IRI"),
        (["check", "--accept"], "--sources"),
        (["build", "extra"], "unrecognized arguments"),
        (["sparql", "missing.rq"], "missing.rq cannot be read"),
        ([], "COMMAND"),
    ],
)
def test_wrong_usage_is_exit_code_2_with_a_remedy(project, arguments, says):
    done = run(*arguments, cwd=project)
    assert done.returncode == 2, done.stdout
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout


def test_outside_a_project_the_message_says_how_to_make_one(tmp_path):
    done = run("query", cwd=tmp_path)
    assert done.returncode == 2
    assert "ipcgraph.toml" in done.stderr


def test_show_prints_the_sparql_and_stops(project):
    done = run("query", "person-coauthors", "--person", "person/aoife-obrien", "--show", cwd=project)
    assert done.returncode == 0
    assert "<https://w3id.org/ipcgraph/id/person/aoife-obrien>" in done.stdout
    assert "$person" not in done.stdout


def test_a_query_says_what_it_takes(project):
    done = run("query", "person-coauthors", "--help", cwd=project)
    assert done.returncode == 0
    assert done.stdout.startswith("Co-authors of a person\n")
    assert "--person PERSON" in done.stdout


def test_any_query_runs_from_standard_input_and_from_a_file(project, tmp_path):
    text = "SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/ipcgraph/ns#Center> }"
    piped = run("sparql", "-", "--format", "csv", cwd=project, input=text)
    file = tmp_path / "centers.rq"
    file.write_text(text)
    read = run("sparql", file, "--format", "csv", cwd=project)
    assert piped.stdout == read.stdout
    assert piped.stdout.splitlines()[0] == "n"
    assert int(piped.stdout.splitlines()[1]) >= 2


@pytest.mark.parametrize(
    ("text", "form", "says"),
    [
        ("ASK { ?s ?p ?o }", "json", '"boolean": true'),
        ("ASK { ?s ?p ?o }", "xml", "<boolean>true</boolean>"),
        ("CONSTRUCT { ?s a ?t } WHERE { ?s a ?t } LIMIT 3", "turtle", "#type> <"),
        ("CONSTRUCT { ?s a ?t } WHERE { ?s a ?t } LIMIT 3", "ntriples", "rdf-syntax-ns#type"),
    ],
)
def test_every_form_of_query_has_its_formats(project, text, form, says):
    done = run("sparql", "-", "--format", form, cwd=project, input=text)
    assert says in done.stdout.replace("rdf:type", "#type>").replace(" a ", "#type> <"), done.stderr


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("SELECT * {", "line"),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SERVICE"),
        ("LOAD <http://127.0.0.1:9/>", "LOAD"),
        ("SELECT * FROM <http://127.0.0.1:9/> { ?s ?p ?o }", "FROM"),
        ("SELECT * {" + "{" * 3000 + "}" * 3000 + "}", "brackets in each other"),
        ("ASK {?s ?p (" + "1 " * 8000 + ")}", "words and signs"),
        ("ASK {?s ?p ?o" + ",?o" * 15000 + "}", "words and signs"),
        ("SELECT ?s {?s ?p ?o} GROUP BY ?s HAVING " + "(1)" * 15000, "words and signs"),
    ],
)
def test_a_query_that_is_refused_is_wrong_usage(project, text, says):
    done = run("sparql", "-", cwd=project, input=text)
    assert done.returncode == 2
    assert says in done.stderr


def test_a_query_that_is_not_utf_8_is_refused(project):
    done = subprocess.run(
        [IPCGRAPH, "sparql", "-"], cwd=project, capture_output=True, input=b"\xff", check=False, timeout=60
    )
    assert done.returncode == 2
    assert b"not UTF-8" in done.stderr


def test_files_that_changed_are_built_first_and_said_so(tmp_path):
    settings = make_center(tmp_path)
    first = run("query", "center-facts", "--center", "center/harbour", cwd=tmp_path)
    assert "building the graph for the first time" in first.stderr
    assert not run("query", "center-facts", "--center", "center/harbour", cwd=tmp_path).stderr
    file = settings.data_folder / "center.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("name: ", "name: New ", 1), encoding="utf-8")
    second = run("query", "center-facts", "--center", "center/harbour", cwd=tmp_path)
    assert "files have changed" in second.stderr
    assert second.stdout != first.stdout


def test_with_errors_in_the_files_the_last_good_build_answers_and_says_so(tmp_path):
    settings = make_center(tmp_path)
    good = run("query", "center-facts", "--center", "center/harbour", cwd=tmp_path)
    (settings.data_folder / "bad.yaml").write_text("- {id: person/x, type: Person}\n")
    done = run("query", "center-facts", "--center", "center/harbour", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout == good.stdout
    assert "1 error" in done.stderr
    assert "last good build" in done.stderr
    failed = run("build", cwd=tmp_path)
    assert failed.returncode == 1
    assert "data/bad.yaml:1:" in failed.stderr


def test_without_a_good_build_errors_are_findings(tmp_path):
    settings = make_center(tmp_path)
    (settings.data_folder / "bad.yaml").write_text("- {id: person/x, type: Person}\n")
    done = run("query", "center-facts", "--center", "center/harbour", cwd=tmp_path)
    assert done.returncode == 1
    assert "data/bad.yaml:1:" in done.stderr
    assert not done.stdout


@pytest.mark.parametrize("output_format", ["text", "json", "sarif", "turtle"])
def test_findings_are_written_in_each_format(tmp_path, output_format):
    settings = make_center(tmp_path)
    (settings.data_folder / "bad.yaml").write_text("- {id: person/x, type: Person}\n")
    done = run("check", "--format", output_format, cwd=tmp_path)
    assert done.returncode == 1
    assert "data/bad.yaml" in done.stdout
    if output_format in {"json", "sarif"}:
        json.loads(done.stdout)


def test_check_with_sources_names_what_rests_on_a_changed_line(tmp_path):
    make_center(tmp_path)
    accepted = run("check", "--sources", SOURCES, "--accept", cwd=tmp_path)
    assert accepted.returncode == 0, accepted.stdout
    assert (tmp_path / "data" / "passages.lock").is_file()
    assert run("check", "--sources", SOURCES, cwd=tmp_path).returncode == 0
    texts = tmp_path / "texts"
    shutil.copytree(SOURCES, texts)
    brochure = texts / "brochure.txt"
    lines = brochure.read_text(encoding="utf-8").split("\n")
    lines[10] = lines[10][:-1] + "!"
    brochure.write_text("\n".join(lines), encoding="utf-8")
    changed = run("check", "--sources", texts, cwd=tmp_path)
    assert changed.returncode == 1
    found = [line for line in changed.stdout.splitlines() if "has changed" in line]
    assert found
    assert all("line 11" in line or "lines" in line for line in found)
    assert "person/aoife-obrien" in changed.stdout
    assert "person/hugh-pemberton" not in changed.stdout
    again = run("check", "--sources", texts, "--accept", cwd=tmp_path)
    assert again.returncode == 0
    assert "0 new, 1 changed, 0 no longer cited" in again.stderr
    assert run("check", "--sources", "nowhere", cwd=tmp_path).returncode == 2


def test_a_network_is_shown_and_written(project, tmp_path):
    shown = run("network", "coauthorship", cwd=project)
    assert "betweenness" in shown.stdout
    assert "Left out:" in shown.stdout
    for suffix in ("gexf", "graphml", "cyjs", "csv"):
        done = run("network", "partnership", "--output", tmp_path / f"p.{suffix}", cwd=project)
        assert done.returncode == 0, done.stderr
    assert {path.suffix for path in tmp_path.iterdir()} == {".gexf", ".graphml", ".cyjs", ".csv"}


def test_figures_stay_out_of_formats_for_programs(project):
    done = run("network", "coauthorship", "--format", "csv", cwd=project)
    assert "Left out:" not in done.stdout
    assert "Left out:" in done.stderr


def test_explain_shows_line_rule_and_passage(project):
    done = run("explain", "person/aoife-obrien", cwd=project)
    assert "data/people.yaml:" in done.stdout
    assert "derived by ontology/rules/same-as.rq" in done.stdout
    assert "source/brochure/L11" in done.stdout


def test_a_reader_that_goes_away_is_no_error(project):
    done = subprocess.run(
        f"'{IPCGRAPH}' query | head -1", shell=True, cwd=project, capture_output=True, text=True, check=True
    )
    assert done.stdout
    assert "Traceback" not in done.stderr
    assert "Broken" not in done.stderr


def test_a_query_loads_nothing_heavy(project):
    script = (
        "import sys; from ipcgraph.cli import main; "
        "code = main(['query', 'person-coauthors', '--person', 'person/aoife-obrien']); "
        "print('loaded:', *sorted({'rdflib', 'networkx', 'numpy', 'scipy', 'pyshacl', 'yaml', 'SPARQLWrapper'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=project, capture_output=True, text=True, check=True)
    assert "rows" in done.stdout
    assert done.stdout.splitlines()[-1] == "loaded:"


def test_the_project_can_be_named(project, tmp_path):
    before = run("--project", project, "query", "center-facts", "--center", "center/harbour", cwd=tmp_path)
    after = run("query", "center-facts", "--center", "center/harbour", "--project", project, cwd=tmp_path)
    assert before.returncode == after.returncode == 0
    assert before.stdout == after.stdout


def test_the_settings_of_the_environment_come_first(project):
    environment = {**os.environ, "IPCGRAPH_EVIDENCE": "required"}
    done = run("check", cwd=project, env=environment)
    assert done.returncode == 1
    assert find_project(project).evidence == "optional"


def test_check_reads_the_saved_queries_of_the_project_too(tmp_path):
    make_center(tmp_path)
    (tmp_path / "queries").mkdir()
    (tmp_path / "queries" / "own.rq").write_text("#+ title: Own\nASK { ?s ?p $o }\n")
    (tmp_path / "data" / "bad.yaml").write_text("- {id: person/x, type: Person}\n")
    checked = run("check", cwd=tmp_path)
    built = run("build", cwd=tmp_path)
    assert checked.returncode == built.returncode == 1
    for text in (checked.stdout, built.stderr):
        assert "queries/own.rq:1:" in text
        assert "data/bad.yaml:1:" in text


def test_an_answer_that_cannot_be_written_is_one_clear_line(project):
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [IPCGRAPH, "query"], cwd=project, stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=60
        )
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


def test_letters_that_a_terminal_cannot_show_are_written_as_numbers(project):
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = run("query", "people-without-role-or-work", cwd=project, env=environment)
    other = run("explain", "person/jose-munoz", cwd=project, env=environment)
    assert done.returncode == other.returncode == 0
    assert "Jos\\xe9" in other.stdout


def test_a_damaged_build_is_one_clear_line(tmp_path):
    settings = make_center(tmp_path)
    for damaged in ("queries.json", "manifest.json", "places.sqlite", "columns/things.json", "store/CURRENT"):
        run("build", "--force", cwd=tmp_path)
        (settings.build_folder / "current" / damaged).write_text("damaged", encoding="utf-8")
        for command in (["query", "sources"], ["explain", "center/harbour"], ["network", "coauthorship"]):
            done = run(*command, cwd=tmp_path)
            assert "Traceback" not in done.stderr, f"{damaged}: {done.stderr}"
            assert done.returncode in {0, 2, 3}


@pytest.mark.parametrize("place", ["queries/own.rq", "shapes/own.ttl", "data/passages.lock", "data/pipe.yaml"])
def test_a_pipe_where_a_file_should_be_is_a_finding(tmp_path, place):
    make_center(tmp_path)
    pipe = tmp_path / place
    pipe.parent.mkdir(exist_ok=True)
    pipe.unlink(missing_ok=True)
    os.mkfifo(pipe)
    done = run("check", cwd=tmp_path)
    assert done.returncode in {0, 1}, done.stderr
    assert pipe.name in done.stdout


def test_what_is_printed_cannot_move_the_cursor(project):
    done = run("query", "\x1b[2J", cwd=project)
    assert done.returncode == 2
    assert "\x1b" not in done.stderr
    assert "\\x1b" in done.stderr
