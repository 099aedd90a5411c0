"""What all tests share: how hypothesis searches, and which tests touch the database."""

import os
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from django.core.cache import cache
from django.db.backends.signals import connection_created
from django.test.utils import setup_databases, teardown_databases

from langnghe.registry import known
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


def backwards(connection: Any, **_: object) -> None:
    """Let SQLite give rows that nobody ordered backwards: PostgreSQL gives them in any order."""
    if connection.vendor == "sqlite":
        connection.connection.execute("PRAGMA reverse_unordered_selects=ON")


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """Give every test a database, also those that commit for good, and the real places, law and bodies of Hưng Yên."""
    connection_created.connect(backwards)
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False)
        load_world()
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture(autouse=True)
def one_factor(settings: Any) -> None:
    """Let tests sign in without a second factor; those of the second factor turn it on."""
    settings.SECOND_FACTOR = False


@pytest.fixture(autouse=True)
def unknown() -> Iterator[None]:
    """Forget what a test counted, and the bodies and places it made and took back: the next may get their numbers."""
    yield
    known.forget()
    cache.clear()


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()
