"""The build in use: brought up to date with the project's files, or with the store that the project names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from ipcgraph.copies import copy_of, read_copy
from ipcgraph.errors import FindingsError, ProjectError, StoreError, UsageError
from ipcgraph.manifest import LAYOUT, Build, current_build, inputs_of, read_manifest, up_to_date
from ipcgraph.settings import Settings

if TYPE_CHECKING:
    from ipcgraph.engines import EngineName

Notice: TypeAlias = Callable[[str], None]
"""Takes a sentence for the user: what is done besides what was asked."""


def silent(_sentence: str) -> None:
    """A Notice that says nothing."""


def build(
    settings: Settings,
    *,
    force: bool = False,
    engine: EngineName = "auto",
    wait: bool = True,
    notice: Notice = silent,
) -> Build:
    """Builds the graph of a project and swaps it in; does nothing where no file has changed, unless `force` is set.

    `engine` names the SHACL engine. Where another build is running this one waits, or, without `wait`, is refused.
    Where the settings name a store, the graph is then uploaded to it, unless it holds just this one; whatever stops
    that leaves the store's last graph in use. Raises FindingsError, with the report, where the data has errors,
    ProjectError where the project's folder cannot be written, and StoreError where the store fails.
    """
    if settings.store and not settings.store_update:
        raise UsageError(f'{settings.store} is only read; to build into it, write update = "https://…" in [store]')
    if settings.store and not settings.data_folder.is_dir():
        raise UsageError(f"{settings.root} has no data to build from: its graph is read from {settings.store}")
    done = None if force else up_to_date(settings, inputs_of(settings))
    if done is None:
        from ipcgraph import building

        done = building.build(settings, force=force, engine=engine, wait=wait, notice=notice)
    if settings.store:
        from ipcgraph.uploading import upload

        try:
            done = done._replace(uploaded=upload(settings, done.folder, notice=notice))
        except StoreError:
            if done.changed:
                notice(f"{done.manifest.figures['records']:,} records are built here; build again to upload them")
            raise
    return done


def fresh_build(settings: Settings, *, notice: Notice = silent) -> Path:
    """The folder of a build that was made from the files as they are; builds where they have changed.

    Where that fails (the files have errors, the folder cannot be written) the last good build serves, and the notice
    says so. Raises FindingsError, ProjectError or StoreError where there is none. Where the settings name a store, it
    is a build of what the store holds: the one that was uploaded, else a copy read from it.
    """
    if settings.store:
        from ipcgraph.mirroring import fresh_mirror

        tell_of_changes(settings, notice)
        return fresh_mirror(settings, notice=notice)
    return local_build(settings, notice=notice)


def local_build(settings: Settings, *, notice: Notice = silent) -> Path:
    """What `fresh_build` gives where the settings name no store: a build of the project's own files, not uploaded."""
    done = up_to_date(settings, inputs_of(settings))
    if done:
        return done.folder
    before = _last_good(settings)
    notice("files have changed: building the graph anew" if before else "building the graph for the first time")
    from ipcgraph import building

    try:
        return building.build(settings).folder
    except FindingsError as error:
        if before is None:
            raise
        number = len(error.report.errors)
        notice(f"the files have {number} error{'s' * (number != 1)} (see: ipcgraph check); this is the last good build")
    except (ProjectError, StoreError) as error:
        if before is None:
            raise
        notice(f"{error}; this is the last good build")
    return before


def tell_of_changes(settings: Settings, notice: Notice) -> None:
    """Says that what the files have now was not put, from here, into the store that the settings name."""
    if not settings.store_update or not settings.data_folder.is_dir():
        return
    done = up_to_date(settings, inputs_of(settings))
    known = read_copy(done.folder) if done else None
    if known is None or known != copy_of(settings, known.revision):
        notice(f"{settings.store} may not have what the files say now; to upload it: ipcgraph build")


def _last_good(settings: Settings) -> Path | None:
    try:
        folder = current_build(settings)
        return folder if read_manifest(folder).layout == LAYOUT else None
    except ProjectError:
        return None
