"""A denunciation that came by the wrong form: it moves to the sealed lane and leaves nothing behind."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from langnghe.cases import actions, conservation, filing, keystore
from langnghe.cases import history as cases
from langnghe.cases.lifecycle import acting, possible
from langnghe.cases.models import Case, RawIntake, Voice
from langnghe.cases.sealed.models import SealedRecord
from langnghe.core.refusal import Refused
from langnghe.ledger.models import LogEntry
from langnghe.ledger.verify import differences
from tests.cases.doing import case_in
from tests.cases.sealed.doing import CANARY, PASSPHRASE, recipient, recovery
from tests.cast import Cast, moment, received, staff

pytestmark = pytest.mark.django_db
PHOTO = b"\xff\xd8\xff" + bytes(99)


def told() -> Case:
    photo = filing.keep(SimpleUploadedFile("bien-ban.jpg", PHOTO), moment().date())
    return received(text=CANARY, spot=CANARY, contact={"phone": "0912345678"}, files=(photo,))[0]


def seal(case: Case) -> SealedRecord:
    who = staff(case)
    return actions.seal(case, kind="denunciation", to=Cast().committee, reason="Là tố cáo", actor=who, at=moment(9))


@pytest.fixture
def case(cast: Cast) -> Case:
    recipient()
    recovery()
    return told()


def in_clear() -> list[str]:
    """Return the tables in which the words can be read."""
    found = []
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 our own tables
            if CANARY in str(cursor.fetchall()):
                found.append(table)
    return found


def test_the_words_leave_the_public_lane_and_the_recipient_reads_them(case: Case, cast: Cast) -> None:
    assert in_clear()
    record = seal(case)
    assert in_clear() == []
    said = actions.read_sealed(record, passphrase=PASSPHRASE, reason="handle", actor=acting(cast.leader), at=moment(10))
    assert (said["text"], said["spot"], said["contact"]) == (CANARY, CANARY, {"phone": "0912345678"})
    assert (said["case"], said["files"][0]["name"]) == (case.code, "bien-ban.jpg")


def test_the_keys_to_the_original_and_the_file_are_destroyed(
    case: Case, django_capture_on_commit_callbacks: Any
) -> None:
    voice = case.voices.get()
    names = (("raw", voice.raw.key_name), ("files", voice.attachments.get().key_name))
    with django_capture_on_commit_callbacks(execute=True):
        seal(case)
    for ring, name in names:
        with pytest.raises(keystore.KeyDestroyed):
            keystore.read(ring, name)


def test_an_original_whose_key_has_gone_by_time_does_not_hold_it_up(case: Case) -> None:
    keystore.destroy("raw", RawIntake.objects.get().key_name)
    assert seal(case)


def test_the_public_log_does_not_tell_it_from_another_redaction(case: Case) -> None:
    seal(case)
    assert set(LogEntry.objects.filter(subject=case.code).values_list("event", flat=True)) == {"receive", "redact"}
    assert list(differences(cases.entries())) == list(cases.changed_words()) == []
    assert conservation.problems(conservation.totals(), of_log=True) == []


def test_no_desk_page_shows_it_any_more(case: Case, cast: Cast) -> None:
    seal(case)
    officer = Client()
    officer.force_login(cast.officer.account)
    assert officer.get(reverse("desk_case", args=[case.code])).status_code == 404
    assert case.code not in officer.get(reverse("queue") + "?loc=tat-ca").content.decode()
    assert officer.get(reverse("case", args=[case.code])).status_code == 404


def test_the_resident_finds_with_the_same_receipt_where_it_went(cast: Cast, client: Client) -> None:
    recipient()
    recovery()
    case, answer = received(text=CANARY)
    record = seal(case)
    assert bytes(record.receipt_hash) == bytes(Voice.objects.get().receipt_hash)
    page = client.post(reverse("look_up"), {"code": answer.receipt}, follow=True).content.decode()
    assert "kênh bảo mật" in page and CANARY not in page


def test_nothing_may_be_done_with_what_is_sealed(case: Case) -> None:
    seal(case)
    case.refresh_from_db()
    assert (case.state, case.due) == ("sealed", None)
    assert [possible(case, who) for who in (staff(case), staff(case, "leader"))] == [[], []]


def test_nothing_is_taken_away_while_nobody_could_open_it(cast: Cast) -> None:
    case = told()
    with pytest.raises(Refused, match="chưa có người nhận"):
        seal(case)
    assert (Voice.objects.get().text, Case.objects.get().state) == (CANARY, "received")


def test_a_drafted_case_is_returned_first(cast: Cast) -> None:
    recipient()
    recovery()
    case, _answer = case_in("drafted")
    with pytest.raises(Refused):
        seal(case)
