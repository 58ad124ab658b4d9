"""Records from YAML: text with places, and every power of YAML that a record does not need refused at its line."""

import subprocess
import sys

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ipcgraph.findings import Finding
from ipcgraph.records import Mapping, Scalar, Sequence
from ipcgraph.sources.yaml import parse_yaml, read_yaml

PARSERS = (yaml.CSafeLoader, yaml.SafeLoader) if yaml.__with_libyaml__ else (yaml.SafeLoader,)


@pytest.fixture(params=PARSERS, ids=lambda parser: parser.__name__)
def read(request):
    """Records and findings of a text, with each of the two parsers of PyYAML."""

    def read_text(text):
        items = list(parse_yaml(text, "people.yaml", parser=request.param))
        return [i for i in items if isinstance(i, Mapping)], [i for i in items if isinstance(i, Finding)]

    return read_text


def written(node):
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [written(item) for item in node.items]
    return {key.text: written(value) for key, value in node.entries}


def places(node):
    if isinstance(node, Scalar):
        yield node.text, (node.place.line, node.place.column)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from places(item)
    else:
        for key, value in node.entries:
            yield from places(key)
            yield from places(value)


def refused(file):
    items = list(read_yaml(file, file.name))
    assert all(isinstance(item, Finding) for item in items)
    return [item for item in items if isinstance(item, Finding)]


def at(finding):
    return finding.place.line, finding.place.column


RECORDS = """\
# people
- id: person/ada
  type: Person
  name: "Ada Lovelace"
  roles:
    - {role: director, at: center/one, start: 1840}
    - role: coordinator
      summary: >-
        two
        lines
- {id: person/é, type: Person, name: É}
"""


def test_records_are_read_with_the_place_of_every_key_and_value(read):
    records, findings = read(RECORDS)
    assert not findings
    assert [written(record) for record in records] == [
        {
            "id": "person/ada",
            "type": "Person",
            "name": "Ada Lovelace",
            "roles": [
                {"role": "director", "at": "center/one", "start": "1840"},
                {"role": "coordinator", "summary": "two lines"},
            ],
        },
        {"id": "person/é", "type": "Person", "name": "É"},
    ]
    assert list(places(records[0])) == [
        ("id", (2, 3)), ("person/ada", (2, 7)), ("type", (3, 3)), ("Person", (3, 9)), ("name", (4, 3)),
        ("Ada Lovelace", (4, 9)), ("roles", (5, 3)), ("role", (6, 8)), ("director", (6, 14)), ("at", (6, 24)),
        ("center/one", (6, 28)), ("start", (6, 40)), ("1840", (6, 47)), ("role", (7, 7)), ("coordinator", (7, 13)),
        ("summary", (8, 7)), ("two lines", (8, 16)),
    ]  # fmt: skip
    assert list(places(records[1])) == [
        ("id", (11, 4)), ("person/é", (11, 8)), ("type", (11, 18)), ("Person", (11, 24)), ("name", (11, 32)),
        ("É", (11, 38)),
    ]  # fmt: skip
    assert [str(record.place) for record in records] == ["people.yaml:2:3", "people.yaml:11:4"]


@pytest.mark.parametrize(
    "text", ["NO", "no", "on", "true", "null", "~", "1:20", "0123", "1.10", "1e3", "0x1F", "2021-02-30", "2021-01-01",
             "=", ".inf", "9" * 5000]
)  # fmt: skip
def test_every_scalar_stays_the_text_it_is(read, text):
    records, findings = read(f"- {{id: {text}}}\n- id: '{text}'\n- id: {text}\n")
    assert [record.text("id") for record in records] == [text] * 3
    assert not findings


