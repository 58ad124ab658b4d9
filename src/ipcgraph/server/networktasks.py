"""What worker processes do with networks: make one, measure it, and write the file that is wanted."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from functools import lru_cache, wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple, ParamSpec, TypeVar, cast

from ipcgraph.errors import MissingExtraError, UsageError
from ipcgraph.manifest import COLUMNS
from ipcgraph.networkoptions import GROWING, MEASURING, OPTIONS, command_words, read_options
from ipcgraph.server.networkfiles import network_files, titles
from ipcgraph.server.outcomes import Refused, RefusedError
from ipcgraph.server.querytasks import bound, entity_columns
from ipcgraph.settings import Settings
from ipcgraph.vocabulary import expand

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import networkx as nx

    from ipcgraph.exports import Period, Prepared
    from ipcgraph.networks import Kind, OptionValues
    from ipcgraph.server.networkfiles import NetworkFile
    from ipcgraph.server.output import Output
    from ipcgraph.server.tasks import Opened

_Given = ParamSpec("_Given")
_Made = TypeVar("_Made")

EMPTY: Final = "nothing is left of this network, and most tools refuse a file without nodes; its README (.zip) says why"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The time of all files in an archive: the same network gives the same bytes."""


def _as_asked(function: Callable[_Given, _Made]) -> Callable[_Given, _Made]:
    """The function, which refuses what cannot be meant so in the words of a web address: `from` for `--from`."""

    @wraps(function)
    def run(*arguments: _Given.args, **named: _Given.kwargs) -> _Made:
        try:
            return function(*arguments, **named)
        except MissingExtraError as error:
            raise RefusedError(Refused(501, str(error))) from error
        except UsageError as error:
            raise RefusedError(Refused(400, _WORD.sub(r"\1", str(error)))) from error

    return run


_WORD: Final = re.compile(rf"--({'|'.join(option.written for option in (*OPTIONS, *MEASURING, *GROWING))})\b")


@_as_asked
def network(
    opened: Opened,
    output: Output,
    *,
    store: str,
    kind: str,
    ending: str,
    given: Sequence[tuple[str, str]],
    base: str,
    settings: Mapping[str, Any] | None = None,
) -> tuple[str, Mapping[str, object]]:
    """Writes one file of a network of the build that the store is in; `given` are the options as they were asked.

    Said besides: the sentences of what it has, and what was left out. `settings` are those of the project, for a
    bundle, which says where it comes from.
    """
    del opened
    wanted = network_files()[ending]
    chosen = _chosen(store, kind, given, base)
    if wanted.sort == "growth":
        return wanted.media_type, _write_growth(output, chosen, wanted)
    graph = _measured(chosen)
    said = _said(graph)
    if wanted.sort == "table":
        _write_table(output, graph, wanted, base)
        return wanted.media_type, said
    if wanted.sort != "bundle" and not graph:
        raise RefusedError(Refused(404, EMPTY))
    with TemporaryDirectory(prefix="ipcgraph-") as name:
        folder = Path(name)
        if wanted.sort == "bundle":
            _write_bundle(chosen, folder, settings or {}, command_words(kind, given))
        else:
            panels = _panels(chosen) if wanted.file_format == "periods" else None
            _write_files(_prepared(chosen), folder / kind, wanted, panels)
        _hand_over(folder, kind, wanted, output)
    return wanted.media_type, said


@_as_asked
def network_facts(
    opened: Opened, output: Output, *, store: str, kind: str, given: Sequence[tuple[str, str]], base: str
) -> str:
    """Writes, as JSON, what a page says of a network before it is drawn: its sentences, nodes and links."""
    del opened
    graph = _measured(_chosen(store, kind, given, base))
    told = {**_said(graph), "nodes": len(graph), "links": graph.number_of_edges(), "titles": titles()}
    output.write(json.dumps(told, ensure_ascii=False).encode())
    return "application/json"


def query_network(
    opened: Opened,
    output: Output,
    *,
    store: str,
    ending: str,
    title: str,
    base: str,
    text: str = "",
    query: Mapping[str, object] | None = None,
    values: Mapping[str, str] | None = None,
) -> tuple[str, Mapping[str, object]]:
    """Writes the network of an answer with two columns of things: of a query, or of a saved one with its values."""
    from ipcgraph.networks import MEASURES, measure
    from ipcgraph.queries import check_query, load_queries
    from ipcgraph.server.answernetworks import network_of_answer

    wanted = network_files()[ending]
    embedded = opened.embedded(store)
    if query is not None:
        text = bound(load_queries([query])[str(query["name"])], values or {}, embedded, store, base=base)
    else:
        check_query(text)
    graph = network_of_answer(embedded.query(text), embedded, title=title, base=base, columns_of=entity_columns)
    graph = measure(graph, measures=MEASURES, copy=False)
    from ipcgraph.exports import prepare

    with TemporaryDirectory(prefix="ipcgraph-") as name:
        _write_files(prepare(graph), Path(name) / "answer", wanted, None)
        _hand_over(Path(name), "answer", wanted, output)
    return wanted.media_type, _said(graph)


