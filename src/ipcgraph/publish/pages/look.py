"""The look of a site: its style sheet with the project's own colours, made readable on light and on dark ground."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

STATIC: Final = Path(__file__).parent / "static"
STYLE: Final = "assets/site.css"
SCRIPT: Final = "assets/search.js"
ICON: Final = "assets/icon.svg"
"""The icon of a site without a logo: browsers that are given none ask the host for one."""
_ACCENT: Final = "#0b5566"
_HEX: Final = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_LIGHT: Final = (252.0, 251.0, 249.0)
_DARK: Final = (32.0, 38.0, 43.0)
"""The grounds that links stand on in light and in dark mode; of the dark ones the lightest, which is hardest."""
_CONTRAST: Final = 5.0
"""WCAG asks 4.5 of text; a little more, since links also stand on tinted ground."""

Colour: TypeAlias = tuple[float, float, float]


def static_files(colours: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The style sheet, the script and the icon, in the site's own colours: path in the site and text."""
    style = (STATIC / "site.css").read_text(encoding="utf-8")
    yield STYLE, own_colours(colours) + style
    yield SCRIPT, (STATIC / "search.js").read_text(encoding="utf-8")
    accent = next((colour for colour in colours if _HEX.fullmatch(colour)), _ACCENT)
    yield ICON, (STATIC / "icon.svg").read_text(encoding="utf-8").replace(_ACCENT, accent)


def own_colours(colours: tuple[str, ...]) -> str:
    r"""The project's colours as CSS: each darkened, or lightened for dark mode, until text in it can be read.

    >>> own_colours(("#ffcc00",))
    ':root{--own-accent:#856a00;--own-accent-dark:#ffcc00;}\n'
    >>> own_colours(("red;}",))
    ''
    """
    parts = []
    for name, colour in zip(("accent", "second"), colours, strict=False):
        if _HEX.fullmatch(colour):
            own = parsed_colour(colour)
            parts += [
                f"--own-{name}:{_written(_readable(own, _LIGHT, 0.0))};",
                f"--own-{name}-dark:{_written(_readable(own, _DARK, 255.0))};",
            ]
    return f":root{{{''.join(parts)}}}\n" if parts else ""


def contrast(one: Colour, other: Colour) -> float:
    """The contrast of two colours as WCAG 2 defines it, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    parts = [part / 255 for part in colour]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _readable(colour: Colour, ground: Colour, towards: float) -> Colour:
    """The colour, mixed with black or white as little as it takes to be read on the ground."""
    for step in range(101):
        mixed = tuple(part + (towards - part) * step / 100 for part in colour)
        found = (mixed[0], mixed[1], mixed[2])
        if contrast(found, ground) >= _CONTRAST:
            return found
    return (towards, towards, towards)


def parsed_colour(colour: str) -> Colour:
    """Red, green and blue of `#1a2b3c` or `#abc`, from 0 to 255."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    return float(int(digits[:2], 16)), float(int(digits[2:4], 16)), float(int(digits[4:], 16))


def _written(colour: Colour) -> str:
    return "#" + "".join(f"{round(part):02x}" for part in colour)
