"""What several tests of the server need: the invented center, served."""

import pytest
from tests.server.api_center import served_center


@pytest.fixture(scope="session")
def center():
    """The invented center with queries of its own, served; gives the running server and the project."""
    limits = "\n[server]\nquery_seconds = 20\nqueries_per_minute = 0\nrequests_per_minute = 0\n"
    with served_center(settings=limits, whole=True) as both:
        yield both
