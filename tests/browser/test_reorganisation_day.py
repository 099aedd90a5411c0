"""1 July 2025 again in Debian's chromium: communes of Thái Bình go into those of Hưng Yên, and nothing is lost."""

from datetime import date
from typing import Any

import pytest
from django.db.models import Count

from langnghe.cases import history as case_history
from langnghe.cases import jobs as _jobs  # noqa: F401 registers its jobs
from langnghe.cases.models import Case, Step
from langnghe.cases.reorganisation import Reorganisation
from langnghe.commitments import actions as commitments
from langnghe.commitments import history as commitment_history
from langnghe.commitments.models import Commitment
from langnghe.ledger.verify import differences
from langnghe.registry import law
from langnghe.registry.models import Body, Place, Succession
from tests.browser.test_accessible import faults
from tests.browser.test_desk_day import enter as enter
from tests.browser.test_journey import world as world
from tests.cast import Cast, body, moment, received, run_next_job

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BEFORE, AFTER = moment(23, 6, 2025), moment(2, 7, 2025)
THAI_BINH, DIVIDED, WIDTH = "o34", "o12004", 360  # the divided commune lies in the old Hưng Yên


def communes(most: int) -> list[str]:
    """Return communes of Thái Bình that went whole into one of today."""
    rows = Succession.objects.filter(kind="whole", old__level="commune", new__level="commune")
    rows = rows.filter(old__parent__parent__key=THAI_BINH).order_by("old__key")
    return list(rows.values_list("old__key", flat=True).distinct()[:most])


def heirs(old: str) -> list[Place]:
    return [row.new for row in Succession.objects.filter(old__key=old).select_related("new").order_by("pk")]


def promised(old: str) -> Commitment:
    facts: dict[str, Any] = {"body": body("committee_commune", old), "place": law.place(old), "text": "Sửa kênh"}
    return commitments.commit(**facts, origin="VV", due=date(2025, 9, 1), account=None, at=BEFORE)


def written(page: Any, title: str, lines: list[str]) -> None:
    """Fill in the wizard's form and go on to the preview."""
    page.click("text=Lập bản thảo")
    page.fill("#id_title", title)
    page.fill("#id_document_no", "NQ 202/2025/QH15")
    page.fill("#id_day", "2025-07-01")
    page.fill("#id_moves", "\n".join(lines))
    page.click("main form button")
    page.wait_for_selector("text=Áp dụng")


def test_the_communes_of_thai_binh_go_into_hung_yen_and_no_case_is_lost(
    enter: Any, live_server: Any, settings: Any
) -> None:
    settings.CLOCK = AFTER
    whole, divided = communes(3), DIVIDED
    cases = [received(BEFORE, place=law.place(old))[0] for old in (*whole, whole[0], divided, divided)]
    told, _answer = received(BEFORE, place=law.place(divided), spot=f"gần trụ sở {heirs(divided)[0].name}")
    promises = [promised(whole[0]), promised(divided)]
    lines = [f"{old} → {'; '.join(heir.key for heir in heirs(old))}" for old in (*whole, divided)]

    page = enter(Cast().commission, viewport={"width": WIDTH, "height": 740})
    page.goto(f"{live_server.url}/ban-lam-viec/quan-tri")
    page.click("text=Sắp xếp đơn vị")
    written(page, "Viết nhầm", lines[:1])
    page.click("text=Xóa bản thảo")  # a draft can be undone
    page.wait_for_selector("text=Chưa có bản nào.")
    written(page, "Sắp xếp Thái Bình vào Hưng Yên", lines)
    assert [each.strip() for each in page.locator(".figures .value").all_inner_texts()][1:] == ["7", "2", "3"]
    assert faults(page, WIDTH) == []

    page.click("button:text('Áp dụng')")
    page.wait_for_selector("text=Đang chuyển")
    while run_next_job(AFTER):
        pass
    page.click("text=Tải lại trang")
    page.wait_for_selector("text=Khớp: không mất vụ việc nào.")
    assert page.locator("ol.cases article").count() == 3
    assert faults(page, WIDTH) == []
    page.locator("ol.cases article select").first.select_option(heirs(divided)[1].key)
    page.locator("ol.cases article button").first.click()
    page.wait_for_selector("text=Đã chuyển 1 việc.")
    page.select_option("#tu", divided)
    page.select_option("#noi", heirs(divided)[0].key)
    page.click("button:text('Chuyển tất cả')")
    page.wait_for_selector("text=Đã chuyển 2 việc.")
    assert page.locator("ol.cases article").count() == 0

    assert {case.pk for case in cases} | {told.pk} == set(
        Case.objects.filter(state__in=Case.OPEN).values_list("pk", flat=True)
    )
    for case in Case.objects.select_related("holder__place"):
        assert case.holder.place in heirs(case.place.key) and case.holder.type == "committee_commune"
    once = Step.objects.filter(verb="inherit").values("case").annotate(n=Count("pk"))
    assert sorted(row["n"] for row in once) == [1] * 7
    for promise, old in zip(promises, (whole[0], divided), strict=True):
        promise.refresh_from_db()
        assert promise.state == "open" and promise.body.place in heirs(old)
    assert not Body.objects.filter(place__key__in=(*whole, divided)).on(date(2025, 7, 1)).exists()
    assert Reorganisation.objects.get().state == "applied"
    assert list(differences([*commitment_history.entries(), *case_history.entries()])) == []
