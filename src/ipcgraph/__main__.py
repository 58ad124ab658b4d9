"""`python -m ipcgraph` is the command line."""

from ipcgraph.cli import run

run()
