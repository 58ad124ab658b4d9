"""One reader a format: each takes a file and gives its entries, in order, and what could not be read."""
