"""Files with a voice: kept for good before the receipt, opened by the right officers only, refused without a loss."""

import html
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from langnghe.cases import actions, filing, keystore
from langnghe.cases.actions import receiving
from langnghe.cases.lifecycle import LEADER
from langnghe.cases.models import Attachment, Case, RawIntake, Voice
from langnghe.registry.models import Member
from tests.cast import Cast, moment, staff
from tests.web.test_speak import GOOD, TEXT

pytestmark = pytest.mark.django_db
PHOTO = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40
PDF = b"%PDF-1.7 " + b"x" * 500


@pytest.fixture(autouse=True)
def monday(settings: Any) -> None:
    settings.CLOCK = moment()
    for path in filing.folder().glob("*/*"):
        path.unlink()


@pytest.fixture
def key(client: Client) -> str:
    return str(client.get(reverse("speak")).context["form"]["key"].value())


def file(content: bytes = PHOTO, name: str = "cống tắc.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def send(client: Client, key: str, *files: SimpleUploadedFile, **changes: str) -> Any:
    return client.post(reverse("speak"), GOOD | {"key": key, "attached": list(files)} | changes)


def stored() -> list[Path]:
    return list(filing.folder().glob("*/*"))


def opened(member: Member, row: Attachment) -> Any:
    client = Client()
    client.force_login(member.account)
    return client.get(reverse("attachment", args=[row.voice.case.code, row.pk]))


def test_a_photo_and_a_paper_come_with_the_voice(client: Client, key: str) -> None:
    assert "code" in send(client, key, file(), file(PDF, "don.pdf")).context
    rows = Attachment.objects.order_by("pk").values_list("name", "media", "size")
    assert list(rows) == [("cống tắc.jpg", "image/jpeg", len(PHOTO)), ("don.pdf", "application/pdf", len(PDF))]
    assert [filing.content(row) for row in Attachment.objects.order_by("pk")] == [PHOTO, PDF]
    assert list(filing.differences()) == []


def test_on_the_disk_nobody_can_read_it(client: Client, key: str) -> None:
    send(client, key, file())
    (only,) = stored()
    assert PHOTO[4:40] not in only.read_bytes()
    assert only.stat().st_size > 0


def test_the_file_lies_safe_before_the_voice_is_written(client: Client, key: str, monkeypatch: Any) -> None:
    seen: list[tuple[int, int]] = []
    insert = receiving.insert

    def watched(rows: Any) -> Any:
        seen.append((len(stored()), Voice.objects.count()))
        return insert(rows)

    monkeypatch.setattr(receiving, "insert", watched)
    send(client, key, file())
    assert seen == [(1, 0)]


def test_the_desk_of_the_case_gives_it_out_and_nobody_else(client: Client, key: str, cast: Cast) -> None:
    send(client, key, file())
    row = Attachment.objects.get()
    answer = opened(cast.officer, row)
    assert b"".join(answer.streaming_content) == PHOTO
    assert answer["Content-Disposition"].startswith("attachment;")
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "no-store")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert opened(cast.other_officer, row).status_code == 404
    assert client.get(reverse("attachment", args=[row.voice.case.code, row.pk])).status_code == 302


def test_a_file_is_not_given_out_under_the_code_of_another_case(client: Client, key: str, cast: Cast) -> None:
    send(client, key, file())
    row = Attachment.objects.get()
    other = str(client.get(reverse("speak")).context["form"]["key"].value())
    send(client, other)
    case = Case.objects.latest("pk")
    officer = Client()
    officer.force_login(cast.officer.account)
    assert officer.get(reverse("attachment", args=[case.code, row.pk])).status_code == 404


def test_the_case_page_names_each_file(client: Client, key: str, cast: Cast) -> None:
    send(client, key, file(), file(PDF, "don.pdf"))
    officer = Client()
    officer.force_login(cast.officer.account)
    page = html.unescape(officer.get(reverse("desk_case", args=[Case.objects.get().code])).content.decode())
    assert "cống tắc.jpg" in page and "don.pdf" in page


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<html><script>alert(1)</script>", "anh.jpg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "anh.svg"),
        (b"MZ\x90\x00" * 9, "phim.mp4"),
        (b"PK\x03\x04" + bytes(40), "don.pdf"),
        (b"", "trong.png"),
    ],
)
def test_what_is_no_photo_sound_film_or_pdf_is_refused_and_the_words_stay(
    client: Client, key: str, content: bytes, name: str
) -> None:
    answer = send(client, key, file(PDF, "tot.pdf"), file(content, name))
    page = html.unescape(answer.content.decode())
    assert (name in page, TEXT in page, "phải chọn lại" in page) == (True, True, True)
    assert (stored(), Voice.objects.count(), RawIntake.objects.count()) == ([], 0, 0)


