"""A small part of `make hostile`: what the description of the API allows, forbids, and what strangers send."""

from collections import Counter
from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection

from bench import hostile
from langnghe.cases.models import Voice
from langnghe.registry import actions as registry
from tests.cast import Cast, moment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the test's own transaction open between requests, as Django's client does."""
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)


def test_no_case_is_a_fault_of_the_server_or_undescribed(cast: Cast, settings: Any) -> None:
    settings.CLOCK = moment(10)
    settings.ALLOWED_HOSTS = ["*"]
    settings.MESSAGES = {hostile.GATEWAY: f"{hostile.SECRET}@https://vidu.vn/tin"}
    key = registry.admit_client("Phép thử")
    seen: dict[str, Counter[int]] = {way: Counter() for way in hostile.WAYS}
    for label, way, statuses, failures in hostile.try_all(get_wsgi_application(), key, 120):
        assert failures == [], f"{label} {way}"
        seen[way] += statuses
    assert sum(statuses.total() for statuses in seen.values()) >= 120
    assert {200, 201, 422} <= set(seen["allowed"]) and Voice.objects.exists()
    assert set(seen["forbidden"]) <= {400, 404, 422}
    assert set(seen["strangers"]) <= {401, 404}
