"""What all tests share: how hypothesis searches, and which tests touch the database."""

import os
from typing import Any

import hypothesis
import pytest

from tests.cast import Cast, load_world

hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "here")

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker("database")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Give every test the real places, law and bodies of Hưng Yên."""
    with django_db_blocker.unblock():
        load_world()


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()
