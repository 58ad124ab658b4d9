"""Records in OpenAlex's shape for tests, and the files that have them."""

import gzip
import json

from pyoxigraph import RdfFormat, parse


def author(number, name=None, **more):
    return {"id": f"https://openalex.org/A{number}", "display_name": name or f"Author {number}", **more}


def work(number, *authors, **more):
    listed = [{"author": each, "raw_author_name": each["display_name"], "institutions": []} for each in authors]
    said = {
        "id": f"https://openalex.org/W{number}",
        "display_name": f"Work {number}",
        "publication_year": 2020,
        "type": "article",
    }
    return {**said, "authorships": listed, **more}


def write(path, records):
    text = "".join((each if isinstance(each, str) else json.dumps(each)) + "\n" for each in records)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def statements(path):
    """The statements of a file, or of all files of a folder."""
    files = sorted(path.glob("*.nq")) if path.is_dir() else [path]
    return {str(quad.triple) for file in files for quad in parse(path=str(file), format=RdfFormat.N_QUADS)}
