"""The server: pages, data, queries and networks of a built graph over HTTP."""
