"""Passages of a resident's words are covered before everyone reads them: a person decides, a reason is shown."""

from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from langnghe.cases import actions
from langnghe.cases.desk_models import Cover
from langnghe.cases.history import changed_words
from langnghe.cases.models import Case, Voice
from langnghe.cases.searching import find, find_voices
from langnghe.web.desk.checks import personal
from tests.cast import Cast, acting, moment, received
from tests.web.test_canary import plain_addresses, words_of
from tests.web.test_desk import post, signed_in
from tests.web.test_residents import enter

pytestmark = pytest.mark.django_db

SAID = "Nhà ông Lê Văn Nở đổ rác ra mương từ tháng 3, chỗ quán Tím."
WHY = "Nêu tên một người"
TITLE = "Rác ở mương"


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CLOCK = moment(10)


def covered(cast: Cast, case: Case, **said: object) -> Any:
    return post(cast.officer, case, "publish", **{"title": TITLE, "reason": WHY, "seen": "on"} | said)


def page(client: Client, case: Case) -> str:
    return client.get(reverse("case", args=[case.code])).content.decode()


def test_what_stays_is_shown_before_it_is_published(cast: Cast) -> None:
    case, _answer = received(text=SAID, shows_text=True)
    form = signed_in(cast.officer).get(reverse("desk_case", args=[case.code]), {"lam": "publish"}).content.decode()
    assert 'value="ông Lê Văn Nở"' in form
    answer = covered(cast, case, covers=["ông Lê Văn Nở"], others="quán  tím", seen="")
    assert answer.status_code == 422 and not Case.objects.get().is_public
    assert answer.context["moves"].chosen.form.previews == [["Nhà ", " đổ rác ra mương từ tháng 3, chỗ ", "."]]
    assert "quán  tím" in answer.content.decode()


def test_everyone_reads_a_gap_and_why_and_the_resident_and_the_desk_the_whole(cast: Cast, client: Client) -> None:
    case, answer = received(text=SAID, shows_text=True)
    assert covered(cast, case, covers=["ông Lê Văn Nở"], others="quán Tím").status_code == 302
    public = page(client, case)
    assert "đổ rác ra mương từ tháng 3" in public and WHY in public and "đã che" in public
    own = enter(client, answer.receipt).content.decode()
    assert SAID in own and WHY in own
    assert SAID in signed_in(cast.officer).get(reverse("desk_case", args=[case.code])).content.decode()


def test_what_is_covered_comes_out_nowhere(cast: Cast, client: Client) -> None:
    case, _answer = received(text=SAID, shows_text=True)
    covered(cast, case, covers=["ông Lê Văn Nở"], others="quán Tím")
    actions.index_voices()
    addresses = {*plain_addresses(get_resolver().url_patterns)} - {reverse("source")}
    addresses |= {reverse(name, args=[case.code]) for name in ("case", "case_feed")}
    addresses |= {f"{reverse('cases')}?tim=rac+muong", f"{reverse('alike')}?text={SAID}"}
    told = {address: words_of(client.get(address)) for address in addresses}
    assert [address for address, words in told.items() if "Văn Nở" in words or "quán Tím" in words] == []
    assert find("rac muong") == [case.pk] and find("van no") == find("quan tim") == []
    assert list(find_voices("van no")) == [case.voices.get()]


def test_a_passage_that_is_not_there_is_refused_and_nothing_is_lost(cast: Cast) -> None:
    case, _answer = received(text=SAID, shows_text=True)
    answer = covered(cast, case, others="quán Vàng")
    assert answer.status_code == 409 and not Case.objects.get().is_public
    assert "Không thấy “quán Vàng”" in answer.content.decode() and WHY in answer.content.decode()


def test_a_name_ends_with_the_words_of_who_said_it(cast: Cast) -> None:
    case, _answer = received(text="Rác trước nhà ông Trần Văn Đạo", shows_text=True)
    received(joins=case, key="k-2", text="Quán nước xả bừa.", shows_text=True)
    shown = signed_in(cast.officer).get(reverse("desk_case", args=[case.code]), {"lam": "publish"})
    offered = shown.context["moves"].chosen.form.fields["covers"].choices
    assert [words for words, _label in offered] == ["ông Trần Văn Đạo"]
    assert personal("Cạnh nhà ông Trần Văn Đạo", "Quán nước xả bừa.") == ["tên người: “ông Trần Văn Đạo”"]


def test_covering_needs_a_reason(cast: Cast) -> None:
    case, _answer = received(text=SAID, shows_text=True)
    answer = covered(cast, case, covers=["ông Lê Văn Nở"], reason=" ")
    assert answer.status_code == 409 and "hãy ghi lý do" in answer.content.decode()


