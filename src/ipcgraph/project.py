"""A built project in use: its graph brought up to date, its saved queries, its networks and explanations."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Unpack

from pyoxigraph import DefaultGraph

from ipcgraph.builds import Notice, build, fresh_build, silent, tell_of_changes
from ipcgraph.errors import ProjectError, UsageError
from ipcgraph.files import read_regular
from ipcgraph.manifest import COLUMNS, QUERIES, STORE, read_manifest
from ipcgraph.parameters import Value
from ipcgraph.queries import Query, check_query, load_queries, run
from ipcgraph.settings import Settings
from ipcgraph.shipped import shipped_folder
from ipcgraph.spelling import nearest
from ipcgraph.store.embedded import EmbeddedStore
from ipcgraph.vocabulary import DEFAULT_BASE, PREFIXES, expand

if TYPE_CHECKING:
    import networkx as nx
    import rdflib

    from ipcgraph.columns import Columns
    from ipcgraph.explaining import Explained
    from ipcgraph.exports.pictures import Period
    from ipcgraph.findings import Report
    from ipcgraph.networks import Growth, Kind, Method, OptionValues
    from ipcgraph.publish.profiles.losses import LossReport
    from ipcgraph.publish.reading import Reading
    from ipcgraph.publish.site import Published
    from ipcgraph.store import Store
    from ipcgraph.tables import Answer

__all__ = [
    "TIMEOUT", "Asked", "Notice", "asked", "build", "check_store", "explain", "export_profile", "find_query",
    "fresh_build", "growth", "loss_report", "network", "periods", "query", "serve", "silent", "site", "sparql",
    "to_rdflib",
]  # fmt: skip

TIMEOUT: Final = 60.0
"""Seconds that a remote store has for one answer."""


class Asked(NamedTuple):
    """What questions go to: a project's build, the store that its settings name, or a remote endpoint."""

    settings: Settings | None
    build: Path | None
    endpoint: str | None
    timeout: float

    @property
    def base(self) -> str:
        return self.settings.base if self.settings else DEFAULT_BASE

    @property
    def columns(self) -> Path | None:
        """The columns of the build, from which saved queries on the whole of a large graph are answered."""
        return self.build / COLUMNS if self.build is not None else None

    def queries(self) -> Mapping[str, Query]:
        """The saved queries by name, sorted: those that come with ipcgraph and the project's own."""
        if self.build is not None:
            try:
                return load_queries(json.loads(read_regular(self.build / QUERIES)))
            except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
                remedy = "run: ipcgraph build --force"
                raise ProjectError(f"{self.build / QUERIES} cannot be read ({error}); {remedy}") from error
        from ipcgraph.headers import read_queries

        own = [self.settings.root / self.settings.queries] if self.settings else []
        return read_queries([shipped_folder("queries"), *own], root=self.settings.root if self.settings else None)

    def store(self) -> Store:
        """The store, opened to be read."""
        if self.build is not None:
            return EmbeddedStore.open(self.build / STORE)
        if self.endpoint is None and self.settings is not None:
            from ipcgraph.store.connecting import connect

            return connect(self.settings, timeout=self.timeout)
        from ipcgraph.store.remote import RemoteStore

        return RemoteStore(self.endpoint or "", timeout=self.timeout or TIMEOUT)

    def tell_if_empty(self, store: Store, notice: Notice) -> None:
        """Says so where the graph has no statement at all, in a store that the settings name: it may be another."""
        from ipcgraph.store.connecting import EMPTY, is_empty

        if self.build is None and self.endpoint is None and self.settings is not None and is_empty(store):
            notice(f"{self.settings.stored} {EMPTY}")


def asked(
    settings: Settings | None, *, endpoint: str | None = None, timeout: float = 0, notice: Notice = silent
) -> Asked:
    """What questions go to: the project's graph, built first where files have changed, or a SPARQL 1.1 server.

    With `endpoint` no graph is built and no project needed; each request may take `timeout` seconds, else those of
    the settings. Where the settings name a store it is asked as it is, and a notice says if files have changed.
    """
    if endpoint is not None:
        return Asked(settings, None, endpoint, timeout)
    if settings is None:
        raise UsageError("there is neither a project nor an endpoint to ask")
    if settings.store:
        tell_of_changes(settings, notice)
        return Asked(settings, None, None, timeout)
    return Asked(settings, fresh_build(settings, notice=notice), None, timeout)


def query(
    name: str,
    settings: Settings | None = None,
    /,
    *,
    endpoint: str | None = None,
    timeout: float = 0,
    notice: Notice = silent,
    **parameters: Value,
) -> Answer:
    """What a saved query answers on the project's graph, or at a SPARQL endpoint; its parameters are given by name.

    Raises UsageError for an unknown query or a parameter that is missing or wrong, with the query's usage.
    """
    target = asked(settings, endpoint=endpoint, timeout=timeout, notice=notice)
    found = find_query(target.queries(), name)
    with target.store() as store:
        return run(found, store, parameters, base=target.base, columns=target.columns)


