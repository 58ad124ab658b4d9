"""Reading a folder: which files are data, in which order, and what is said of the others."""

import json
import os
import tempfile
from pathlib import Path

import pytest

from ipcgraph.findings import Finding
from ipcgraph.records import Mapping
from ipcgraph.sources import find_files, read_file, shown_name

BASE = "http://base.org/id/"
RECORD = "- id: person/ada\n"


def put(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(RECORD, encoding="utf-8")


def found(folder):
    items = list(find_files(folder, root=folder.parent))
    files = [item.relative_to(folder).as_posix() for item in items if isinstance(item, Path)]
    return files, [item for item in items if isinstance(item, Finding)]


def test_data_files_are_found_in_all_folders_sorted_and_the_rest_is_passed_over(tmp_path):
    put(
        tmp_path / "data",
        "works/2.yaml", "works/10.ttl", "people.yml", "a/b/c.nq", "z.JSONLD", "works.csv", "works.mapping.yaml",
        "B.rdf", "t.tsv", "t.mapping.yaml", ".hidden.yaml", ".git/x.yaml", "README.md", "README", "LICENSE", "passages.lock",
        "a/LICENSE.txt",
    )  # fmt: skip
    files, findings = found(tmp_path / "data")
    assert files == [
        "B.rdf", "a/b/c.nq", "people.yml", "t.tsv", "works/10.ttl", "works/2.yaml", "works.csv", "z.JSONLD",
    ]  # fmt: skip
    assert findings == []


def test_the_order_does_not_depend_on_the_order_of_writing(tmp_path):
    names = [f"{letter}/{number}.yaml" for letter in "bca" for number in (2, 1)]
    put(tmp_path / "one", *names)
    put(tmp_path / "two", *reversed(names))
    assert found(tmp_path / "one") == found(tmp_path / "two") == (sorted(names), [])


def test_an_empty_folder_has_no_files_and_a_missing_one_is_a_finding(tmp_path):
    assert found(tmp_path) == ([], [])
    files, [finding] = found(tmp_path / "none")
    assert (files, str(finding)) == (
        [],
        "none:1:1: error: this cannot be read: no such file or directory; check that it is there and may be read",
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("people.xlsx", "save it as CSV"), ("people.json", "name it .jsonld"), ("people.xml", "name it .rdf"),
        ("notes.txt", "write one of .yaml, .yml, .ttl"), ("people", "write one of"), ("net.gexf", "write one of"),
        ("works.mapping.yaml", "name the two alike"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_read_is_a_warning(tmp_path, name, words):
    put(tmp_path / "data", name, "people.yaml")
    files, [finding] = found(tmp_path / "data")
    assert files == ["people.yaml"]
    assert (finding.severity, finding.place.path) == ("warning", f"data/{name}")
    assert words in finding.fix


def test_links_are_not_followed_wherever_they_lead(tmp_path):
    put(tmp_path, "secret.yaml", "data/people.yaml")
    data = tmp_path / "data"
    for name, target in (
        ("outside.yaml", tmp_path / "secret.yaml"), ("loop", data), ("up", tmp_path), ("broken.yaml", data / "none"),
        ("self.yaml", data / "self.yaml"), ("inside.yaml", data / "people.yaml"),
    ):  # fmt: skip
        (data / name).symlink_to(target)
    files, findings = found(data)
    assert files == ["people.yaml"]
    assert [finding.place.path for finding in findings] == [
        f"data/{name}" for name in ("broken.yaml", "inside.yaml", "loop", "outside.yaml", "self.yaml", "up")
    ]
    assert {(finding.severity, finding.message) for finding in findings} == {("warning", "links are not followed")}


def test_the_folder_itself_may_be_a_link(tmp_path):
    put(tmp_path / "real", "people.yaml")
    (tmp_path / "data").symlink_to(tmp_path / "real")
    assert found(tmp_path / "data") == (["people.yaml"], [])


def test_a_pipe_is_not_opened(tmp_path):
    os.mkfifo(tmp_path / "people.yaml")
    files, [finding] = found(tmp_path)
    assert (files, finding.message) == ([], "this is not a file")
    [finding] = read_file(tmp_path / "people.yaml", "people.yaml", base=BASE, context={})
    assert isinstance(finding, Finding)


def test_a_file_name_that_is_no_text_can_be_shown(tmp_path):
    path = os.fsencode(tmp_path) + b"/caf\xe9.xlsx"
    Path(os.fsdecode(path)).touch()
    [finding] = find_files(tmp_path, root=tmp_path)
    assert str(finding).encode().startswith("caf\ufffd.xlsx:1:1: warning".encode())


def without_rights():
    """Gives up the rights of root, if this is root; whether that could be done (not in a user namespace)."""
    try:
        if os.geteuid() == 0:
            os.setgid(65534)
            os.setuid(65534)
    except OSError:
        return False
    return True


def as_nobody(work):
    """What `work` gives in a process that has no rights but its own; None where root cannot give its rights up."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        status = 1
        try:
            with os.fdopen(writer, "w") as pipe:
                json.dump(work() if without_rights() else None, pipe)
            status = 0
        finally:
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        answer = pipe.read()
    assert os.waitpid(child, 0)[1] == 0
    return json.loads(answer)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # fork in a process with threads
def test_a_folder_and_a_file_without_permission_are_findings():
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        put(root, "data/closed/a.yaml", "data/closed.yaml", "data/open.yaml")
        root.chmod(0o755)
        (root / "data" / "closed").chmod(0)
        (root / "data" / "closed.yaml").chmod(0)

        def work():
            said = []
            for item in find_files(root / "data", root=root):
                if isinstance(item, Finding):
                    said.append(str(item))
                else:
                    said += [str(each) for each in read_file(item, shown_name(item, root), base=BASE, context={})]
            return said

        said = as_nobody(work)
        (root / "data" / "closed").chmod(0o755)
    if said is None:
        pytest.skip("root cannot give up its rights here")
    fix = "check that it is there and may be read"
    assert said[:2] == [
        f"data/closed:1:1: error: this cannot be read: permission denied; {fix}",
        f"data/closed.yaml:1:1: error: this cannot be read: permission denied; {fix}",
    ]
    assert len(said) == 3
    assert "person/ada" in said[2]


def test_each_format_is_read_by_its_reader(tmp_path):
    files = {
        "a.yaml": "- {id: person/ada, type: Person}\n",
        "b.ttl": "<person/ada> <http://x.org/p> 1 .",
        "c.jsonld": '{"@id": "person/ada", "http://x.org/p": 1}',
        "d.csv": "Id\nada\n",
        "d.mapping.yaml": "type: Person\nid: person/{Id}\n",
        "e.tsv": "Id\tName\nada\tAda\n",
        "e.mapping.yaml": "type: Person\nid: person/{Id}\ncolumns: {Name: name}\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    subjects = []
    for file in find_files(tmp_path, root=tmp_path):
        assert isinstance(file, Path)
        [item] = read_file(file, shown_name(file, tmp_path), base=BASE, context={})
        assert not isinstance(item, Finding)
        subjects.append(item.text("id") if isinstance(item, Mapping) else getattr(item[0].subject, "value", ""))
    assert subjects == ["person/ada", BASE + "person/ada", BASE + "person/ada", "person/ada", "person/ada"]


def test_a_csv_file_without_a_mapping_says_which_file_to_write(tmp_path):
    put(tmp_path / "data", "works.csv")
    [finding] = read_file(tmp_path / "data" / "works.csv", "data/works.csv", base=BASE, context={})
    assert str(finding) == (
        "data/works.csv:1:1: error: this CSV file has no mapping; "
        "write works.mapping.yaml beside it: which column stands for which key"
    )


def test_a_mistake_in_a_mapping_stands_in_the_mapping(tmp_path):
    put(tmp_path / "data", "works.csv")
    (tmp_path / "data" / "works.mapping.yaml").write_text("type: Work\nid: work/{A}\ncolumns: {B: titel}\n")
    [finding] = read_file(tmp_path / "data" / "works.csv", "data/works.csv", base=BASE, context={}, keys=["title"])
    assert str(finding) == ('data/works.mapping.yaml:3:14: error: there is no key "titel"; did you mean "title"?')


def test_only_a_readme_or_license_itself_is_passed_over_not_what_begins_like_one(tmp_path):
    put(
        tmp_path / "data",
        "README-people.yaml",
        "LICENSES.yaml",
        "READMEs/works.yaml",
        "passages.lock.yaml",
        "README.md",
    )
    assert found(tmp_path / "data") == (
        ["LICENSES.yaml", "README-people.yaml", "READMEs/works.yaml", "passages.lock.yaml"], [],
    )  # fmt: skip
