"""Builds killed at fifty points: what answers afterwards is the last good build or the new one, whole, and no debris stays."""

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.center_project import CENTER, make_center

POINTS = 50


def test_a_killed_build_leaves_the_last_good_one(tmp_path):
    make_center(tmp_path)
    script = Path(__file__).with_name("killing.py")
    done = subprocess.run(
        [sys.executable, script, tmp_path, str(POINTS)], capture_output=True, text=True, check=False, timeout=500
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    killed = [line for line in lines if line["killed"]]
    assert len(lines) == POINTS + 1
    assert len(killed) >= POINTS * 0.8, "too few builds were hit before they ended"
    plain = set(lines[-1]["names"])
    (first, *_) = re.findall(r"name: (.+)", (CENTER / "center.yaml").read_text(encoding="utf-8"))
    assert first in plain
    good = plain
    for line in lines[:-1]:
        new = plain - {first} | {f"{line['number']} {first}"}
        assert set(line["names"]) in (good, new), "neither the last good build nor the new one"
        assert line["killed"] or set(line["names"]) == new, "a build that ended has swapped in what it built"
        good = set(line["names"])
    last = lines[-1]["left"]
    assert [name for name in last if not name.startswith("build-")] == [
        ".gitignore",
        "checked",
        "current",
        "lock",
        "settings.json",
    ]
    assert len(last) <= 8, "the next build removes what a killed one left, and all but the two builds before it"