@pytest.mark.parametrize("field", ["title", "summary", "reason"])
def test_what_is_covered_may_not_stand_elsewhere_on_the_page(cast: Cast, field: str) -> None:
    case, _answer = received(text=SAID, shows_text=True)
    answer = covered(cast, case, **{"others": "quán Tím", field: "Rác cạnh QUÁN TÍM"})
    assert answer.status_code == 409 and "“quán Tím” được che mà vẫn đứng" in answer.content.decode()


def test_nor_in_the_spot(cast: Cast) -> None:
    case, _answer = received(text=SAID, spot="cạnh quán Tím", shows_text=True)
    assert covered(cast, case, others="quán Tím", spot=case.spot).status_code == 409
    assert covered(cast, case, others="quán Tím", spot="").status_code == 302


def test_an_answer_that_says_it_again_is_pointed_at_before_it_is_published(cast: Cast) -> None:
    case, _answer = received(text=SAID, shows_text=True)
    covered(cast, case, covers=["ông Lê Văn Nở"], others="quán Tím")
    post(cast.officer, case, "draft", text="Đã dọn mương chỗ Quán Tím ngày 10/06.", outcome="advised")
    checks = {"answers": "on", "plain": "on", "publish": "on"}
    told = post(cast.leader, case, "approve", **checks)
    assert told.status_code == 422 and "Nhắc lại chỗ đã che: “quán Tím”." in told.context["moves"].chosen.form.remarks
    assert post(cast.leader, case, "approve", **checks, seen="on").status_code == 302


def test_what_was_covered_is_kept_for_the_next_time_and_can_be_uncovered(cast: Cast, client: Client) -> None:
    case, _answer = received(text=SAID, shows_text=True)
    covered(cast, case, covers=["ông Lê Văn Nở"], others="quán Tím")
    form = signed_in(cast.officer).get(reverse("desk_case", args=[case.code]), {"lam": "publish"})
    first = form.context["moves"].chosen.form.initial
    assert (first["covers"], first["others"]) == (["ông Lê Văn Nở"], "quán Tím")
    covered(cast, case, covers=["ông Lê Văn Nở"])
    assert "quán Tím" in page(client, case) and "Văn Nở" not in page(client, case)
    covered(cast, case, reason="")
    assert SAID in page(client, case) and not Cover.objects.exists()
    assert list(changed_words()) == []


def test_a_cover_that_somebody_moves_behind_the_log_is_found(cast: Cast) -> None:
    case, _answer = received(text=SAID, shows_text=True)
    covered(cast, case, covers=["ông Lê Văn Nở"])
    assert list(changed_words()) == []
    Cover.objects.update(passage="mương")
    assert [line.split(":")[0] for line in changed_words()] == [case.code]


def test_where_nobody_wished_their_words_shown_there_is_nothing_to_cover(cast: Cast) -> None:
    case, _answer = received(text=SAID)
    form = signed_in(cast.officer).get(reverse("desk_case", args=[case.code]), {"lam": "publish"})
    assert not {"covers", "others"} & set(form.context["moves"].chosen.form.fields)
    assert covered(cast, case, others="quán Tím").status_code == 302
    assert not Cover.objects.exists()


def test_covers_go_with_the_words_of_one_and_the_others_wait(cast: Cast, client: Client) -> None:
    case, _answer = received(text=SAID, shows_text=True)
    received(text="Bà Đỗ Thị Ớt cũng thấy.", shows_text=True, joins=case, key="k-2")
    covered(cast, case, covers=["ông Lê Văn Nở", "Bà Đỗ Thị Ớt"])
    voice = Voice.objects.earliest("pk")
    actions.redact_voice(voice, reason="Điều 14", actor=acting(cast.leader), at=moment(11))
    assert not Cover.objects.exists() and list(changed_words()) == []
    assert "cũng thấy" not in page(client, case) and "Ớt" not in page(client, case)
    covered(cast, Case.objects.get(), covers=["Bà Đỗ Thị Ớt"])
    assert "cũng thấy" in page(client, case) and "Ớt" not in page(client, case)
    assert list(changed_words()) == []


def test_covers_of_before_are_forgotten_with_the_words(cast: Cast) -> None:
    case, _answer = received(text=SAID, shows_text=True)
    received(text="Tôi cũng thấy.", shows_text=True, joins=case, key="k-2")
    covered(cast, case, covers=["ông Lê Văn Nở"])
    covered(cast, case, summary="Phản ánh về rác.")
    actions.redact_voice(Voice.objects.earliest("pk"), reason="Điều 14", actor=acting(cast.leader), at=moment(11))
    first, last = case.steps.filter(verb="publish").order_by("pk")
    assert bytes(first.digest) == b"" and last.reason == WHY
    assert list(changed_words()) == []
