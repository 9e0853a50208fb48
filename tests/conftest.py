import pytest
from hypothesis import settings

# How long an example takes says how busy the machine is.
settings.register_profile("wederhoor", deadline=None)
settings.load_profile("wederhoor")

# Files of few tests that each take long. With them first, no core waits for another at the end.
_LONGEST = ("tests/flows/", "tests/test_", "tests/night/", "tests/cli/", "tests/review/responses/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(_LONGEST))