@pytest.mark.parametrize(
    ("count", "size", "words"),
    [(6, 1000, "nhiều nhất 5 tệp"), (1, 8 * 2**20 + 1, "lớn hơn 8 MB"), (3, 7 * 2**20, "lớn hơn 20 MB")],
)
def test_too_many_or_too_large_is_refused_in_words(client: Client, key: str, count: int, size: int, words: str) -> None:
    files = [file(PDF + bytes(size - len(PDF)), f"{number}.pdf") for number in range(count)]
    page = html.unescape(send(client, key, *files).content.decode())
    assert (words in page, TEXT in page, stored()) == (True, True, [])


def test_a_request_larger_than_any_form_is_not_even_read(client: Client) -> None:
    length = str(26 * 2**20)
    answer = client.post(reverse("speak"), b"", "multipart/form-data; boundary=x", CONTENT_LENGTH=length)
    assert answer.status_code == 413
    assert "bấm nút quay lại" in html.unescape(answer.content.decode())


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\anh\\nha.jpg", "nha.jpg"),
        ("a\r\nSet-Cookie: x.jpg", "aSet-Cookie: x.jpg"),
        ("anh\u202egpj.exe", "anhgpj.exe"),
        ("", "tep"),
        (" .. ", "tep"),
        ("ế" * 200 + ".jpeg", "ế" * 95 + ".jpeg"),
    ],
)
def test_a_name_is_only_a_name(given: str, kept: str) -> None:
    assert filing.plain_name(given) == kept


def test_a_second_click_keeps_one_and_the_copy_is_swept_a_day_later(client: Client, key: str) -> None:
    first, second = (send(client, key, file()).context["code"] for _click in range(2))
    assert (first == second, Attachment.objects.count(), len(stored())) == (True, 1, 2)
    actions.sweep_files(moment())
    assert len(stored()) == 2
    actions.sweep_files(moment() + timedelta(days=5000))
    assert [path.name for path in stored()] == [Attachment.objects.get().place]


def test_the_same_key_with_another_file_keeps_both_payloads(client: Client, key: str) -> None:
    send(client, key, file())
    page = html.unescape(send(client, key, file(PDF, "khac.pdf")).content.decode())
    assert "nội dung khác" in page
    assert sorted(RawIntake.objects.values_list("outcome", flat=True)) == ["quarantined", "voice"]


def test_a_lost_or_changed_file_is_found(client: Client, key: str) -> None:
    send(client, key, file(), file(PDF, "don.pdf"))
    lost, changed = Attachment.objects.order_by("pk")
    filing.path(lost.place).unlink()
    with filing.path(changed.place).open("r+b") as handle:
        handle.write(b"x")
    assert [line.split(": ")[1] for line in filing.differences()] == [
        f"tệp đính kèm #{lost.pk} mất tệp",
        f"tệp đính kèm #{changed.pk} tệp đã đổi",
    ]


def test_redaction_destroys_it_and_not_the_same_photo_of_another(
    client: Client, key: str, django_capture_on_commit_callbacks: Any
) -> None:
    send(client, key, file())
    send(client, str(client.get(reverse("speak")).context["form"]["key"].value()), file())
    gone, kept = Attachment.objects.order_by("pk")
    case = gone.voice.case
    with django_capture_on_commit_callbacks(execute=True):
        actions.redact(case, reason="Luật", actor=staff(case, LEADER), at=moment(9))
    with pytest.raises(keystore.KeyDestroyed):
        keystore.read("files", gone.key_name)
    assert (filing.path(gone.place).exists(), filing.content(kept)) == (False, PHOTO)
    assert list(filing.differences()) == []
    Attachment.objects.filter(pk=kept.pk).update(digest=b"")
    assert [line for line in filing.differences() if "nhật ký không ghi" in line]


def test_a_denunciation_leaves_no_file(client: Client, key: str) -> None:
    send(client, key, file(), kind="denunciation")
    assert stored() == []
