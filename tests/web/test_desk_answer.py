"""An answer from its template to its publication: proof in pictures, checks by a person, approval where wanted."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from langnghe.cases import actions, filing
from langnghe.cases.history import changed_words
from langnghe.cases.lifecycle import acting
from langnghe.cases.models import Case, ProofPaper, ProofPhoto, Reply, Step
from langnghe.registry import law
from tests.cast import Cast, assigned, moment, received
from tests.web.test_desk import CHECKED, post, signed_in

pytestmark = pytest.mark.django_db
DONE = {"text": "Đã thay bóng ngày 10/06.", "outcome": "done"}


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CLOCK = moment(10)


def photo(name: str = "sau.jpg", colour: Any = "green") -> SimpleUploadedFile:
    out, exif = BytesIO(), Image.Exif()
    exif[0x010E] = "bi mat trong anh"
    Image.new("RGB", (64, 48), colour).save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def page(member: Any, case: Case, query: str = "") -> Any:
    return signed_in(member).get(reverse("desk_case", args=[case.code]) + query)


def form(member: Any, case: Case, verb: str, query: str = "") -> Any:
    chosen = page(member, case, query or f"?lam={verb}").context["moves"].chosen
    assert chosen.verb == verb
    return chosen.form


def test_a_template_begins_the_answer_with_what_the_record_knows(cast: Cast) -> None:
    case, *_ = assigned()
    initial = form(cast.officer, case, "draft", "?mau=no_money").initial
    assert initial["outcome"] == "no_money"
    assert "08/06/2026" in initial["text"] and cast.committee.name in initial["text"]
    assert "[số tiền]" in initial["text"] and "{" not in initial["text"]


def test_a_topic_has_its_own_template_before_the_general_one(cast: Cast) -> None:
    case, *_ = assigned()  # street lighting
    offered = [each.code for each in page(cast.officer, case, "?lam=draft").context["moves"].templates]
    assert offered[0] == "done.chieu_sang" and "done" not in offered and "no_money" in offered


@pytest.mark.parametrize("query", ["?mau=khong-co", "?mau=", "?mau=%00"])
def test_no_template_breaks_the_page(cast: Cast, query: str) -> None:
    case, *_ = assigned()
    assert page(cast.officer, case, query).status_code == 200


def test_an_answer_with_open_blanks_is_refused_and_kept(cast: Cast) -> None:
    case, *_ = assigned()
    text = "Sẽ làm trước ngày [ngày xong]."
    answer = post(cast.officer, case, "draft", text=text, outcome="scheduled")
    assert answer.status_code == 409
    assert "Còn chỗ chưa điền: [ngày xong]" in answer.content.decode() and text in answer.content.decode()


def test_done_needs_proof_and_a_photo_is_proof(cast: Cast) -> None:
    case, *_ = assigned()
    assert post(cast.officer, case, "draft", **DONE).status_code == 409
    assert post(cast.officer, case, "draft", **DONE, photos=[photo()]).status_code == 302
    assert Reply.objects.get().photos.count() == 1


def test_what_is_no_photo_is_refused_in_words(cast: Cast) -> None:
    case, *_ = assigned()
    bad = SimpleUploadedFile("anh.jpg", b"\xff\xd8\xff" + b"0" * 99, "image/jpeg")
    answer = post(cast.officer, case, "draft", **DONE, photos=[bad])
    assert answer.status_code == 422 and "không đọc được" in answer.content.decode()


def test_a_proof_is_redrawn_and_seen_by_everyone_only_once_it_is_published(cast: Cast, client: Any) -> None:
    case, *_ = assigned()
    actions.publish(case, title="Đèn tắt", summary="", actor=acting(cast.officer), at=moment())
    post(cast.officer, case, "draft", **DONE, photos=[photo()])
    proof = ProofPhoto.objects.get()
    address = reverse("public_photo", args=[proof.place])
    assert b"bi mat" not in filing.path(proof.place).read_bytes()
    assert client.get(address).status_code == 404
    post(cast.leader, case, "approve", **CHECKED, publish="on")
    assert client.get(address).status_code == 200
    assert address in client.get(reverse("case", args=[case.code])).content.decode()
    actions.unpublish(case, reason="Nêu tên người", actor=acting(cast.officer), at=moment(10))
    assert client.get(address).status_code == 404


def paper(name: str = "Biên bản nghiệm thu.pdf", content: bytes = b"%PDF-1.7 bien ban") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def test_a_pdf_is_proof_and_is_given_to_everyone_only_once_it_is_published(cast: Cast, client: Any) -> None:
    case, *_ = assigned()
    actions.publish(case, title="Đèn tắt", summary="", actor=acting(cast.officer), at=moment())
    assert post(cast.officer, case, "draft", **DONE, papers=[paper()]).status_code == 302
    proof = ProofPaper.objects.get()
    public, own = reverse("public_paper", args=[proof.place]), reverse("proof_paper", args=[case.code, proof.pk])
    assert own in page(cast.leader, case).content.decode()
    assert list(dropping(cast, case).values()) == ["Biên bản nghiệm thu.pdf"]
    read = signed_in(cast.leader).get(own)
    assert b"".join(read.streaming_content) == b"%PDF-1.7 bien ban"
    assert signed_in(cast.other_officer).get(own).status_code == client.get(public).status_code == 404
    post(cast.leader, case, "approve", **CHECKED, publish="on")
    seen = client.get(public)
    assert (seen.content, seen["Content-Type"]) == (b"%PDF-1.7 bien ban", "application/pdf")
    assert seen["Content-Disposition"].startswith("attachment") and "sandbox" in seen["Content-Security-Policy"]
    assert "Biên bản nghiệm thu.pdf" in client.get(reverse("case", args=[case.code])).content.decode()
    assert not list(changed_words())


def test_a_proof_that_is_no_pdf_or_goes_astray_is_told(cast: Cast) -> None:
    case, *_ = assigned()
    answer = post(cast.officer, case, "draft", **DONE, papers=[paper("a.pdf", b"<html>%PDF-")])
    assert answer.status_code == 422 and "không phải" in answer.content.decode()
    answer = post(cast.officer, case, "draft", **DONE, papers=[photo("anh.pdf")])
    assert answer.status_code == 422 and "không phải PDF" in answer.content.decode()
    post(cast.officer, case, "draft", **DONE, papers=[paper()])
    post(cast.leader, case, "approve", **CHECKED, publish="on")
    ProofPaper.objects.update(place="0" * 64)
    assert any("câu trả lời đã công bố không còn đúng" in line for line in changed_words())
    assert any("tệp bằng chứng" in line and "mất tệp" in line for line in filing.differences())


def dropping(cast: Cast, case: Case) -> dict[str, str]:
    """Return what the form of the draft offers to leave out: the words by the places."""
    return dict(form(cast.officer, case, "draft").fields["dropped"].choices)


def test_photos_go_on_with_the_next_draft_until_they_are_left_out(cast: Cast) -> None:
    case, *_ = assigned()
    post(cast.officer, case, "draft", **DONE, photos=[photo(), photo(colour="red")], papers=[paper()])
    green, red, written = dropping(cast, case)
    assert all(words in page(cast.officer, case, "?lam=draft").content.decode() for words in ("Ảnh 2", "nghiệm thu"))
    post(cast.officer, case, "draft", **DONE, dropped=[green, written], photos=[photo(colour="blue")])
    places = Reply.objects.latest("pk").photos.order_by("pk").values_list("place", flat=True)
    assert places[0] == red and len(places) == 2 and green not in places
    assert not Reply.objects.latest("pk").papers.exists()


def test_the_last_proof_of_what_is_done_cannot_be_left_out(cast: Cast) -> None:
    case, *_ = assigned()
    post(cast.officer, case, "draft", **DONE, photos=[photo()])
    left_out = [*dropping(cast, case)]
    answer = post(cast.officer, case, "draft", **DONE | {"text": "Xong ngày 10/06."}, dropped=left_out)
    assert answer.status_code == 409 and "cần bằng chứng" in answer.content.decode()
    assert "Xong ngày 10/06." in answer.content.decode()
    assert answer.context["moves"].chosen.form["dropped"].value() == left_out


def test_an_answer_has_only_so_many_photos(cast: Cast) -> None:
    case, *_ = assigned()
    for red in (1, 2):
        answer = post(cast.officer, case, "draft", **DONE, photos=[photo(colour=(red, 0, n * 40)) for n in range(3)])
    assert answer.status_code == 409 and "nhiều nhất 5 ảnh" in answer.content.decode()
    assert ProofPhoto.objects.count() == 3


def test_a_photo_that_another_left_out_meanwhile_is_told(cast: Cast) -> None:
    case, *_ = assigned()
    post(cast.officer, case, "draft", **DONE, photos=[photo(), photo(colour="red")])
    answer = post(cast.officer, case, "draft", **DONE, dropped=["0" * 64])
    assert answer.status_code == 422 and "vừa được viết lại" in answer.content.decode()


def test_redaction_takes_the_proof_away_from_page_and_disk(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    case, *_ = assigned()
    post(cast.officer, case, "draft", **DONE, photos=[photo()], papers=[paper()])
    post(cast.leader, case, "approve", **CHECKED, publish="on")
    path = filing.path(ProofPhoto.objects.get().place)
    written = filing.path(ProofPaper.objects.get().place)
    with django_capture_on_commit_callbacks(execute=True):
        actions.redact(Case.objects.get(), reason="Theo luật", actor=acting(cast.leader), at=moment(10))
    assert not path.exists() and not ProofPhoto.objects.exists()
    assert not written.exists() and not ProofPaper.objects.exists()


def test_a_leader_approves_and_publishes_in_one_go(cast: Cast) -> None:
    case, *_ = assigned()
    post(cast.officer, case, "draft", **DONE, photos=[photo()])
    assert post(cast.leader, case, "approve", answers="on", plain="on", publish="on").status_code == 302
    case.refresh_from_db()
    assert case.state == "answered"
    assert set(Step.objects.values_list("verb", flat=True)) >= {"draft", "approve", "reply"}


def test_without_its_checks_nothing_is_approved(cast: Cast) -> None:
    case, *_ = assigned()
    post(cast.officer, case, "draft", **DONE, photos=[photo()])
    assert post(cast.leader, case, "approve", answers="on").status_code == 422
    case.refresh_from_db()
    assert case.state == "drafted"


def test_the_machine_points_at_what_says_nothing_and_a_person_decides(cast: Cast) -> None:
    case, *_ = assigned()
    post(cast.officer, case, "draft", text="Chúng tôi sẽ xem xét trong thời gian tới.", outcome="scheduled")
    told = " ".join(form(cast.leader, case, "approve").remarks)
    assert "ngày nào" in told and "“sẽ xem xét”" in told and "“trong thời gian tới”" in told and "bằng chứng" in told
    assert post(cast.leader, case, "approve", answers="on", plain="on").status_code == 422
    assert post(cast.leader, case, "approve", **CHECKED).status_code == 302


def test_a_body_without_approval_publishes_after_the_same_checks(cast: Cast) -> None:
    signed_in(cast.leader).post(reverse("own_body"), {})
    case, *_ = assigned()
    post(cast.officer, case, "draft", **DONE, photos=[photo()])
    case.refresh_from_db()
    assert case.state == "approved"
    assert post(cast.officer, case, "reply").status_code == 422
    assert post(cast.officer, case, "reply", answers="on", plain="on").status_code == 302


def test_who_approves_reads_the_outcome_in_plain_words_in_the_draft_and_beside_the_checks(cast: Cast) -> None:
    case, *_ = assigned()
    post(cast.officer, case, "draft", **DONE, photos=[photo()])
    shown, outcome = page(cast.leader, case).content.decode(), law.outcomes()["done"]
    draft, checks = shown.split("Bản thảo trả lời")[1].split("Người dân sẽ đọc kết quả")
    for part in (draft, checks):
        assert f"<strong>{outcome.name}</strong>. {outcome.plain}" in part


def test_who_drafts_where_no_leader_approves_can_write_the_answer_again(cast: Cast) -> None:
    signed_in(cast.leader).post(reverse("own_body"), {})
    case, *_ = assigned()
    post(cast.officer, case, "draft", **DONE, photos=[photo()])
    assert form(cast.officer, case, "draft").initial["text"] == DONE["text"]
    post(cast.officer, case, "draft", **DONE | {"text": "Đã thay hai bóng ngày 10/06."})
    assert post(cast.officer, case, "reply", **CHECKED).status_code == 302
    assert Reply.objects.get(state="published").text == "Đã thay hai bóng ngày 10/06."


def test_an_approved_answer_that_is_written_again_is_approved_anew(cast: Cast) -> None:
    case, *_ = assigned()
    post(cast.officer, case, "draft", **DONE, photos=[photo()])
    post(cast.leader, case, "approve", **CHECKED)
    assert "lãnh đạo phải duyệt lại" in page(cast.officer, case, "?lam=draft").content.decode()
    post(cast.officer, case, "draft", **DONE | {"text": "Đã thay hai bóng ngày 10/06."})
    assert post(cast.officer, case, "reply", **CHECKED).status_code == 409
    assert list(Reply.objects.order_by("pk").values_list("state", flat=True)) == ["returned", "draft"]
    post(cast.leader, case, "approve", **CHECKED, publish="on")
    assert Reply.objects.get(state="published").text == "Đã thay hai bóng ngày 10/06."


def test_a_fresh_case_is_taken_and_answered_in_one_go_with_every_step(cast: Cast) -> None:
    case, _answer = received()
    assert post(cast.officer, case, "draft", **DONE, photos=[photo()]).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.officer) == ("drafted", cast.officer.account)
    assert list(case.steps.order_by("pk").values_list("verb", flat=True)) == ["receive", "accept", "assign", "draft"]


def test_a_refused_answer_takes_nothing(cast: Cast) -> None:
    case, _answer = received()
    assert post(cast.officer, case, "draft", **DONE).status_code == 409  # no proof
    case.refresh_from_db()
    assert case.state == "received"


def test_another_body_cannot_answer_at_once(cast: Cast) -> None:
    case, _answer = received()
    assert post(cast.province_officer, case, "draft", **DONE, photos=[photo()]).status_code == 409
    assert post(cast.other_officer, case, "draft", **DONE).status_code == 404
