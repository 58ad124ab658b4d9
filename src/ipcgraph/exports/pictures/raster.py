"""PNG of a picture: its SVG rasterised by resvg, with the shipped font."""

from __future__ import annotations

import re
import struct
import zlib
from typing import TYPE_CHECKING, BinaryIO, Final

from ipcgraph.exports.pictures.lettering import FONT, read_lettering
from ipcgraph.shipped import asset

if TYPE_CHECKING:
    from re import Pattern

ZOOM: Final = 2.5

_DOTS_A_METRE: Final = round(2500 / 0.17)
"""A sheet is meant to be printed 17 cm wide."""

_UNSEEN: Final[Pattern[str]] = re.compile(r"<(title|desc)\b.*?</\1>|<[^>]*>", re.DOTALL)
_SIGNATURE_AND_HEADER: Final = 8 + 25
"""The bytes of a PNG before which nothing else may stand."""


def write_raster(svg: str, file: BinaryIO) -> None:
    """Writes the SVG as PNG, 2,500 pixels wide, on white.

    The fonts of the machine are looked at only where the shipped one lacks a letter (East Asian scripts, some emoji),
    so that a picture without such letters has the same bytes on every machine.
    """
    import resvg_py

    font = str(asset(FONT))
    lacking = read_lettering().lacks(_text_of(svg))
    family = "DejaVu Sans"
    made = bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            background="#FFFFFF",
            zoom=ZOOM,
            skip_system_fonts=not lacking,
            font_files=[font],
            font_family=family,
            sans_serif_family=family,
        )
    )
    size = b"pHYs" + struct.pack(">IIB", _DOTS_A_METRE, _DOTS_A_METRE, 1)
    chunk = struct.pack(">I", 9) + size + struct.pack(">I", zlib.crc32(size))
    file.write(made[:_SIGNATURE_AND_HEADER] + chunk + made[_SIGNATURE_AND_HEADER:])


def _text_of(svg: str) -> str:
    """All text that is seen in the picture.

    >>> _text_of('<title>unseen</title><text x="1"><title>unseen</title>first<tspan>, second</tspan></text>')
    'first, second'
    """
    return _UNSEEN.sub("", svg)
