"""The role of docs/deploy/postgresql.sql does a day's work, and can neither rewrite the log nor change tables."""

from collections.abc import Iterator

import pytest
from django.db import ProgrammingError, connection, transaction

from langnghe.cases import actions
from langnghe.cases.models import Case
from langnghe.ledger import actions as ledger
from langnghe.ledger.models import Leaf, LogEntry
from tests.cast import answered, moment, resident, run_next_job, staff
from tests.house.source import ROOT

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no roles"),
]


@pytest.fixture
def role() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute((ROOT / "docs/deploy/postgresql.sql").read_text())
        cursor.execute("SET ROLE langnghe")
        yield
        cursor.execute("RESET ROLE")


def test_it_does_a_days_work(role: None) -> None:
    case, answer, officer, leader = answered()
    actions.reopen(case, reason="Đèn lại tắt.", actor=resident(answer), at=moment(11))
    actions.redact(Case.objects.get(pk=case.pk), reason="Luật BVDLCN", actor=staff(case, "leader"), at=moment(12))
    while run_next_job(moment(13)):
        pass
    before = Leaf.objects.count()
    ledger.number(1000)
    assert Leaf.objects.count() == before + LogEntry.objects.count()


FORBIDDEN = (
    "UPDATE ledger_logentry SET day = day",
    "DELETE FROM ledger_logentry",
    "UPDATE ledger_leaf SET entry_id = entry_id",
    "DELETE FROM ledger_checkpoint",
    "TRUNCATE cases_step",
    "DROP TABLE cases_step",
    "ALTER TABLE cases_step DROP COLUMN reason",
    "CREATE TABLE kho (x int)",
    "CREATE ROLE ke_la SUPERUSER",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'y', now())",
    "COPY cases_voice TO '/tmp/voices'",
    "SELECT pg_read_file('/etc/passwd')",
)


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_it_does_no_more(role: None, statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SAVEPOINT asked")
        with pytest.raises(ProgrammingError, match=r"permission denied|must be"):
            cursor.execute(statement)
        cursor.execute("ROLLBACK TO SAVEPOINT asked")
