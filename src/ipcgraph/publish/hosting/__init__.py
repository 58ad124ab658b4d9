"""The rules by which hosts serve a site as linked data."""
