"""Records written as YAML, as a curator would write them and the reader of YAML reads them back."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import yaml

Value: TypeAlias = "str | Sequence[Value] | Mapping[str, Value]"
"""What stands in a record: a text, a list, or a mapping."""


def yaml_text(records: Iterable[Mapping[str, Value]]) -> str:
    """Records as items of a list, with a blank line between them.

    >>> print(yaml_text([{"id": "place/no", "type": "Place", "countryCode": "NO"}]), end="")
    - id: place/no
      type: Place
      countryCode: NO
    """
    import yaml

    dumper = _dumper()
    parts = (
        yaml.dump([record], Dumper=dumper, allow_unicode=True, sort_keys=False, width=118, default_flow_style=False)
        for record in records
    )
    return "\n".join(parts)


@cache
def _dumper() -> type[yaml.SafeDumper]:
    """PyYAML's writer with lists indented, and without quotes where nothing is read as a number or a date."""
    import yaml

    class Dumper(yaml.SafeDumper):
        yaml_implicit_resolvers = {}  # noqa: RUF012  # as its parent has it: the reader takes every scalar as text

        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
            return super().increase_indent(flow=flow, indentless=False)

        def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002  # as its parent names it
            return True  # the reader takes no aliases: what stands twice is written twice

    return Dumper
