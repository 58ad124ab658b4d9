"""OpenAlex in bulk: the same statements as from the reader, the same bytes in any number of processes, flat memory."""

import gzip
import itertools
import subprocess
import sys

import pytest
from tests.imports.openalex_records import author, statements, work, write
from tests.imports.reading import CORPUS, REAL, needs_samples

from ipcgraph.findings import Finding
from ipcgraph.imports import openalexranges, openalexsteps
from ipcgraph.imports.openalexbulk import write_openalex
from ipcgraph.sources.openalex import read_openalex
from ipcgraph.sources.openalexrecords import read_record

needs_corpus = pytest.mark.skipif(not CORPUS.is_file(), reason=f"the corpus of works is not at {CORPUS}")


def bulk(tmp_path, *paths, processes=1):
    target = tmp_path / f"graph-{processes}.nt"
    written = write_openalex(
        [(path, path.name) for path in paths], target, source="source/works", title="Works", processes=processes
    )
    return target, written


@needs_samples
def test_real_records_give_the_statements_of_the_reader(tmp_path):
    path = write(
        tmp_path / "works.jsonl",
        (REAL / "openalex" / "works.jsonl").read_text(encoding="utf-8").rstrip("\n").split("\n"),
    )
    target, written = bulk(tmp_path, path)
    ours = statements(target)
    theirs = {
        str(item[0].triple) for item in read_openalex(path, path.name, title="Works") if not isinstance(item, Finding)
    }
    theirs = {line for line in theirs if "/ns#fileName>" not in line}
    nameless = {line for line in ours ^ theirs if "w6945048743" in line}  # two authors without an id have a hash here
    assert ours ^ theirs == nameless
    assert written.works == 8
    assert written.lines == len(ours)


def test_one_person_has_one_name_in_however_many_parts(tmp_path):
    first = write(tmp_path / "a.jsonl", [work(1, author(1, "Ada Lovelace"), author(2))])
    second = write(
        tmp_path / "b.jsonl.gz", [work(2, author(1, "A. Lovelace", orcid="https://orcid.org/0000-0002-1825-0097"))]
    )
    target, written = bulk(tmp_path, first, second)
    said = {line for line in statements(target) if "person/a1>" in line.split(" ")[0]}
    assert len([line for line in said if "foaf/0.1/name" in line]) == 1
    assert any('alternateName> "A. Lovelace"' in line for line in said)
    assert any("0000-0002-1825-0097" in line for line in said)
    assert written.findings == ()


def test_any_number_of_processes_gives_the_same_bytes(tmp_path):
    parts = []
    for part in range(4):
        records = [work(part * 50 + n, author(n % 7, f"Name {n % 3}"), author(n % 11 + 100)) for n in range(50)]
        parts.append(write(tmp_path / f"part_{part}.gz", records))
    one, _ = bulk(tmp_path, *parts, processes=1)
    three, written = bulk(tmp_path, *parts, processes=3)
    assert one.read_bytes() == three.read_bytes()
    assert written.works == 200
    assert not list(tmp_path.glob(".openalex-*"))


def test_ranges_of_a_plain_file_cut_no_line(tmp_path, monkeypatch):
    path = write(tmp_path / "works.jsonl", [work(n, author(n % 5), title="x" * (n % 37)) for n in range(1, 301)])
    whole, _ = bulk(tmp_path, path)
    wanted = statements(whole)
    for size in (5_003, 20_000):
        monkeypatch.setattr(openalexranges, "RANGE", size)
        monkeypatch.setattr(openalexsteps, "ROWS", 20)
        target, written = bulk(tmp_path, path)
        assert (statements(target), written.works) == (wanted, 300)


def test_findings_stand_at_their_lines_in_the_whole_file(tmp_path, monkeypatch):
    monkeypatch.setattr(openalexranges, "RANGE", 3_000)
    records = [work(n, author(n)) for n in range(1, 41)]
    records[9], records[29] = '{"id": ', work(5, author(1), doi="nonsense")
    records[34] = work(35, author(35, orcid="0000-0002-1825-0098"))
    _, written = bulk(tmp_path, write(tmp_path / "works.jsonl", records))
    told = {(finding.place.line, finding.severity) for finding in written.findings}
    assert told == {(5, "warning"), (10, "error"), (30, "warning"), (35, "warning")}
    assert any("stands in these files again" in finding.message for finding in written.findings)
    assert written.works == 38


def test_of_two_records_of_a_work_the_later_one_is_read(tmp_path):
    old = write(
        tmp_path / "a.gz", [work(1, author(1), title="First"), work(2, author(2)), work(1, author(1), title="Second")]
    )
    new = write(tmp_path / "b.gz", [work(3, author(1)), work(1, author(1), author(3), title="Third")])
    target, written = bulk(tmp_path, old, new)
    titles = {line.split('"')[1] for line in statements(target) if "work/2020-w1>" in line and "title>" in line}
    assert titles == {"Third"}
    assert written.works == 3
    assert {(each.place.path, each.place.line) for each in written.findings} == {("a.gz", 1), ("a.gz", 3)}
    text = target.read_text(encoding="utf-8")
    assert len(text.splitlines()) == len(set(text.splitlines())) == written.lines


def test_a_damaged_part_costs_no_other(tmp_path):
    good = write(tmp_path / "a.gz", [work(n, author(n)) for n in range(1, 200)])
    bad = write(tmp_path / "b.gz", [work(n, author(n)) for n in range(200, 400)])
    bad.write_bytes(bad.read_bytes()[:-200])
    missing = tmp_path / "c.gz"
    _, written = bulk(tmp_path, good, bad, missing)
    assert 199 < written.works < 399
    errors = {finding.place.path for finding in written.findings if finding.severity == "error"}
    assert errors == {"b.gz", "c.gz"}


@needs_corpus
def test_both_readers_of_records_agree():
    from ipcgraph.sources.openalexstructs import read_fast

    def plain(record):
        listed = [each._replace(left_out=sorted(each.left_out)) for each in record.authorships]
        return record._replace(authorships=listed, left_out=sorted(record.left_out))

    with gzip.open(CORPUS) as file:
        lines = list(itertools.islice(file, 3_000))
    lines += list((REAL / "openalex" / "works.jsonl").read_bytes().splitlines(keepends=True))
    read = [(read_fast(line), line) for line in lines]
    assert sum(fast is not None for fast, _ in read) > len(lines) * 0.95
    assert all(plain(fast) == plain(read_record(line)) for fast, line in read if fast is not None)


def test_memory_does_not_grow_with_the_file(tmp_path):
    """A hundred times the records, each with people of its own, in no more than a quarter more memory."""
    script = (
        "import resource, sys; from pathlib import Path; from ipcgraph.imports.openalexbulk import write_openalex; p = Path(sys.argv[1]);"
        "write_openalex([(p, p.name)], p.with_suffix('.nt'), source='source/x', title='X');"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    used = []
    for count in (400, 40_000):
        path = write(
            tmp_path / f"works-{count}.jsonl",
            (work(n, author(2 * n, orcid=None), author(2 * n + 1)) for n in range(1, count)),
        )
        found = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True)
        used.append(int(found.stdout))
    assert used[1] < used[0] * 2.2  # what waits to be sorted is bounded; Python's own share is half of it
