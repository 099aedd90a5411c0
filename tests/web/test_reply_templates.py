"""Reply templates on screen: their names checked, who wins, what an officer sees, what a preview shows."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from langnghe.cases.templates import filled, fitting
from langnghe.registry import actions as registry
from langnghe.registry import law
from langnghe.registry.models import RegisterChange, ReplyTemplate
from langnghe.registry.register_list import REGISTERS
from langnghe.registry.registers import texts
from tests.cast import Cast, assigned, moment, received
from tests.web.test_public_cases import page
from tests.web.test_registers import save

pytestmark = pytest.mark.django_db
SLUG = "mau-tra-loi"
TODAY = date(2026, 6, 30)


@pytest.fixture(autouse=True)
def today(settings: Any) -> Any:
    settings.CLOCK = moment(30)
    law.forget()
    yield
    law.forget()


@pytest.fixture
def keeper(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.commission.account)
    return client


def typed(row: str = "done", /, **changes: str) -> dict[str, str]:
    fresh = {"valid_from": "2026-06-01", "citation": "QĐ 12/2026 của tỉnh", "confidence": "S"}
    return texts(REGISTERS[SLUG], ReplyTemplate.objects.get(code=row)) | fresh | changes


def asked(client: Client, said: dict[str, str], code: str = "done") -> Any:
    row = ReplyTemplate.objects.get(code=code, origin="release")
    return client.post(reverse("register_row", args=[SLUG, row.pk]), said)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Kính gửi {ten_nguoi_gui}", "Không có ô tự điền “{ten_nguoi_gui}”. Các ô dùng được: {co_quan}"),
        ("{co_quan.__class__}", "Không có ô tự điền"),
        ("{noi!r:>99999999}", "Không có ô tự điền"),
        ("{}", "Không có ô tự điền"),
        ("{noi", "mở và đóng đủ"),
        ("Ngày [ngày làm xong", "trên một dòng"),
        ("[" + "a" * 61 + "]", "không quá 60 ký tự"),
    ],
)
def test_a_text_that_could_not_be_filled_is_refused_and_kept(keeper: Client, text: str, why: str) -> None:
    answer = asked(keeper, typed(text_vi=text))
    assert answer.status_code == 422 and why in answer.context["form"].errors["text_vi"][0]
    assert answer.context["form"]["text_vi"].value() == text


def test_the_preview_counts_and_reads_as_the_officer_will_read_it(keeper: Client) -> None:
    case, *_ = assigned(moment(29))
    lines = asked(keeper, typed(text_vi="{co_quan} về {vu_viec}, {linh_vuc}: [làm gì].")).context["foreseen"]
    assert lines["lines"][0].startswith("0 vụ việc")  # street lights have words of their own
    received(moment(29), topic=law.topics()["rac_thai"])
    own = asked(keeper, typed("done.chieu_sang", text_vi="{co_quan} về {vu_viec}: [làm gì]."), "done.chieu_sang")
    assert own.context["foreseen"]["lines"][0].startswith("1 vụ việc đang mở sẽ có mẫu này")
    assert own.context["foreseen"]["sample"] == f"{case.holder.name} về {case.code}: [làm gì]."
    assert not ReplyTemplate.objects.filter(origin="operator").exists() and not RegisterChange.objects.exists()


def test_without_a_case_the_preview_is_of_a_sample(keeper: Client) -> None:
    assert "(nơi xảy ra)" in page(asked(keeper, typed(text_vi="Tại {noi}: [làm gì].")))


def test_the_words_of_the_province_go_over_those_of_the_release_from_their_day(keeper: Client) -> None:
    case, _answer = received(moment(29), topic=law.topics()["rac_thai"])
    row = ReplyTemplate.objects.get(code="done.rac_thai")
    save(keeper, SLUG, row.pk, typed("done.rac_thai", text_vi="Đã dọn.\r\nTại {noi}."))
    registry.load_law()
    found = {each.code: each for each in fitting(case, TODAY)}
    assert filled(found["done.rac_thai"], case) == f"Đã dọn.\nTại {case.place}."
    assert "done" not in found  # the topic has its own
    before = {each.code: each for each in fitting(case, date(2026, 5, 31))}
    assert before["done.rac_thai"].origin == "release"


def test_an_officer_begins_with_the_words_of_the_province(keeper: Client, cast: Cast) -> None:
    case, *_ = assigned(moment(29))
    said = typed("advised", code="tu van & đèn", name_vi="Hướng dẫn báo đèn", text_vi="Gọi [số] về {linh_vuc}.")
    save(keeper, SLUG, None, said | {"topic": "chieu_sang"})
    officer = Client()
    officer.force_login(cast.officer.account)
    address = reverse("desk_case", args=[case.code])
    shown = page(officer.get(address, {"lam": "draft"}))
    assert "Hướng dẫn báo đèn" in shown and "?mau=tu%20van%20%26%20" in shown
    draft = officer.get(address, {"mau": "tu van & đèn"}).context["moves"].chosen.form
    assert (draft["outcome"].value(), draft["text"].value()) == ("advised", "Gọi [số] về chiếu sáng công cộng.")


def test_two_templates_of_one_code_on_one_day_are_refused(keeper: Client) -> None:
    row = ReplyTemplate.objects.get(code="done")
    save(keeper, SLUG, row.pk, typed())
    answer = keeper.post(reverse("register_new", args=[SLUG]), typed_own())
    assert answer.status_code == 422 and "Đã có dòng" in page(answer)
    own = ReplyTemplate.objects.get(origin="operator")
    save(keeper, SLUG, own.pk, typed_own(valid_from="2026-07-01", name_vi="Xong rồi"))
    own.refresh_from_db()
    assert own.valid_to == TODAY
    assert [next(t for t in law.templates(day) if t.code == "done").name_vi for day in (TODAY, date(2026, 7, 1))] == [
        "Đã làm xong",
        "Xong rồi",
    ]


def typed_own(**changes: str) -> dict[str, str]:
    own = ReplyTemplate.objects.get(origin="operator")
    return texts(REGISTERS[SLUG], own) | changes