def sparql(
    text: str,
    settings: Settings | None = None,
    /,
    *,
    endpoint: str | None = None,
    timeout: float = 0,
    notice: Notice = silent,
) -> Answer:
    """What any SPARQL query answers on the project's graph, or at a SPARQL endpoint.

    Raises QueryError, with line and column, for what is not SPARQL or asks for something outside the graph.
    """
    check_query(text)
    with asked(settings, endpoint=endpoint, timeout=timeout, notice=notice).store() as store:
        return store.query(text)


def to_rdflib(settings: Settings, *, notice: Notice = silent) -> rdflib.Graph:
    """The project's graph as an rdflib.Graph in memory: the data, what was derived, the ontology and its schemes."""
    import rdflib

    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    with EmbeddedStore.open(fresh_build(settings, notice=notice) / STORE) as store:
        lines = (
            f"{quad.subject} {quad.predicate} {quad.object} .\n"
            for quad in store.dump()
            if quad.graph_name == DefaultGraph()
        )
        return graph.parse(data="".join(lines), format="nt")


def find_query(queries: Mapping[str, Query], name: str) -> Query:
    """The query of this name; raises UsageError with the nearest one."""
    if name in queries:
        return queries[name]
    near = nearest(name, queries)
    remedy = f'did you mean "{near}"?' if near else "ipcgraph query lists them"
    raise UsageError(f'there is no saved query "{name}"; {remedy}')


def network(
    kind: Kind,
    settings: Settings,
    *,
    notice: Notice = silent,
    measures: Iterable[str] | None = None,
    communities: Method = "louvain",
    structure: bool = False,
    **options: Unpack[OptionValues],
) -> nx.Graph[str]:
    """The network of the project's graph, measured: a networkx.Graph whose attributes `ipcgraph.networks` lists.

    The options are those of `ipcgraph.networks.Options`; ids may be short, as in `center/ipc`. `measures` names what
    nodes are measured by, MEASURES unless given, or `all`; `communities` says how those are found, by `louvain` or
    `leiden` (MissingExtraError without the extra `fast`); with `structure` the graph attribute of that name has the
    figures of the whole.
    """
    from ipcgraph import networks

    names = networks.chosen_measures(networks.MEASURES if measures is None else measures)
    chosen = _expanded(options, settings)
    networks.Options(**chosen).check(kind)
    networks.check_method(communities)
    made = networks.network(kind, _columns(settings, notice), **chosen)
    graph = networks.measure(made, measures=names, communities=communities, copy=False)
    if structure:
        graph.graph["structure"] = networks.structure(graph).remarks()
    return graph


def growth(
    kind: Kind, settings: Settings, *, notice: Notice = silent, window: int = 1, **options: Unpack[OptionValues]
) -> Growth:
    """How a network of works of the project's graph grows by year, or by windows of so many years.

    The options are those of `network`. `table` has a row for each year or window, `remarks` what is left out.
    """
    from ipcgraph import networks

    chosen = networks.Options(**_expanded(options, settings))
    chosen.check(kind)
    return networks.growth(kind, _columns(settings, notice), chosen, window=window)


def periods(
    kind: Kind,
    settings: Settings,
    *,
    notice: Notice = silent,
    window: int | None = None,
    **options: Unpack[OptionValues],
) -> tuple[Period, ...]:
    """A network of works by windows of so many years, for `export(graph, "X.periods.svg", periods=…)`.

    The options are those of `network`; without `window` there are up to six of one length.
    """
    from ipcgraph.exports import pictures

    return pictures.periods(kind, _columns(settings, notice), window=window, **_expanded(options, settings))


def _origin(settings: Settings, build: Path) -> str:
    """The address of the store that a build was read from; empty for one that was built here."""
    return "" if read_manifest(build).inputs else settings.store


def _columns(settings: Settings, notice: Notice) -> Columns:
    from ipcgraph.columns import read_columns

    return read_columns(fresh_build(settings, notice=notice) / COLUMNS)


def _expanded(options: OptionValues, settings: Settings) -> OptionValues:
    """The options with whole IRIs where ids may be short."""
    whole = options.copy()
    if initiative := options.get("initiative"):
        whole["initiative"] = expand(initiative, base=settings.base).value
    if center := options.get("members_of"):
        whole["members_of"] = expand(center, base=settings.base).value
    return whole


