"""rdflib's own engine behind rdflib-endpoint: `python rdflib_server.py PORT [FILE]` serves a dataset at /sparql."""

import sys

import uvicorn
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint


def main():
    dataset = Dataset(default_union=False)
    for file in sys.argv[2:]:
        dataset.parse(file, format="nquads")
    application = SparqlEndpoint(graph=dataset, path="/sparql", enable_update=True)
    uvicorn.run(application, host="127.0.0.1", port=int(sys.argv[1]), log_level="error")


if __name__ == "__main__":
    main()
