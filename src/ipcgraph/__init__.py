"""A knowledge graph of what a research center does: checked, queried, drawn and published from plain files."""

__version__ = "0.1.0"
