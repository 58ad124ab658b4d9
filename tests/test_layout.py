"""The floors of the package: imports point to lower floors only, and the design page shows them as they are."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "ipcgraph"


def floors():
    """The floors as docs/design.md lists them: the part of the package, or the folder in it, to its number."""
    found = {}
    for line in (ROOT / "docs" / "design.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and cells[0].isdigit():
            for part in cells[1].replace("`", "").split(" "):
                found[part.removesuffix(".py").removesuffix("/")] = int(cells[0])
    return found


def imports(file):
    """The modules of the package that a file imports, wherever in the file it does."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "ipcgraph":
            names = [f"ipcgraph.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        else:
            continue
        yield from (name.split(".")[1] for name in names if name.startswith("ipcgraph."))


def test_every_part_has_its_floor():
    parts = {path.stem for path in PACKAGE.glob("*.py")} | {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert parts - {"__init__"} == set(floors())


@pytest.mark.parametrize("file", sorted(PACKAGE.rglob("*.py")), ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_point_downward(file):
    known = floors()
    part = file.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if part == "__init__":
        return
    upward = [other for other in imports(file) if other != part and other in known and known[other] >= known[part]]
    assert not upward, f"{part} (floor {known[part]}) imports {upward}"


@pytest.mark.parametrize("file", sorted(PACKAGE.rglob("*.py")), ids=lambda file: str(file.relative_to(PACKAGE)))
def test_modules_are_short_and_say_what_they_are(file):
    text = file.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 420
    assert ast.get_docstring(ast.parse(text))