def test_one_mapping_several_documents_and_nothing_are_read(read):
    assert [written(r) for r in read("id: person/ada\n")[0]] == [{"id": "person/ada"}]
    records, findings = read("- id: a\n---\nid: b\n---\n---\n- id: c\n")
    assert [record.text("id") for record in records] == ["a", "b", "c"]
    assert not findings
    for empty in ("", "# nothing\n", "---\n", "[]\n"):
        assert read(empty) == ([], [])


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("- id: a\n  name: *x\n", (2, 9), "the alias *x repeats a value from elsewhere"),
        ("- id: a\n  name: &x Ada\n", (2, 9), "the anchor &x has no use here"),
        ("- id: a\n  name: !!str Ada\n", (2, 9), "the tag !!str has no use here"),
        ("- id: a\n  name: !!python/object/apply:os.system [ls]\n", (2, 9), "the tag !!python/object/apply:os.system"),
        ("- id: a\n  <<: {name: Ada}\n", (2, 3), "the merge key << copies values from elsewhere"),
        ("- id: a\n  name: Ada\n  name: Eve\n", (3, 3), "the key name already stands on line 2"),
        ("- id: a\n  name:\n", (2, 3), "name has no value"),
        ("- id: a\n  name: ''\n", (2, 3), "name has no value"),
        ("- id: a\n  authors: [b, '']\n", (2, 16), "this list item has no value"),
        ("- id: a\n  [b]: c\n", (2, 3), "a key must be a word"),
        ("- {id: a, '': c}\n", (1, 11), "this value has no key"),
        ("- just text\n", (1, 3), "this is not a record"),
        ("- - id: a\n", (1, 3), "this is not a record"),
        ("just text\n", (1, 1), "this is not a record"),
        ('- id: a\n  name: "A\\0da"\n', (2, 9), "the control character U+0000 cannot stand in text"),
        ("- id: a\n  name: A\u2028da\n", (2, 10), "the invisible line separator U+2028 cannot stand here"),
    ],
)
def test_what_a_record_may_not_hold_is_a_finding_at_its_place(read, text, place, message):
    findings = read(text)[1]
    assert [at(finding) for finding in findings if finding.message.startswith(message)] == [place]
    assert all(finding.severity == "error" and finding.fix for finding in findings)


def test_a_refused_value_leaves_the_rest_of_its_record_and_the_records_after_it(read):
    records, findings = read("- id: a\n  name:\n  name: x\n  type: !!str Person\n  topic: &t [*t, topic/b]\n- id: b\n")
    assert [written(r) for r in records] == [{"id": "a", "type": "Person", "topic": ["topic/b"]}, {"id": "b"}]
    assert [at(finding) for finding in findings] == [(2, 3), (3, 3), (4, 9), (5, 10), (5, 14)]


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("- id: a\n- id: b\n  title: Work: a study\n", (3, 14), "a second colon"),
        ("- id: a\n- id: b\n  title: 'Work\n- id: c\n", (3, 10), "this quoted text is not closed"),
        ("- id: a\n- id: b\n  authors: [c, d\n  title: e\n", (3, 12), "this list is not closed"),
        ("- id: a\n- {id: b, title: e\n- id: c\n", (2, 3), "this mapping is not closed"),
        ("- id: a\n- id: b\n title: e\n", (3, 2), "does not fit"),
        ("- id: a\n- id: b\n   title: e\n", (3, 9), "a second colon"),
        ("- id: a\n- id: b\n  title\n- id: c\n", (3, 3), "a key without a colon"),
        ("- id: a\n- id: @b\n", (2, 7), "this character cannot start a value"),
        ("- id: a\n- id: *\n", (2, 8), "an anchor or alias stands here"),
        ("- id: a\n- id: b\n  title: 'x' y\n", (3, 14), "does not fit"),
        ("- id: a\n- id: - b\n", (2, 7), "a list cannot start on this line"),
    ],
)
def test_a_syntax_error_is_said_in_plain_words_and_hides_no_record_before_it(read, text, place, words):
    records, findings = read(text)
    assert records[0].text("id") == "a"
    assert [(at(finding), words in finding.message) for finding in findings] == [(place, True)]
    assert "scanning" not in findings[0].message
    assert "parsing" not in findings[0].message