def explain(thing: str, settings: Settings, *, notice: Notice = silent) -> tuple[Explained, ...]:
    """Why each statement about a thing is in the graph: its line or rule, and the passages that it rests on.

    Raises UsageError, with the nearest id, where nothing is said of the thing.
    """
    from ipcgraph import explaining

    build = fresh_build(settings, notice=notice)
    iri = explaining.read_thing(thing, base=settings.base)
    with EmbeddedStore.open(build / STORE) as store:
        explained = explaining.explain(store, build, iri, base=settings.base, origin=_origin(settings, build))
        if not explained:
            near = explaining.nearest_thing(store, iri, base=settings.base)
            remedy = f"did you mean {near}?" if near else "ipcgraph query lists ways to find it"
            raise UsageError(f"nothing is said of {thing}; {remedy}")
    return explained


def check_store(settings: Settings, *, notice: Notice = silent) -> Report:
    """What is wrong in the graph that the project's store holds, each finding with its thing in place of a line.

    Raises UsageError where the settings name no store.
    """
    if not settings.store:
        raise UsageError("the settings of the project name no store; ipcgraph check looks into its files")
    from ipcgraph.storecheck import check_build

    return check_build(fresh_build(settings, notice=notice), settings, notice=notice)


def site(
    settings: Settings,
    out: Path | str,
    *,
    address: str | None = None,
    force: bool = False,
    environment: Mapping[str, str] | None = None,
    notice: Notice = silent,
    progress: Callable[[int, int], None] | None = None,
) -> Published:
    """Writes the project's graph as a site of pages and data into a folder; does nothing where it is there already.

    What the site is called, its web address, licence and looks come from the table `[site]` of the settings;
    `address` and `IPCGRAPH_SITE_…` in `environment` come before. `progress` is told how many things of how many are
    written. Raises UsageError where the folder holds anything but a site that was written so: it is left as it is.
    """
    from ipcgraph.publish.configuration import read_configuration
    from ipcgraph.publish.site import nobody, write_site

    configuration = read_configuration(settings, environment=environment, address=address)
    if not configuration.licence:
        notice("the site names no licence, so that nobody knows what its data may be used for: set licence in [site]")
    build = fresh_build(settings, notice=notice)
    return write_site(settings, build / STORE, Path(out), configuration, force=force, progress=progress or nobody)


def serve(
    settings: Settings,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    root_path: str = "",
    address: str | None = None,
    workers: int | None = None,
    log: str = "text",
    environment: Mapping[str, str] | None = None,
    notice: Notice = silent,
) -> None:
    """Serves the project's graph over HTTP until the process is told to stop, and each new build as it is made.

    Pages and data are those of `site` with this `address`; without one it is that of host and port. What requests may
    use is in the table `[server]` of the settings. Raises MissingExtraError without the extra `server`.
    """
    from ipcgraph.publish.configuration import read_configuration
    from ipcgraph.server.limits import limits_with, read_limits
    from ipcgraph.server.serving import Listening, run

    configuration = read_configuration(settings, environment=environment, address=address)
    limits = limits_with(read_limits(settings, environment=environment), workers=workers)
    build = fresh_build(settings, notice=notice)
    listening = Listening(host, port, root_path, "json" if log == "json" else "text")
    run(settings, configuration, build, limits=limits, listening=listening, notice=notice)


def export_profile(
    profile: str,
    settings: Settings,
    output: Path | str | None = None,
    *,
    file_format: str = "",
    thing: str = "",
    notice: Notice = silent,
) -> int:
    """Writes the project's graph in a vocabulary that others read; gives the number of statements (SKG-IF: entities).

    The profiles are `native`, `schema`, `vivo`, `skg-if`, `foaf` and `bibo`; without `output` the file goes to standard
    output. The format is the one named, else that of the suffix, else Turtle. With `thing`, an id, only what is said of
    it and its parts. (Networks are written by `ipcgraph.exports.export`.) Raises UsageError where profile, format,
    thing and file do not fit each other.
    """
    from ipcgraph.publish.profiles.files import write_profile
    from ipcgraph.publish.profiles.profile import profile_named

    profile_named(profile)
    iri = expand(thing, base=settings.base).value if thing else ""
    with _reading(settings, notice) as reading:
        path = Path(output) if output is not None else None
        return write_profile(reading, profile, path, file_format=file_format, thing=iri)


def loss_report(profile: str, settings: Settings, *, notice: Notice = silent) -> LossReport:
    """Which facts of the project's graph do not survive when it is written in a profile and read back."""
    from ipcgraph.publish.profiles import losses
    from ipcgraph.publish.profiles.profile import profile_named

    profile_named(profile)
    with _reading(settings, notice) as reading:
        return losses.loss_report(reading, profile)


def _reading(settings: Settings, notice: Notice) -> Reading:
    from ipcgraph.publish.reading import Reading

    return Reading.open(fresh_build(settings, notice=notice) / STORE, base=settings.base)
