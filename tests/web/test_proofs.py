"""Proofs of an answer: blacked out before it is published, taken down with a reason afterwards, always as logged."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from langnghe.cases import actions, filing, history
from langnghe.cases.lifecycle import acting
from langnghe.cases.models import Case, ProofPaper, ProofPhoto, Reply, Step
from langnghe.core.refusal import Refused
from langnghe.ledger.verify import differences
from tests.cases.test_photos import colour
from tests.cast import Cast, assigned, moment, received
from tests.web.test_desk import CHECKED, post, signed_in
from tests.web.test_desk_answer import DONE, form, page, paper, photo

pytestmark = pytest.mark.django_db
HALF = {"trai": "0", "tren": "0", "rong": "50", "cao": "100", "verb": "show"}
WHY = "Ảnh chụp rõ mặt một em nhỏ."


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CLOCK = moment(10)


@pytest.fixture
def drafted(cast: Cast) -> Case:
    """Return a public case whose drafted answer has two photos and a paper."""
    case, *_ = assigned()
    actions.publish(case, title="Đèn tắt", summary="", actor=acting(cast.officer), at=moment())
    post(cast.officer, case, "draft", **DONE, photos=[photo(), photo(colour="red")], papers=[paper()])
    return case


@pytest.fixture
def published(cast: Cast, drafted: Case) -> Case:
    post(cast.leader, drafted, "approve", **CHECKED, publish="on")
    return drafted


def first() -> ProofPhoto:
    """Return the first photo of the newest answer."""
    return Reply.objects.latest("pk").photos.order_by("pk")[0]


def cover(member: Any, case: Case, proof: ProofPhoto, **changes: str) -> Any:
    return signed_in(member).post(reverse("black_out", args=[case.code, proof.pk]), HALF | changes)


def take_down(member: Any, case: Case, proof: ProofPhoto | ProofPaper, **changes: str) -> Any:
    chosen = {"proof": f"{proof._meta.model_name}-{proof.pk}", "reason": WHY}
    return post(member, case, "take_down", **chosen | changes)


def all_is_as_logged() -> bool:
    return [*history.changed_words(), *filing.differences(), *differences(history.entries())] == []


def test_a_photo_of_a_draft_is_blacked_out_in_its_place(cast: Cast, drafted: Case) -> None:
    before = first()
    address = reverse("black_out", args=[drafted.code, before.pk])
    assert address in page(cast.officer, drafted).content.decode()
    shown = signed_in(cast.officer).get(address).content.decode()
    assert "Che ảnh bằng chứng" in shown and 'name="words"' not in shown
    preview = signed_in(cast.officer).get(reverse("proof_preview", args=[drafted.code, before.pk]), HALF)
    assert max(colour(preview.content, 10, 20)) < 30 < max(colour(preview.content, 50, 20))
    assert cover(cast.officer, drafted, before).status_code == 302
    made = filing.path(first().place).read_bytes()
    assert max(colour(made, 10, 20)) < 30 < max(colour(made, 50, 20))
    again = Reply.objects.latest("pk")
    assert (again.text, again.outcome, again.photos.count(), again.papers.count()) == (*DONE.values(), 2, 1)


def test_an_approved_answer_with_a_photo_blacked_out_is_approved_anew(cast: Cast, drafted: Case) -> None:
    post(cast.leader, drafted, "approve", **CHECKED)
    cover(cast.officer, drafted, first())
    assert Case.objects.get().state == "drafted"
    assert post(cast.officer, drafted, "reply", **CHECKED).status_code == 409


def test_what_was_blacked_out_or_left_out_is_gone_once_the_answer_is_public(
    cast: Cast, drafted: Case, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    before = first()
    cover(cast.officer, drafted, before)
    assert filing.path(before.place).exists()
    with django_capture_on_commit_callbacks(execute=True):
        post(cast.leader, drafted, "approve", **CHECKED, publish="on")
    assert not filing.path(before.place).exists() and ProofPhoto.objects.count() == 2
    assert client.get(reverse("public_photo", args=[before.place])).status_code == 404
    assert client.get(reverse("public_photo", args=[first().place])).status_code == 200
    assert all_is_as_logged()


def test_what_was_blacked_out_is_gone_when_another_case_carries_this_one(
    cast: Cast, drafted: Case, django_capture_on_commit_callbacks: Any
) -> None:
    before = first()
    cover(cast.officer, drafted, before)
    drafted.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        actions.merge(drafted, into=received()[0], actor=acting(cast.officer), at=moment(10))
    assert not filing.path(before.place).exists() and filing.path(first().place).exists()
    assert all_is_as_logged()


def test_a_box_is_needed_and_a_wrong_one_comes_back(cast: Cast, drafted: Case) -> None:
    answer = cover(cast.officer, drafted, first(), trai="", tren="", rong="", cao="")
    assert answer.status_code == 422 and "Chưa che chỗ nào" in answer.content.decode()
    answer = cover(cast.officer, drafted, first(), rong="x")
    assert answer.status_code == 422 and 'value="x"' in answer.content.decode()
    assert Reply.objects.count() == 1


@pytest.mark.parametrize("verb", ["draft", "send_back", "approve"])
def test_a_photo_of_an_answer_that_waits_no_longer_is_not_blacked_out(cast: Cast, drafted: Case, verb: str) -> None:
    before = first()
    said = {"draft": DONE, "send_back": {"reason": WHY}, "approve": CHECKED | {"publish": "on"}}[verb]
    post(cast.leader, drafted, verb, **said)
    steps = Step.objects.count()
    answer = cover(cast.officer, drafted, before)
    assert answer.status_code == 422 and "Hãy mở lại trang vụ việc" in answer.content.decode()
    assert Step.objects.count() == steps


@pytest.mark.parametrize("who", ["other_officer", "province_officer", "supervisor", "commission"])
def test_nobody_else_blacks_out_or_takes_down(cast: Cast, published: Case, who: str) -> None:
    proof = first()
    cover(getattr(cast, who), published, proof)
    take_down(getattr(cast, who), published, proof)
    assert not Step.objects.filter(verb="take_down").exists() and Reply.objects.count() == 1


def test_a_photo_taken_down_is_gone_and_everyone_reads_why(
    cast: Cast, published: Case, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    proof, address = first(), reverse("case", args=[published.code])
    assert len(form(cast.officer, published, "take_down").fields["proof"].choices) == 3
    with django_capture_on_commit_callbacks(execute=True):
        assert take_down(cast.officer, published, proof).status_code == 302
    assert not filing.path(proof.place).exists()
    assert client.get(reverse("public_photo", args=[proof.place])).status_code == 404
    shown = client.get(address).content.decode()
    assert proof.place not in shown and shown.count('<figure class="photo">') == 1
    assert f"Cơ quan đã gỡ một ảnh bằng chứng ngày 10/06/2026. Lý do: {WHY}" in shown
    assert all_is_as_logged()
    assert take_down(cast.leader, published, proof).status_code == 422
    assert len(form(cast.officer, published, "take_down").fields["proof"].choices) == 2


def test_a_paper_taken_down_is_gone_and_everyone_reads_why(
    cast: Cast, published: Case, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    proof = ProofPaper.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        take_down(cast.officer, published, proof)
    assert not filing.path(proof.place).exists()
    assert client.get(reverse("public_paper", args=[proof.place])).status_code == 404
    own = reverse("proof_paper", args=[published.code, proof.pk])
    assert signed_in(cast.officer).get(own).status_code == 404
    shown = client.get(reverse("case", args=[published.code])).content.decode()
    assert proof.name not in shown
    assert f"Cơ quan đã gỡ một tệp PDF bằng chứng ngày 10/06/2026. Lý do: {WHY}" in shown
    assert all_is_as_logged()


def test_it_is_taken_down_only_with_a_reason_that_somebody_has_looked_at(cast: Cast, published: Case) -> None:
    assert take_down(cast.officer, published, first(), reason=" ").status_code == 422
    answer = take_down(cast.officer, published, first(), reason="Lộ mặt ông Trần Văn Tư.")
    assert answer.status_code == 422 and "“ông Trần Văn Tư”" in answer.content.decode()
    assert not Step.objects.filter(verb="take_down").exists()
    assert take_down(cast.officer, published, first(), reason="Lộ mặt ông Trần Văn Tư.", seen="on").status_code == 302


def test_of_two_who_take_it_down_at_once_the_second_is_told(cast: Cast, published: Case) -> None:
    proof = first()
    said = {"proof": proof, "reason": WHY, "actor": acting(cast.officer), "at": moment(10)}
    actions.take_down(published, **said)
    with pytest.raises(Refused, match="đã được gỡ rồi"):
        actions.take_down(published, **said)


def test_a_proof_that_vanished_without_a_word_is_found(cast: Cast, published: Case) -> None:
    proof, other = Reply.objects.get().photos.order_by("pk")
    take_down(cast.officer, published, proof)
    ProofPhoto.objects.filter(pk=other.pk).update(taken_down=Step.objects.get(verb="take_down"))
    assert "bị gỡ mà nhật ký không ghi" in " ".join(filing.differences())


def test_without_a_published_proof_there_is_nothing_to_take_down(cast: Cast, drafted: Case) -> None:
    shown = page(cast.officer, drafted, "?lam=take_down").content.decode()
    assert "m-take_down" not in shown


def test_a_redaction_takes_what_was_taken_down_along(cast: Cast, published: Case) -> None:
    take_down(cast.officer, published, first())
    actions.redact(Case.objects.get(), reason="Theo luật", actor=acting(cast.leader), at=moment(10))
    assert not ProofPhoto.objects.exists() and all_is_as_logged()