@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.__name__)
@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", "- a:\n  - b: ["])
def test_a_million_levels_are_one_finding_in_a_process_that_lives(opening, parser):
    program = (
        "import sys, yaml\n"
        "from ipcgraph.sources.yaml import parse_yaml\n"
        f"items = list(parse_yaml({opening!r} * 1_000_000, 'deep.yaml', parser=yaml.{parser.__name__}))\n"
        "print(len(items), items[-1].message)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1 ")


def test_fifty_levels_are_the_limit(read):
    records, findings = read("- a: " + "[" * 47 + "x" + "]" * 47)
    assert (len(records), findings) == (1, [])
    records, findings = read("- id: a\n- a: " + "[" * 50 + "x" + "]" * 50)
    assert [record.text("id") for record in records] == ["a"]
    assert [finding.message for finding in findings] == ["lists and mappings stand more than 50 deep in each other"]


def test_an_alias_bomb_and_a_merge_bomb_cost_nothing(read):
    bomb = "- a0: &a0 x\n" + "".join(f"- a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    records, findings = read(bomb)
    assert len(records) == 30
    assert sum("alias" in finding.message for finding in findings) == 9 * 29
    merge = "- &m0 {a: b}\n" + "".join(f"- &m{n} {{<<: [{', '.join([f'*m{n - 1}'] * 9)}]}}\n" for n in range(1, 30))
    records, findings = read(merge)
    assert [written(record) for record in records] == [{"a": "b"}, *([{}] * 29)]
    assert sum("merge key" in finding.message for finding in findings) == 29


def test_a_file_that_is_not_utf_8_is_named_with_line_and_byte(tmp_path):
    file = tmp_path / "people.yaml"
    file.write_bytes("- id: person/ada\n  name: Édouard Ñ".encode() + b"\xe9\n")
    [finding] = read_yaml(file, "data/people.yaml")
    assert str(finding) == (
        "data/people.yaml:2:18: error: this is not UTF-8 text: byte 0xE9 on line 2; save the file with the encoding UTF-8"
    )
    file.write_text("- id: person/ada\n", encoding="utf-16")
    [finding] = read_yaml(file, "data/people.yaml")
    assert (finding.place.line, finding.place.column) == (1, 1)


def test_a_byte_order_mark_is_passed_over(tmp_path):
    file = tmp_path / "people.yaml"
    file.write_text("- id: person/ada\n", encoding="utf-8-sig")
    [record] = read_yaml(file, "people.yaml")
    assert list(places(record)) == [("id", (1, 3)), ("person/ada", (1, 7))]


def test_windows_line_ends_count_once(tmp_path):
    file = tmp_path / "people.yaml"
    file.write_bytes(b"- id: a\r\n  name: b\r\n- id: c\r\n")
    assert [str(record.place) for record in read_yaml(file, "p")] == ["p:1:3", "p:3:3"]


@pytest.mark.parametrize(
    ("character", "code"), [("\x00", "0000"), ("\x0b", "000B"), ("\x1b", "001B"), ("\x7f", "007F")]
)
def test_control_characters_are_refused_at_their_place(tmp_path, character, code):
    file = tmp_path / "people.yaml"
    file.write_text(f"- id: a\n  name: A{character}da\n", encoding="utf-8")
    [finding] = read_yaml(file, "people.yaml")
    assert str(finding) == f"people.yaml:2:10: error: the control character U+{code} cannot stand in text; delete it"


def test_a_file_that_is_missing_a_folder_or_too_large_is_a_finding(tmp_path):
    [missing] = refused(tmp_path / "none.yaml")
    assert missing.message == "this cannot be read: no such file or directory"
    [folder] = refused(tmp_path)
    assert folder.message == "this is not a file"
    large = tmp_path / "large.yaml"
    with large.open("wb") as file:
        file.truncate(64 * 1024 * 1024 + 1)
    [finding] = refused(large)
    assert finding.message == "the file is larger than 64 MiB"


YAML_PIECES = st.lists(
    st.sampled_from(["- ", "\n", "  ", "id: a", "[", "]", "{", "}", ",", ": ", "'", '"', "&a ", "*a", "!!x ", "<<: ", "|\n",
                     "? ", "#", "---\n", "%YAML 1.1\n", "\t", "\\", "\x85", "é", "\ufeff", "~", "...\n", "`"])
    | st.text(max_size=3),
    max_size=25,
).map("".join)  # fmt: skip


@settings(max_examples=250, derandomize=True, deadline=None, database=None)
@given(text=YAML_PIECES)
def test_no_text_makes_the_reader_raise(text):
    for parser in PARSERS:
        for item in parse_yaml(text, "any.yaml", parser=parser):
            assert isinstance(item, Mapping | Finding)
            assert 1 <= item.place.line <= text.count("\n") + text.count("\r") + 2


@settings(max_examples=100, derandomize=True, deadline=None, database=None)
@given(
    st.recursive(
        st.text(min_size=1, max_size=12, alphabet=st.characters(exclude_categories=["Cc", "Cs"],
                exclude_characters="\u2028\u2029\ufffe\uffff")),
        lambda inner: st.lists(inner, min_size=1, max_size=4)
        | st.dictionaries(st.text("abcdefg", min_size=1), inner, min_size=1, max_size=4),
        max_leaves=12,
    )
)  # fmt: skip
def test_what_pyyaml_writes_is_read_back(value):
    text = yaml.safe_dump([{"id": value}], allow_unicode=True, default_style='"')
    [record] = parse_yaml(text, "any.yaml")
    assert isinstance(record, Mapping)
    assert written(record) == {"id": value}


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        ("- {id: work/x, type: Work}\n- id: work/y\n  title: Foreign #1 Direct\n", True),
        ("- id: work/y\n  title: Foreign    # as printed\n", False),
        ("- id: work/y\n  title: 'Foreign' #1 Direct\n", False),
        ("- id: work/y\n  title: Foreign#1 Direct\n", False),
    ],
)
def test_a_text_that_ends_in_a_comment_without_a_blank_is_doubtful(tmp_path, text, warned):
    file = tmp_path / "works.yaml"
    file.write_text(text, encoding="utf-8")
    found = [item for item in read_yaml(file, "works.yaml") if isinstance(item, Finding)]
    assert [(f.severity, f.place.line) for f in found] == ([("warning", 3)] if warned else [])
