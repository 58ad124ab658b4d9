"""DOT, for Graphviz: every id, name and value in quotes."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TextIO, cast

from ipcgraph.exports.jsontext import row_values
from ipcgraph.exports.table import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ipcgraph.exports.appearance import Appearance
    from ipcgraph.exports.table import Column, NetworkTable, Value

ATTRIBUTES: Final = frozenset({
    "_background", "area", "arrowhead", "arrowsize", "arrowtail", "background", "bb", "bgcolor", "center", "charset",
    "class", "cluster", "clusterrank", "color", "colorscheme", "comment", "compound", "concentrate", "constraint",
    "damping", "decorate", "defaultdist", "dim", "dimen", "dir", "diredgeconstraints", "distortion", "dpi", "edgehref",
    "edgetarget", "edgetooltip", "edgeurl", "epsilon", "esep", "fillcolor", "fixedsize", "fontcolor", "fontname",
    "fontnames", "fontpath", "fontsize", "forcelabels", "gradientangle", "group", "head_lp", "headclip", "headhref",
    "headlabel", "headport", "headtarget", "headtooltip", "headurl", "height", "href", "id", "image", "imagepath",
    "imagepos", "imagescale", "inputscale", "k", "label", "label_scheme", "labelangle", "labeldistance", "labelfloat",
    "labelfontcolor", "labelfontname", "labelfontsize", "labelhref", "labeljust", "labelloc", "labeltarget",
    "labeltooltip", "labelurl", "landscape", "layer", "layerlistsep", "layers", "layerselect", "layersep", "layout",
    "len", "levels", "levelsgap", "lhead", "lheight", "linelength", "lp", "ltail", "lwidth", "margin", "maxiter",
    "mclimit", "mindist", "minlen", "mode", "model", "newrank", "nodesep", "nojustify", "normalize", "notranslate",
    "nslimit", "nslimit1", "oneblock", "ordering", "orientation", "outputorder", "overlap", "overlap_scaling",
    "overlap_shrink", "pack", "packmode", "pad", "page", "pagedir", "pencolor", "penwidth", "peripheries", "pin",
    "pos", "quadtree", "quantum", "radius", "rank", "rankdir", "ranksep", "ratio", "rects", "regular", "remincross",
    "repulsiveforce", "resolution", "root", "rotate", "rotation", "samehead", "sametail", "samplepoints", "scale",
    "searchsize", "sep", "shape", "shapefile", "showboxes", "sides", "size", "skew", "smoothing", "sortv", "splines",
    "start", "style", "stylesheet", "tail_lp", "tailclip", "tailhref", "taillabel", "tailport", "tailtarget",
    "tailtooltip", "tailurl", "target", "tbbalance", "tooltip", "truecolor", "url", "vertices", "viewport",
    "voro_margin", "weight", "width", "xdotversion", "xlabel", "xlp", "z",
})  # fmt: skip
"""Names that mean something to Graphviz; an attribute of such a name is written with `attr_` before it."""

_POINTS: Final = 72.0
"""Points in an inch: places are points, widths inches."""

_ENTITY: Final = re.compile(r"&(?=#?\w+;)")


def write_dot(table: NetworkTable, look: Appearance, file: TextIO) -> None:
    """Writes the network as DOT; lists are joined by `; `, the remarks are the graph's comment.

    Backslashes are doubled, as Graphviz has them in text. Places (`pos`, in points) are for `neato -n`.
    """
    file.writelines(f"{line}\n" for line in _lines(table, look))


def _lines(table: NetworkTable, look: Appearance) -> Iterator[str]:
    said = "\n".join(f"{name}: {text}" for name, text in table.written_remarks(look))
    arrow = "->" if table.directed else "--"
    nodes, edges = _renamed(table.nodes), _renamed(table.edges)
    yield f'{"digraph" if table.directed else "graph"} "network" {{'
    yield f'graph ["charset"="UTF-8", "comment"={_quoted(said)}, "outputorder"="edgesfirst"];'
    yield 'node ["shape"="circle", "style"="filled", "fixedsize"="shape"];'
    for row, node in enumerate(table.ids):
        width = f"{look.sizes[row] / _POINTS:.4f}"
        seen = {"label": _label(table.labels[row]), "fillcolor": _quoted(look.colours[row])}
        seen |= {"width": _quoted(width), "height": _quoted(width)}
        if look.positions is not None:
            x, y = look.positions[row]
            seen["pos"] = _quoted(f"{x},{y}")
        yield f'"{node}" [{_list(seen, nodes, row)}];'
    for row, (source, target) in enumerate(zip(table.sources, table.targets, strict=True)):
        seen = {"weight": _quoted(str(table.weights[row]))}
        yield f'"{source}" {arrow} "{target}" [{_list(seen, edges, row)}];'
    yield "}"


def _renamed(columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns under names that mean nothing to Graphviz and are still all different."""
    taken = {column.name.lower() for column in columns}
    renamed = []
    for column in columns:
        name = column.name
        while name.lower() in ATTRIBUTES or (name != column.name and name.lower() in taken):
            name = f"attr_{name}"
        renamed.append(replace(column, name=name))
    return tuple(renamed)


def _list(seen: dict[str, str], columns: Sequence[Column], row: int) -> str:
    own = {name: _quoted(as_text(cast("Value", value))) for name, value in row_values(columns, row).items()}
    return ", ".join(f'"{name}"={value}' for name, value in (seen | own).items())


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _label(text: str) -> str:
    """A label, which Graphviz draws: line breaks as it writes them, no tabs, and no text taken for an entity."""
    lines = re.split(r"\r\n|\r|\n", _ENTITY.sub("&amp;", text.replace("\t", " ")))
    return '"' + r"\n".join(_quoted(line)[1:-1] for line in lines) + '"'
