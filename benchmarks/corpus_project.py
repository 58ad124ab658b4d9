"""The corpus of works as a project with its build, made without the checks: for measuring a server."""

from __future__ import annotations

import json
import sys
from itertools import takewhile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.bench_corpus import CORPUS

from ipcgraph import __version__
from ipcgraph.bulk import load_quads
from ipcgraph.findings import Finding
from ipcgraph.headers import read_queries
from ipcgraph.manifest import COLUMNS, CURRENT, QUERIES, STORE, Manifest, identity, inputs_of, write_manifest
from ipcgraph.ontology import read_ontology
from ipcgraph.queries import dump_queries
from ipcgraph.settings import find_project
from ipcgraph.shipped import shipped_folder
from ipcgraph.sources.openalex import read_openalex

SETTINGS = 'name = "Corpus"\n[site]\nlicence = "CC0-1.0"\n'


def make_corpus_project(folder: Path, *, works: int = 0, settings: str = SETTINGS) -> Path:
    """Makes a project of the first works of the corpus, of all unless a number is given, where there is none yet.

    Its data folder is empty: the corpus is loaded straight into a build, which stands as if it were made of that.
    """
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "ipcgraph.toml").write_text(settings, encoding="utf-8")
    project = find_project(folder)
    build = project.build_folder / "build-corpus"
    if not (build / STORE).is_dir():
        build.mkdir(parents=True)
        ontology = (quad for quad, _ in read_ontology().statements)
        read = (item for item in read_openalex(CORPUS, CORPUS.name) if not isinstance(item, Finding))
        some = takewhile(lambda item: item[1].line <= works, read) if works else read
        quads = (quad for part in (ontology, (item[0] for item in some)) for quad in part)
        load_quads(quads, store=build / STORE, columns=build / COLUMNS)
        queries = read_queries([shipped_folder("queries")], root=None)
        (build / QUERIES).write_text(json.dumps(dump_queries(queries)), encoding="utf-8")
    link = project.build_folder / CURRENT
    link.unlink(missing_ok=True)
    link.symlink_to(build.name)
    figures = dict.fromkeys(("records", "statements", "derived", "warnings"), 0)
    write_manifest(Manifest(__version__, identity(project), inputs_of(project), figures), build)
    return folder


if __name__ == "__main__":
    print(make_corpus_project(Path(sys.argv[1]), works=int(sys.argv[2]) if len(sys.argv) > 2 else 0))
