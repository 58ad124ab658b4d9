"""Spark as the engine of an import: what it needs is looked for first, and what goes wrong is said in a sentence.

Spark runs in a process of its own, whose words go to a log: it ends with that process, and the terminal stays ours.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Final

from ipcgraph.errors import MissingExtraError, ProjectError, UsageError
from ipcgraph.imports.openalexagents import Remark, Shared
from ipcgraph.imports.openalexbulk import Converted
from ipcgraph.imports.openalexranges import read_tally
from ipcgraph.imports.openalexsteps import Merged

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ipcgraph.imports.openalexbulk import Tell
    from ipcgraph.imports.openalexranges import Task

MASTER: Final = "local[2]"
"""Where Spark runs if nothing else is said: on this machine, with two workers."""
JAVA: Final = 17
"""The least version of Java that Spark 4 runs on."""
PATIENCE: Final = 5.0
"""Seconds that a master may take to answer."""
LOG: Final = "spark.log"

_MASTER: Final = re.compile(
    r"local(\[(\d+|\*)(, *\d+)?\])?|local-cluster\[\d+, *\d+, *\d+\]|spark://\S+|k8s://\S+|yarn"
)
_EXCEPTION: Final = re.compile(r"\s*(?:Caused by: )?[\w.]+(?:Error|Exception)\b")
_CAUSES: Final = (
    ("OutOfMemoryError", "Spark ran out of memory; give it more: spark.driver.memory in its spark-defaults.conf"),
    ("No space left on device", "there is no space left on the disk; free some, and run the same command again"),
    ("All masters are unresponsive", "the master does not answer; see that it runs Spark of the same version"),
    ("have sufficient resources", "the workers of this master have no resources free"),
    ("No module named 'ipcgraph'", "the workers have no ipcgraph; install ipcgraph[spark] for the Python of each"),
    ("No module named 'pyarrow'", "the workers have no pyarrow; install ipcgraph[spark] for the Python of each"),
    ("PYTHON_VERSION_MISMATCH", "the workers have another version of Python; install the same one"),
)
"""What a log says, and what it means."""


def convert_with_spark(
    tasks: Sequence[Task],
    stage: Path,
    *,
    master: str = MASTER,
    tables: bool = False,
    pair_limit: int,
    tell: Tell | None = None,
) -> Converted:
    """What `openalexbulk.convert` does, by Spark; then the links of co-authors, and the works with too many for any.

    The folder has to be one that all workers see under the same name, as the parts have. What a run that was killed has
    finished there is not done again. Raises UsageError where Spark cannot run there, MissingExtraError where PySpark
    is not installed, ProjectError where it stops.
    """
    _require(master)
    job = {
        "master": master, "stage": str(stage.absolute()), "tables": tables, "pair_limit": pair_limit,
        # Workers of a cluster stand in folders of their own.
        "tasks": [[number, str(path.absolute()), *others] for number, path, *others in tasks],
    }  # fmt: skip
    said = _performed(job, stage / LOG, tell)
    tallies = tuple(read_tally(each) for each in said["tallies"])
    remarks = tuple(Remark(*each) for each in said["remarks"])
    older = tuple((local, number) for local, number in said["repeated"])
    shared = tuple(Shared(*each) for each in said["shared"])
    merged = Merged(said["persons"], said["organizations"], 0, remarks, older)
    return Converted(tallies, (merged,), shared, said["statements"], said["coauthors"], said["unlinked"])


def _performed(job: dict[str, Any], log: Path, tell: Tell | None) -> dict[str, Any]:
    """What the process that runs Spark gives in the end; how far it is, is told meanwhile."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    # Begun by a command of its own, not as a copy of this process, and ended with it.
    command = [sys.executable, "-P", "-c", "from ipcgraph.imports.sparkjob import main; main()"]
    result: dict[str, Any] | None = None
    with (
        log.open("wb") as errors,
        subprocess.Popen(  # noqa: S603  # this very Python
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=environment, text=True
        ) as process,
    ):
        try:
            if process.stdin and process.stdout:
                process.stdin.write(json.dumps(job) + "\n")
                process.stdin.flush()
                for line in process.stdout:
                    said = json.loads(line) if line.startswith("{") else {}
                    if "steps" in said and tell:
                        tell(said["done"], said["steps"])
                    result = said.get("result", result)
        except BrokenPipeError:  # it has ended already: the log says why
            pass
        except BaseException:
            process.terminate()
            raise
    if result is None:
        raise ProjectError(f"Spark has not finished: {_cause(log)}; what it said is in {log}")
    return result


def _cause(log: Path) -> str:
    """What a log has to say in one sentence."""
    text = log.read_text(encoding="utf-8", errors="replace")
    for mark, meaning in _CAUSES:
        if mark in text:
            return meaning
    lines = [
        line.strip() for line in text.splitlines() if re.match(r"\s*(Caused by: )?[\w.]+(Error|Exception)\b", line)
    ]
    return lines[-1][:300] if lines else "it ended without a word"


# What Spark needs.


def _require(master: str) -> None:
    if not _MASTER.fullmatch(master):
        examples = "local[2], local[*], spark://host:7077, yarn or k8s://https://host:6443"
        raise UsageError(f"there is no Spark at {master!r}; write {examples}")
    missing = next((name for name in ("pyspark", "pyarrow", "pandas") if importlib.util.find_spec(name) is None), None)
    if missing:
        raise MissingExtraError(f"{missing} is not installed: pip install 'ipcgraph[spark]'")
    _require_java()
    if master.startswith("spark://"):
        _require_answer(master)


def _require_java() -> None:
    home = os.environ.get("JAVA_HOME", "")
    java = shutil.which("java", path=os.path.join(home, "bin")) if home else shutil.which("java")  # noqa: PTH118
    remedy = f"Spark needs Java {JAVA} or later; on Debian: apt-get install openjdk-17-jre-headless"
    if java is None:
        raise UsageError(f"there is no Java{f' in JAVA_HOME, {home}' if home else ''}; {remedy}")
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=30, check=False).stderr  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UsageError(f"{java} does not run ({error}); {remedy}") from error
    version = re.search(r'version "(?:1\.)?(\d+)', told)
    if version and int(version[1]) < JAVA:
        raise UsageError(f"{java} is Java {version[1]}; {remedy}")


def _require_answer(master: str) -> None:
    """Raises UsageError where no master of a cluster listens: Spark itself would try for minutes."""
    faults = []
    for address in master.removeprefix("spark://").split(","):
        host, _, port = address.rpartition(":")
        try:
            with socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE):
                return
        except (OSError, ValueError) as error:
            faults.append(f"{address} ({getattr(error, 'strerror', None) or error})")
    raise UsageError(
        f"the Spark master does not answer: {'; '.join(faults)}; see that it runs, and write spark://HOST:PORT"
    )
