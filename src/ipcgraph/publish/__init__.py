"""Publishing: what a built graph says of each thing, as pages and data that lie on any web space."""
