"""The templates of a site: those that come with ipcgraph, and a project's own that come before them."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ipcgraph.errors import ProjectError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Environment, Template

SHIPPED: Final = Path(__file__).parent / "templates"
OWN: Final = "templates"
"""The folder of a project's own templates."""


class Templates:
    """Templates by name, compiled once. Everything put into one is escaped; a name that is not there is an error.

    A file in the project's folder comes before the shipped one of its name; `{% extends "shipped/person.html" %}` in it
    takes the shipped one and replaces some of its blocks. A project's own templates run in jinja2's sandbox.
    """

    def __init__(self, own: Path | None = None) -> None:
        self._own = own if own is not None and own.is_dir() else None
        self._environment = _environment(self._own)
        self._compiled: dict[str, Template] = {}

    def render(self, name: str, values: Mapping[str, object]) -> str:
        """The text that a template makes of these values.

        Raises ProjectError, with file and line, where one of the project's own templates is wrong.
        """
        from jinja2 import TemplateError

        try:
            template = self._compiled.get(name)
            if template is None:
                template = self._compiled[name] = self._environment.get_template(name)
            return template.render(values)
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            where = self._fault(error)
            if not where:
                raise
            raise ProjectError(f"{where}: this template does not work: {_sentence(error)}") from error

    def _fault(self, error: Exception) -> str:
        """File and line of the project's own template that an error comes from; empty where it comes from elsewhere."""
        from jinja2 import TemplateNotFound, TemplateSyntaxError

        if self._own is None:
            return ""
        if isinstance(error, TemplateSyntaxError) and error.filename:
            return f"{error.filename}:{error.lineno}" if self._is_own(error.filename) else ""
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if self._is_own(frame.filename)]
        if frames:
            return f"{frames[-1].filename}:{frames[-1].lineno}"
        return str(self._own) if isinstance(error, TemplateNotFound) else ""

    def _is_own(self, file: str) -> bool:
        return self._own is not None and Path(file).is_relative_to(self._own)


def _environment(own: Path | None) -> Environment:
    from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    shipped = FileSystemLoader(SHIPPED)
    loaders = [FileSystemLoader(own)] if own else []
    # A project's templates may come from elsewhere with its data; what ships with the package needs no sandbox.
    make = ImmutableSandboxedEnvironment if own else Environment
    return make(
        loader=ChoiceLoader([*loaders, shipped, PrefixLoader({"shipped": shipped})]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )


def _sentence(error: Exception) -> str:
    from jinja2 import TemplateNotFound

    return f"there is no template {error}" if isinstance(error, TemplateNotFound) else str(error)
