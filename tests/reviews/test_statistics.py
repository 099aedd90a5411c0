"""The statistical forms count what the records say, and say why they count no more."""

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from langnghe.cases import actions as cases
from langnghe.cases.models import Case
from langnghe.core import tables
from langnghe.engagements.actions import hold
from langnghe.registry.models import Member
from langnghe.reviews.extent import Extent, of_body, of_branch, of_place
from langnghe.reviews.sealed_counts import NOBODY, SEALED, Lane
from langnghe.reviews.statistics import COUNTED_APART, PEOPLE, Form, statistics, statistics_file, where
from tests.cases.sealed.conftest import quick  # noqa: F401 a cheap passphrase here too
from tests.cases.sealed.doing import denunciation, keep, recipient, recovery
from tests.cast import PROVINCE, Cast, answered, body, member, moment, received, resident, staff
from tests.web.test_desk import signed_in
from tests.web.test_intake import told
from tests.web.test_reception_desk import extra

pytestmark = pytest.mark.django_db
DAYS = date(2026, 1, 1), date(2026, 6, 30)


def counted(cast: Cast, extent: Extent | None = None) -> dict[str, Form]:
    extent = extent or of_body(cast.committee, *DAYS, moment(30))
    return {form.code: form for form in statistics(extent, Lane(barrier=NOBODY))}


def values(form: Form) -> dict[str, str | int]:
    return {cell.column.title: cell.value for cell in form.cells}


def test_there_are_six_forms_and_every_column_is_unconfirmed(cast: Cast) -> None:
    forms = counted(cast)
    assert list(forms) == ["01/TCD", "02/XLD", "03/GQKN", "04/GQTC", "05/KQTH", "06/QLKNTC"]
    assert all(cell.is_unsure for form in forms.values() for cell in form.cells)


def test_all_columns_are_counted_in_few_questions(cast: Cast, django_assert_num_queries: Any) -> None:
    received(channel="reception")
    counted(cast)
    for extent in (of_body(cast.committee, *DAYS, moment(30)), of_place(cast.committee.place, *DAYS, moment(30))):
        list(extent.bodies)
        with django_assert_num_queries(3 if extent.bodies else 2):  # the facts, those of the desk, what was open before
            counted(cast, extent)


def test_receptions_are_counted_with_their_people(cast: Cast) -> None:
    # One day is due in the week of 11/06/2026, and held with four people; 12/06/2026 is one beyond it.
    hold([(extra(), 4)], at=moment(12))
    hold([(extra(date(2026, 6, 12)), 3)], at=moment(12))
    received(channel="reception", people=12, kind="petition")
    received(channel="reception", kind="question")
    received(channel="phone")
    form = values(counted(cast)["01/TCD"])
    assert (form["Số ngày phải có"], form["Số ngày đã tổ chức"], form["Số ngày"]) == (1, 1, 1)
    people = [cell.value for cell in counted(cast)["01/TCD"].cells if cell.column.title == "Số người đến"]
    assert people == [4, 3]
    assert (form["Số vụ việc"], form["Số người"], form["Đoàn đông người"]) == (2, 13, 1)
    assert form["Kiến nghị, phản ánh"] == 1


def test_what_the_records_cannot_count_is_empty_with_its_reason(cast: Cast) -> None:
    forms = counted(cast)
    empty = [cell for form in forms.values() for cell in form.cells if cell.value == ""]
    assert empty
    assert all(cell.reason for cell in empty)
    assert not any(cell.reason for form in forms.values() for cell in form.cells if cell.value != "")


def test_every_figure_of_the_table_has_a_predicate() -> None:
    names = {row["figure"] for row in tables.rows("statistical_forms")} - COUNTED_APART
    names = {name for name in names if not name.startswith(SEALED)}
    assert all(where(name.removeprefix(PEOPLE)) for name in names)


def test_the_workbook_has_a_sheet_for_each_form_that_says_it_is_unconfirmed(cast: Cast) -> None:
    own = of_body(cast.committee, *DAYS, moment(30))
    book = openpyxl.load_workbook(io.BytesIO(statistics_file(list(counted(cast, own).values()), own)))
    assert book.sheetnames == ["01-TCD", "02-XLD", "03-GQKN", "04-GQTC", "05-KQTH", "06-QLKNTC"]
    assert all("chưa xác nhận" in str(sheet["A3"].value) for sheet in book.worksheets)
    assert all(f"Chỉ đếm phần của {cast.committee.name}" in str(sheet["A4"].value) for sheet in book.worksheets)


def test_what_is_told_at_a_desk_counts_there_whoever_is_competent(cast: Cast, settings: Any) -> None:
    settings.CLOCK = moment(10)
    power = {"topic": "dien", "channel": "reception", "people": "6", "name": "Bà Mẫu"}
    signed_in(cast.officer).post(reverse("intake"), told(**power))
    holder = Case.objects.get().holder
    assert holder != cast.committee
    days = *DAYS, moment(30)
    here, there = (values(counted(cast, of_body(each, *days))["01/TCD"]) for each in (cast.committee, holder))
    assert [each["Số vụ việc"] for each in (here, there)] == [1, 0]
    assert [each["Số người"] for each in (here, there)] == [6, 0]


