"""A knowledge graph of what a research center does."""
