"""Import: what other people's files say, read as entries; `formats.read_entries` reads any of them."""

from ipcgraph.imports.formats import FORMATS, ImportFormat, format_named, format_of, read_entries
from ipcgraph.imports.mapping import TableMapping, mapping_text, propose_mapping, read_mapping

__all__ = [
    "FORMATS",
    "ImportFormat",
    "TableMapping",
    "format_named",
    "format_of",
    "mapping_text",
    "propose_mapping",
    "read_entries",
    "read_mapping",
]