class TestOneExtentForOneForm:
    """A case and a complaint at a commune: the province's leader, its bodies below, who oversees all of the place."""

    @pytest.fixture(autouse=True)
    def world(self, cast: Cast, settings: Any, quick: None) -> None:  # noqa: F811 the fixture
        settings.CLOCK = moment(10)
        recipient()
        recovery()
        recipient(member("head", cast.province_officer.body, "leader"))
        received()
        keep(denunciation(kind="complaint"))

    def shown(self, who: Member, **asked: str) -> tuple[list[str], str]:
        """Return the unit, the cases received and the complaints of 02/XLD, and the page."""
        days = {"tu": "2026-06-01", "den": "2026-06-10"}
        page = signed_in(who).get(reverse("statistics"), days | asked).content.decode()
        row = page.split("Biểu 02/XLD")[1].split("<tbody>")[1].split("</tbody>")[0]
        cells = [cell.split(">", 1)[1].split("<")[0] for cell in row.split("<td")[1:]]
        return [cells[0], cells[3], cells[4]], page

    def test_a_leaders_form_counts_the_own_body_in_every_column_and_says_so(self, cast: Cast) -> None:
        head = member("head", cast.province_officer.body, "leader")
        cells, page = self.shown(head)
        assert cells == [head.body.name, "0", "0"]
        assert f"Chỉ đếm phần của {head.body.name}" in page
        assert self.shown(cast.leader)[0] == [cast.committee.name, "1", "1"]

    def test_with_the_bodies_below_the_sealed_columns_are_empty_with_their_reason(self, cast: Cast) -> None:
        cells, page = self.shown(member("head", cast.province_officer.body, "leader"), cua="cap-duoi")
        assert cells[1:] == ["1", ""]
        assert "Cột (5), (6): Kênh bảo mật: số của cơ quan cấp dưới do chính cơ quan ấy lập" in page

    def test_who_oversees_the_place_counts_both_in_it(self, cast: Cast) -> None:
        for who in (cast.supervisor, cast.commission):
            cells, page = self.shown(who)
            assert cells == [str(who.body.place), "1", "1"]
            assert "Đếm cả địa bàn" in page

    def test_only_a_leader_is_asked_for_the_bodies_below(self, cast: Cast) -> None:
        assert 'name="cua"' in self.shown(cast.leader)[1]
        for who in (cast.officer, cast.supervisor):
            cells, page = self.shown(who, cua="cap-duoi")
            assert 'name="cua"' not in page and "cấp dưới" not in page.split("<main")[1]


class TestOpeningStock:
    """What was still to be settled when 10/06/2026 began."""

    SINCE = date(2026, 6, 10)

    def stock(self, of: Extent | None = None) -> object:
        cast = Cast()
        extent = of or of_body(cast.committee, self.SINCE, DAYS[1], moment(30))
        return values(counted(cast, extent)["02/XLD"])["Kỳ trước chuyển sang (ngoài kênh bảo mật)"]

    def test_it_is_what_came_before_and_was_not_settled(self, cast: Cast) -> None:
        received()
        answered(moment(11))
        answered(moment(9))
        received(moment(10))
        assert self.stock() == 2
        assert self.stock(of_place(cast.commune, self.SINCE, DAYS[1], moment(30))) == 2

    def test_what_was_opened_again_afterwards_is_not_in_it(self, cast: Cast) -> None:
        case, answer, *_ = answered(moment(9))
        cases.reopen(case, reason="Lại cháy.", actor=resident(answer), at=moment(12))
        assert self.stock() == 0

    def test_what_was_withdrawn_afterwards_is_in_it(self, cast: Cast) -> None:
        case, answer = received()
        cases.withdraw(case, reason="", actor=resident(answer), at=moment(12))
        gone, answer = received()
        cases.withdraw(gone, reason="", actor=resident(answer), at=moment(9))
        assert self.stock() == 1

    def test_what_was_entered_late_of_an_earlier_day_is_in_it(self, cast: Cast) -> None:
        received(moment(12), day=date(2026, 6, 9))
        assert self.stock() == 1

    def test_it_is_counted_with_who_held_it_then(self, cast: Cast) -> None:
        works = body("department_construction")
        for day in (9, 11):
            case = received()[0]
            cases.refer(case, to=works, reason="đúng thẩm quyền", actor=staff(case), at=moment(day))
        days = self.SINCE, DAYS[1], moment(30)
        assert [self.stock(of_body(each, *days)) for each in (cast.committee, works)] == [1, 1]
        assert self.stock(of_branch(body("committee_province", PROVINCE), *days)) == 2
