"""What a benchmark says of where it ran, and the table it prints."""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path


def described() -> str:
    """Processor, cores, system and Python, in one line."""
    name = platform.processor() or platform.machine()
    cpu_info = Path("/proc/cpuinfo")
    if cpu_info.is_file():
        models = [line for line in cpu_info.read_text(encoding="utf-8").splitlines() if line.startswith("model name")]
        name = models[0].partition(":")[2].strip() if models else name
    load = ", ".join(f"{each:.2f}" for each in os.getloadavg())
    return f"{name}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, load {load}"


def asked_runs(about: str | None, *, default: int) -> int:
    """The number of runs that the command line asks for; prints where they will run."""
    arguments = argparse.ArgumentParser(description=about)
    arguments.add_argument("--runs", type=int, default=default)
    runs: int = arguments.parse_args().runs
    print(described(), f"{runs} runs, medians", sep="; ")
    return runs


def seconds(work: Callable[[], object]) -> float:
    """The wall time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def alternating(*works: Callable[[], float], runs: int) -> list[list[float]]:
    """What each of these gives, run by turns so that a busy moment of the machine falls on all of them alike."""
    results: list[list[float]] = [[] for _ in works]
    for _ in range(runs):
        for work, found in zip(works, results, strict=True):
            found.append(work())
    return results


def process(command: Sequence[str]) -> float:
    """The wall time of a process that must end well."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def processor_time(command: Sequence[str]) -> float:
    """The processor time, user and system, of a process that must end well."""
    before = os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def median(values: Iterable[float]) -> float:
    return statistics.median(values)


def ratio(one: Sequence[float], other: Sequence[float]) -> float:
    """The median of the ratios of runs that were made next to each other."""
    return statistics.median(first / second for first, second in zip(one, other, strict=True))


def show(rows: Iterable[tuple[str, str, str]]) -> None:
    """Prints rows of what was measured, what came out, and what is asked."""
    for what, found, asked in rows:
        print(f"{what:<64} {found:>16}  {asked}")


def console_script() -> str:
    """The `ipcgraph` of the same environment as this Python."""
    return str(Path(sys.executable).with_name("ipcgraph"))
