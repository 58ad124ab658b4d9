"""`python -m ipcgraph` is the command line."""

import sys

from ipcgraph.cli import main

sys.exit(main())
