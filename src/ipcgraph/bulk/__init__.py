"""Graphs too large for memory: read by parts, checked and loaded in a stream."""

from ipcgraph.bulk.loading import load_quads

__all__ = ["load_quads"]
