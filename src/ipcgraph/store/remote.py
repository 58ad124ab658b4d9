"""The remote store: a SPARQL 1.1 endpoint, asked through SPARQLWrapper with a fresh object for each request."""

from __future__ import annotations

import base64
import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from itertools import batched, islice
from typing import IO, Final, Self, cast
from urllib.parse import unquote, urlsplit, urlunsplit
