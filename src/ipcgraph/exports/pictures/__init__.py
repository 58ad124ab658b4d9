"""Pictures of a network: SVG and PNG for print, its matrix, its periods side by side, a map of partner countries."""

from __future__ import annotations

from ipcgraph.exports.pictures.matrix import write_matrix
from ipcgraph.exports.pictures.nodelink import write_png, write_svg
from ipcgraph.exports.pictures.periods import Period, periods, write_periods
from ipcgraph.exports.pictures.world import has_partnerships, write_map

__all__ = [
    "Period",
    "has_partnerships",
    "periods",
    "write_map",
    "write_matrix",
    "write_periods",
    "write_png",
    "write_svg",
]
