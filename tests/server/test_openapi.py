"""The description for programs: what it says is there, and a program that knows nothing else finds nothing wrong."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.server.api_center import values_for

from ipcgraph.networkoptions import NETWORKS, OPTIONS
from ipcgraph.project import asked

HERE = Path(__file__).parent
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
TRIED = (
    "^/query/(people|echo|sums|roles-of-type|person-coauthors|is-there|told-of)$|^/(search|suggest|health)$"
    "|^/network/topics|^/person/|^/sparql$|^/reconcile$"
)
"""The operations that are tried with every run of the tests; `make schemathesis` tries all, and longer."""


@pytest.fixture(scope="module")
def described(center):
    return json.loads(center[0].ask("openapi.json").body)


def test_every_saved_query_is_described_with_its_parameters(center, described):
    queries = asked(center[1]).queries()
    for name, query in queries.items():
        told = described["paths"][f"/query/{name}"]["get"]
        assert told["summary"] == query.title
        named = {each["name"]: each for each in told["parameters"]}
        assert [*named] == [*(each.name for each in query.parameters), "format"]
        for parameter in query.parameters:
            assert named[parameter.name]["required"] == (parameter.default is None)
            assert parameter.about in named[parameter.name]["description"]
    assert len(queries) > 60


def test_schemas_fit_the_values_that_the_server_takes_and_no_others(described):
    def schema(query, name):
        parameters = described["paths"][f"/query/{query}"]["get"]["parameters"]
        return Draft202012Validator(next(each["schema"] for each in parameters if each["name"] == name))

    assert schema("works-in-year", "year").is_valid(2019)
    assert not schema("works-in-year", "year").is_valid(19)
    assert not schema("sums", "day").is_valid("2020-1-1")
    assert schema("person-works", "person").is_valid("person/aoife-obrien")
    assert not schema("person-works", "person").is_valid("a b")
    assert schema("roles-of-type", "type").is_valid("director")
    assert schema("roles-of-type", "type").is_valid("warden")  # a concept of the center's own
    assert not schema("roles-of-type", "type").is_valid("x")
    sums = {each["name"]: each for each in described["paths"]["/query/sums"]["get"]["parameters"]}
    assert sums["year"]["schema"]["default"] == 2000


def test_examples_are_answered(center, described):
    server, _ = center
    for path, operations in described["paths"].items():
        told = operations.get("get", {}).get("parameters", [])
        if path.startswith("/query/") and any(each.get("example") for each in told):
            given = "&".join(f"{each['name']}={each['example']}" for each in told if "example" in each)
            if all("example" in each for each in told if each.get("required")):
                assert server.ask(f"{path[1:]}?{given}").status == 200, path


def test_every_network_has_the_options_that_it_takes(described):
    for kind in NETWORKS:
        told = described["paths"][f"/network/{kind}{{ending}}"]["get"]["parameters"]
        taken = {option.written for option in OPTIONS if kind in option.networks}
        assert taken <= {each["name"] for each in told}
        assert not {option.written for option in OPTIONS} - taken & {each["name"] for each in told}


def test_every_answer_that_there_can_be_is_described(described):
    for path, operations in described["paths"].items():
        for operation in operations.values():
            if path.startswith(("/query/", "/network/")) and path != "/query/":
                assert {"200", "400", "404", "429", "503"} <= operation["responses"].keys(), path
    responses = described["components"]["responses"]
    used = json.dumps(described["paths"])
    assert [name for name in responses if f'"#/components/responses/{name}"' not in used] == []


def test_identifiers_of_operations_are_unique(described):
    names = [operation["operationId"] for each in described["paths"].values() for operation in each.values()]
    assert len(names) == len(set(names)) > 90


def test_the_page_for_programs_has_all_operations(center, described):
    page = center[0].ask("api").body.decode()
    for operations in described["paths"].values():
        for operation in operations.values():
            assert f'id="call-{operation["operationId"]}"' in page


def test_schemathesis_finds_nothing(center):
    """Values that fit and values that do not, methods that are not there: for some operations, shortly."""
    server, _ = center
    long = bool(os.environ.get("IPCGRAPH_SCHEMATHESIS"))
    command = [
        str(SCHEMATHESIS), "--config-file", str(HERE / "schemathesis.toml"), "run", f"{server.address}openapi.json",
        "--phases", "examples,coverage,fuzzing" if long else "examples,coverage",
        "--max-examples", "100" if long else "1", "--continue-on-failure", "--warnings", "off", "--no-color",
        "--request-timeout", "30", "--seed", "1", "--exclude-path-regex", "^/query/(everything|large)$",
        *([] if long else ["--include-path-regex", TRIED]),
    ]  # fmt: skip
    environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=7_200, env=environment, cwd=HERE
    )
    assert done.returncode == 0, done.stdout[-6_000:] + done.stderr[-2_000:]
    assert "Tested: " in done.stdout


def test_values_for_all_queries_are_known(center):
    for query in asked(center[1]).queries().values():
        assert values_for(query).keys() == {each.name for each in query.parameters if each.default is None}
