"""Programs that are run twice, in processes that order sets of strings in different ways."""

import os
import subprocess
import sys


def outputs(program):
    """What the program prints under two hash seeds: one text, if no order of a set reaches it."""
    return {
        subprocess.run(
            [
                sys.executable,
                "-c",
                f"import sys; sys.path[:0] = sys.argv[1].split({os.pathsep!r})\n{program}",
                os.pathsep.join(sys.path),
            ],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
