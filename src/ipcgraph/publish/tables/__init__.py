"""The graph as tables, with their data dictionary."""
