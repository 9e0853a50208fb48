from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL
from prefect.testing.utilities import prefect_test_harness


@pytest.fixture(scope="session")
def prefect() -> Iterator[Path]:
    """A real, temporary Prefect server; the file of its database."""
    with prefect_test_harness(server_startup_timeout=180):
        yield Path(str(PREFECT_API_DATABASE_CONNECTION_URL.value()).split("///")[1])