class _Chosen(NamedTuple):
    """A network that is wanted: of which columns and of which kind, with which options."""

    columns: Path
    kind: Kind
    given: tuple[tuple[str, str], ...]
    base: str

    def values(self) -> Mapping[str, Any]:
        return read_options(self.given, (*OPTIONS, *MEASURING, *GROWING))

    def options(self) -> OptionValues:
        """The options of the network, with whole IRIs where ids may be short."""
        names = {option.name for option in OPTIONS}
        whole = {name: value for name, value in self.values().items() if name in names}
        for name in ("initiative", "members_of"):
            if name in whole:
                whole[name] = expand(whole[name], base=self.base).value
        return cast("OptionValues", whole)


def _chosen(store: str, kind: str, given: Sequence[Sequence[str]], base: str) -> _Chosen:
    return _Chosen(Path(store).parent / COLUMNS, cast("Kind", kind), tuple((word, text) for word, text in given), base)


# A page asks for a network, then for its picture, and its reader for files of it: they are made of one.
@lru_cache(2)
def _measured(chosen: _Chosen) -> nx.Graph[str]:
    """The network, measured, as the command line makes it."""
    from ipcgraph import networks
    from ipcgraph.columns import read_columns

    options, values = chosen.options(), chosen.values()
    named = values.get("measures")
    names = networks.chosen_measures(networks.MEASURES if named is None else tuple(str(named).split(",")))
    networks.Options(**options).check(chosen.kind)
    communities = cast("networks.Method", values.get("communities", "louvain"))
    networks.check_method(communities)
    made = networks.network(chosen.kind, read_columns(chosen.columns), **options)
    graph = networks.measure(made, measures=names, communities=communities, copy=False)
    if values.get("figures"):
        graph.graph["structure"] = networks.structure(graph).remarks()
    return graph


@lru_cache(2)
def _prepared(chosen: _Chosen) -> Prepared:
    """The network as a table, laid out."""
    from ipcgraph.exports import prepare

    return prepare(_measured(chosen))


def _panels(chosen: _Chosen) -> Sequence[Period]:
    from ipcgraph.columns import read_columns
    from ipcgraph.exports.pictures import periods

    window = chosen.values().get("window")
    return periods(chosen.kind, read_columns(chosen.columns), window=window, **chosen.options())


def _said(graph: nx.Graph[str]) -> dict[str, object]:
    """What the command line says of a network: its sentences, and what is left out, by itself."""
    from ipcgraph.networks import figures

    found = figures(graph)
    left_out = next((text for name, text in found.remarks if name == "Left out"), "")
    return {"sentences": list(found.sentences()), "left_out": left_out}


def _write_table(output: Output, graph: nx.Graph[str], wanted: NetworkFile, base: str) -> None:
    from ipcgraph.networks import node_table
    from ipcgraph.tables import write_table

    text = io.StringIO(newline="")
    write_table(node_table(graph), text, wanted.file_format, base=base)
    output.write(text.getvalue().encode())


def _write_growth(output: Output, chosen: _Chosen, wanted: NetworkFile) -> Mapping[str, object]:
    from ipcgraph import networks
    from ipcgraph.columns import read_columns
    from ipcgraph.tables import write_table

    options = networks.Options(**chosen.options())
    options.check(chosen.kind)
    window = chosen.values().get("window", 1)
    grown = networks.growth(chosen.kind, read_columns(chosen.columns), options, window=window)
    text = io.StringIO(newline="")
    write_table(grown.table, text, wanted.file_format, base=chosen.base)
    output.write(text.getvalue().encode())
    left_out = next((said for name, said in grown.remarks if name == "Left out"), "")
    return {"sentences": [f"{name}: {said}" for name, said in grown.remarks], "left_out": left_out}


def _write_files(prepared: Prepared, path: Path, wanted: NetworkFile, panels: Sequence[Period] | None) -> None:
    from ipcgraph.exports.files import write_files
    from ipcgraph.media import format_named

    chosen = format_named(wanted.file_format)
    table, look = prepared
    write_files(table, look, path.with_name(path.name + chosen.suffixes[0]), chosen, periods=panels)


def _write_bundle(chosen: _Chosen, folder: Path, settings: Mapping[str, Any], command: str) -> None:
    from ipcgraph.exports import provenance_of, write_bundle

    paths = {name: Path(settings[name]) if settings[name] else None for name in ("root", "file")}
    whole = Settings(**{**settings, **paths})
    origin = provenance_of(whole, command=command)
    write_bundle(_measured(chosen), folder, provenance=origin, prepared=_prepared(chosen))


def _hand_over(folder: Path, name: str, wanted: NetworkFile, output: Output) -> None:
    """The file that is wanted, of those in the folder, or all of them packed."""
    if wanted.sort == "file":
        ending = wanted.ending
        path = folder / f"{name}{ending}"
        if not path.is_file():  # such as .gv, which is the same as .dot
            path = next(iter(sorted(folder.iterdir())))
        with path.open("rb") as file:
            shutil.copyfileobj(file, cast("BinaryIO", output))
        return
    with zipfile.ZipFile(cast("BinaryIO", output), "w", zipfile.ZIP_DEFLATED) as packed:  # written from start to end
        for path in sorted(folder.iterdir()):
            entry = zipfile.ZipInfo(path.name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, path.read_bytes())
