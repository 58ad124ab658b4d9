# make run    sets up .venv, builds the graph of the Industrial Performance Center, shows what it answers, writes out/
# make test   sets up .venv and passes everything that CI runs
# make bench  measures the speeds that docs/benchmarks.md states

PYTHON ?= python3
BIN := .venv/bin
IPCGRAPH := $(BIN)/ipcgraph
ASSETS := src/ipcgraph/_assets/sources.sha256
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run test lint types tests assets readers clients readers-corpus browser webservers stores spark spark-corpus soak hostile schemathesis bench clean
.SILENT: run browser webservers stores spark $(ASSETS) .venv/installed .venv/tested

run: .venv/installed assets
	$(IPCGRAPH) build
	echo && echo "Who has led the center" && echo
	$(IPCGRAPH) query center-leaders --center center/ipc
	echo && echo "With whom Ben Armstrong has published" && echo
	$(IPCGRAPH) query person-coauthors --person person/ben-armstrong
	echo && echo "Who paid for what" && echo
	$(IPCGRAPH) query funding
	echo && echo "The network of co-authors" && echo
	$(IPCGRAPH) network coauthorship
	echo && echo "The network of partners" && echo
	$(IPCGRAPH) network partnership
	echo && echo "Both networks for other tools, as a page and as a picture" && echo
	for network in coauthorship partnership; do \
	  pictures=$$(test ! -f $(ASSETS) || echo --output out/$$network.html --output out/$$network.png); \
	  written=$$($(IPCGRAPH) network $$network --output out/$$network.gexf --output out/$$network.graphml \
	    --output out/$$network.cyjs --output out/$$network.csv $$pictures) || exit 1; \
	  echo "$$written" | grep "^wrote "; done
	echo && echo "The site, with a page and data for every thing" && echo
	test ! -f $(ASSETS) || $(IPCGRAPH) site out/site
	echo && echo "Next: $(IPCGRAPH) query lists what else can be asked; README.md tells the rest."

test: lint types tests

lint: .venv/tested
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: .venv/tested
	$(BIN)/mypy

tests: .venv/tested assets readers clients browser webservers stores spark
	$(BIN)/python -m pytest -n 2 --dist worksteal

# What pictures and pages are made with, from npm; where npm cannot be reached all else works without.
assets: $(ASSETS)

$(ASSETS): $(shell find src/assets -name node_modules -prune -o -type f ! -name '*.pyc' -print) | .venv/installed
	$(PIP) install --no-deps --editable .
	test -f $@ || echo "no pictures and pages: npm could not be reached (make assets tries again)"

# Other people's readers of network files; where npm is missing their tests are skipped, and fail in CI.
readers:
	if command -v npm >/dev/null; then \
	  $(MAKE) --silent --no-print-directory tests/readers/node_modules/.package-lock.json || echo "no readers from npm"; fi

tests/readers/node_modules/.package-lock.json: tests/readers/package-lock.json
	cd tests/readers && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	touch $@

# Comunica, which asks sites as other institutions do; 4.5, since 5 needs Node 22. As with the readers where npm is missing.
clients:
	if command -v npm >/dev/null; then \
	  $(MAKE) --silent --no-print-directory tests/clients/node_modules/.package-lock.json || echo "no Comunica"; fi

tests/clients/node_modules/.package-lock.json: tests/clients/package-lock.json
	cd tests/clients && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	touch $@

# Chromium, for the tests of pages; where it is missing and cannot be installed they are skipped, and fail in CI.
browser:
	command -v chromium >/dev/null || { \
	  test "$$(id -u)" = 0 && command -v apt-get >/dev/null && export DEBIAN_FRONTEND=noninteractive && \
	  apt-get -qq update && apt-get -qq -y install --no-install-recommends chromium fonts-dejavu-core >/dev/null; } || \
	  echo "no Chromium"

# nginx and Apache, for the tests of hosting and of the doctor, rapper, which reads what is published, and wrk, which measures
# servers; as with Chromium.
webservers:
	PATH="$$PATH:/usr/sbin"; command -v nginx >/dev/null && command -v apache2 >/dev/null && command -v rapper >/dev/null && command -v wrk >/dev/null || { \
	  test "$$(id -u)" = 0 && command -v apt-get >/dev/null && export DEBIAN_FRONTEND=noninteractive && \
	  apt-get -qq update && apt-get -qq -y install --no-install-recommends nginx apache2-bin raptor2-utils wrk >/dev/null; } || \
	  echo "no nginx, no Apache, no rapper or no wrk"

# Java and PySpark (400 MB), for the tests of imports by Spark; as with Chromium.
spark: .venv/tested
	command -v java >/dev/null || { \
	  test "$$(id -u)" = 0 && command -v apt-get >/dev/null && export DEBIAN_FRONTEND=noninteractive && \
	  apt-get -qq update && apt-get -qq -y install --no-install-recommends openjdk-17-jre-headless >/dev/null; } || \
	  echo "no Java"
	$(BIN)/python -c "import pyspark" 2>/dev/null || $(PIP) install --editable '.[spark]' || echo "no PySpark"

# Virtuoso 7, for the tests of stores, which start it by hand on loopback; oxigraph and rdflib-endpoint come with the other packages
# of the tests. As with Chromium.
stores:
	command -v virtuoso-t >/dev/null || { \
	  test "$$(id -u)" = 0 && command -v apt-get >/dev/null && export DEBIAN_FRONTEND=noninteractive && \
	  apt-get -qq update && apt-get -qq -y install --no-install-recommends virtuoso-opensource-7 >/dev/null; } || \
	  echo "no Virtuoso"

# The same for networks of the whole corpus, and Graphviz itself: some minutes, and some GB of memory.
readers-corpus: .venv/tested readers
	IPCGRAPH_CORPUS_WORKS=100000 NODE_OPTIONS=--max-old-space-size=8192 $(BIN)/python -m pytest tests/test_exports_networks.py

# Spark and one machine over all works of the corpus: the same statements, the same rows. About two minutes.
spark-corpus: spark
	IPCGRAPH_SPARK_WORKS=63969 $(BIN)/python -m pytest tests/imports/test_spark.py -k one_machine

# Fifty clients that ask a server for ten minutes: none is failed, and its memory stays as it is.
soak: .venv/tested
	$(BIN)/python -m tests.server.soaking --clients 50 --seconds 600

# Three hundred queries that would hurt a server, beside an honest client: about four minutes.
hostile: .venv/tested
	IPCGRAPH_HOSTILE=all $(BIN)/python -m pytest -rA tests/server/test_hostile.py

# Tries all that the server's own description says, with values that fit and values that do not: some minutes.
schemathesis: .venv/tested
	IPCGRAPH_SCHEMATHESIS=1 $(BIN)/python -m pytest tests/server/test_openapi.py -k schemathesis

bench: .venv/tested
	$(BIN)/python benchmarks/run.py

.venv/installed: pyproject.toml
	echo "setting up .venv (about half a minute)"
	test -f .venv/pyvenv.cfg && $(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	$(PIP) install --upgrade "pip>=25.1"
	$(PIP) install --editable .
	touch $@

# After the assets: under make -j no two pips are to work on one .venv.
.venv/tested: .venv/installed | $(ASSETS)
	echo "adding to .venv what the tests need (about half a minute)"
	$(PIP) install --editable . --group test
	touch $@

clean:
	rm -rf .venv .ipcgraph out dist .mypy_cache .pytest_cache .ruff_cache .hypothesis tests/readers/node_modules tests/clients/node_modules src/assets/node_modules src/ipcgraph/_assets
