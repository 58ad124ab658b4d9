"""What the tests of imports have in common: reading a file into entries and findings, and where the real samples are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ipcgraph.findings import Finding
from ipcgraph.imports import read_entries

HERE = Path(__file__).parent
INVENTED = HERE / "samples"
SHARED = Path(os.environ.get("IPCGRAPH_SHARED", HERE.parents[2] / "shared"))
REAL = SHARED / "samples"
CORPUS = SHARED / "corpora" / "acl-works.jsonl.gz"

needs_samples = pytest.mark.skipif(not REAL.is_dir(), reason=f"the samples of other projects are not at {REAL}")


def read(path, **options):
    """The entries and the findings of a file."""
    items = list(read_entries(Path(path), Path(path).name, **options))
    return [item for item in items if not isinstance(item, Finding)], [i for i in items if isinstance(i, Finding)]


def read_text(tmp_path, name, content, **options):
    """The entries and the findings of a file with this content, as text in UTF-8 or as bytes."""
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(path, **options)


def one(tmp_path, name, content, **options):
    """The only entry of a file that has no finding."""
    entries, findings = read_text(tmp_path, name, content, **options)
    assert not findings
    (entry,) = entries
    return entry


def names(entry):
    """The authors of a work, family name first."""
    return [(each.name.family, each.name.given) for each in entry.contributors]


def lost(entry):
    """What an entry loses, by field."""
    return {each.field: each.value for each in entry.lost}
