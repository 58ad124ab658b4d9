"""The data documents of a thing, the same statements in each format."""
