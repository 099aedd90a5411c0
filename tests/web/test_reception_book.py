"""The reception book in twelve columns: whose rows, whose names, and the files it is taken away as."""

import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from langnghe.cases import actions as cases
from langnghe.cases.intake import books
from langnghe.cases.intake.mapping import preset
from langnghe.cases.lifecycle import SYSTEM_ACTOR, acting
from langnghe.cases.models import Case, Step, Voice
from langnghe.engagements import actions, book, history
from langnghe.engagements.models import BookOpening, Engagement, Ticket
from langnghe.ledger import verify
from langnghe.registry.models import Member
from tests.cases.sealed.conftest import quick  # noqa: F401 a cheap passphrase here too
from tests.cases.sealed.doing import CANARY, denunciation, keep, recipient, recovery
from tests.cast import Cast, arrival, body, member, moment, received
from tests.web.test_reception_desk import extra

pytestmark = pytest.mark.django_db
SINCE, UNTIL = date(2026, 6, 1), date(2026, 6, 30)
DAYS = {"tu": "2026-06-01", "den": "2026-06-30"}


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CLOCK = moment(30)


@pytest.fixture
def clerk(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.officer.account)
    return client


def told(text: str = "Cống tắc.", **changes: Any) -> Case:
    contact = {"name": "Nguyễn Thị Mẫu", "phone": "0912 345 678"}
    fields = {"channel": "reception", "text": text, "contact": contact, "people": 12, "kind": "petition"}
    return received(moment(11), **(fields | changes))[0]


def rows(cast: Cast) -> list[tuple[str, ...]]:
    return book.lines(book.guests(cast.committee, SINCE, UNTIL), cast.committee, {})


def test_a_row_has_the_twelve_columns_of_the_form(cast: Cast) -> None:
    case = told(spot="đầu thôn 3")
    cases.accept(case, actor=acting(cast.officer), at=moment(12))
    number, day, who, paper, matter, kind, before, taken, back, sent, fate, note = rows(cast)[0]
    assert (number, day, paper, matter, kind) == ("1", "11/06/2026", "", "Cống tắc.", "Kiến nghị / 12")
    assert (who, taken) == ("chưa mở", "Thụ lý 12/06/2026")
    assert (before, back, sent, fate) == ("", "", "", "Đã thụ lý")
    assert note == f"{case.code}; nơi có việc: đầu thôn 3, {cast.commune}"


def test_what_was_handed_on_names_the_body(cast: Cast) -> None:
    works = body("department_construction")
    cases.refer(told(), to=works, reason="đúng thẩm quyền", actor=acting(cast.officer), at=moment(15))
    assert rows(cast)[0][9] == f"{works.name}, 15/06/2026"


def test_only_receptions_of_the_body_and_of_the_days_are_in_it(cast: Cast) -> None:
    told(channel="phone")
    told(day=date(2026, 5, 31))
    case = told()
    assert [row[11].partition(";")[0] for row in rows(cast)] == [case.code]


def test_a_guest_with_whom_only_was_spoken_has_a_row(cast: Cast) -> None:
    officer = acting(cast.officer)
    ticket = actions.take_ticket(extra(), {"name": "Ông Mẫu"}, actor=officer, at=moment(11))
    actions.call_ticket(ticket, actor=officer, at=moment(11))
    actions.finish_ticket(ticket, actor=officer, at=moment(11))
    assert rows(cast)[0][8] == "Tiếp, hướng dẫn tại chỗ"


def test_what_is_about_the_body_itself_is_not_shown_to_it(cast: Cast) -> None:
    officer = acting(cast.officer)
    ticket = actions.take_ticket(extra(), {}, actor=officer, at=moment(11))
    case = told("Chủ tịch xã không tiếp dân.", concerns=cast.committee)
    actions.link_case(ticket, case, actor=officer, at=moment(11))
    assert "không tiếp dân" not in "".join(rows(cast)[0])


def test_names_are_opened_on_purpose_with_a_step_in_each_case(clerk: Client, cast: Cast) -> None:
    told()
    assert "Nguyễn Thị Mẫu" not in clerk.get(reverse("reception_book"), DAYS).content.decode()
    assert not BookOpening.objects.exists()
    assert "Nguyễn Thị Mẫu" in clerk.post(reverse("reception_book"), DAYS | {"form": "page"}).content.decode()
    assert BookOpening.objects.get().with_names
    assert Step.objects.filter(verb="open_contact").count() == 1
    assert list(verify.differences(history.entries())) != []  # the steps of cases stand beside
    assert all("SO-" not in line for line in verify.differences(history.entries()))


class TestGivenInPersonSealed:
    """A complaint or denunciation given at the counter: a row for who holds a key at the body, the day alone."""

    ROW = ("11/06/2026", "không hiện", "", "Đơn theo thủ tục riêng của luật", "", "", "", "", "", "", "")

    @pytest.fixture(autouse=True)
    def keys(self, quick: None) -> None:  # noqa: F811 the fixture
        recipient()
        recovery()

    def given(self, kind: str = "denunciation", **changes: Any) -> None:
        keep(denunciation(kind=kind, day=date(2026, 6, 11), **changes))

    def page(self, who: Member) -> str:
        client = Client()
        client.force_login(who.account)
        return client.get(reverse("reception_book"), DAYS).content.decode()

    def test_who_holds_a_key_reads_the_day_and_not_which_of_the_two_it_is(self, cast: Cast) -> None:
        for kind in ("complaint", "denunciation"):
            self.given(kind)
        self.given(channel="paper")
        found = book.guests(cast.committee, SINCE, UNTIL, with_sealed=True)
        assert [row[1:] for row in book.lines(found, cast.committee, {})] == [self.ROW, self.ROW]
        page = self.page(cast.leader)
        assert page.count("<td>Đơn theo thủ tục riêng của luật</td>") == 2
        assert "có dòng chỉ ghi ngày, vì ông/bà giữ khóa" in page and CANARY not in page

    def test_to_others_the_book_is_the_same_whether_one_was_given_or_not(self, cast: Cast) -> None:
        before = self.page(cast.officer)
        self.given()
        pages = [
            re.sub("csrfmiddlewaretoken.*?>", "", page).split("<main")[1] for page in (before, self.page(cast.officer))
        ]
        assert pages[0] == pages[1] and "Đơn khiếu nại, tố cáo nộp tại chỗ không có dòng ở đây" in pages[0]

    def test_what_is_about_the_body_stands_in_the_book_of_the_body_above_alone(self, cast: Cast) -> None:
        above = cast.committee.superior
        assert above is not None
        recipient(member("head", above, "leader"))
        self.given(body=above)
        assert book.guests(cast.committee, SINCE, UNTIL, with_sealed=True) == []
        assert len(book.guests(above, SINCE, UNTIL, with_sealed=True)) == 1

    @pytest.mark.parametrize(("who", "rows"), [("leader", 1), ("officer", 0)])
    def test_the_files_hold_the_same_rows_and_say_so(self, cast: Cast, tmp_path: Path, who: str, rows: int) -> None:
        self.given()
        client = Client()
        client.force_login(getattr(cast, who).account)
        word = client.post(reverse("reception_book"), DAYS | {"form": "docx"})
        file = docx.Document(io.BytesIO(word.content))
        assert sum(cell.text == self.ROW[3] for cell in file.tables[0].columns[4].cells) == rows
        assert any("nộp tại chỗ" in paragraph.text for paragraph in file.paragraphs)
        summary = imported(exported(client, tmp_path))
        assert (summary.received, summary.errors) == (0, 0)


def opened(cast: Cast) -> list[str]:
    """Return the third column of the book with its names opened."""
    found = book.guests(cast.committee, SINCE, UNTIL)
    names = actions.open_names(found, actor=acting(cast.officer), at=moment(30))
    return [row[2] for row in book.lines(found, cast.committee, names)]


def test_a_name_that_another_body_keeps_is_said_to_be_kept_not_missing(clerk: Client, cast: Cast) -> None:
    works, officer = body("department_construction"), acting(cast.officer)
    cases.refer(told(), to=works, reason="đúng thẩm quyền", actor=officer, at=moment(15))
    told("Đèn cháy.", contact={})
    assert opened(cast) == ["chưa mở: cơ quan khác đang giữ", "không để lại tên"]
    assert not Step.objects.filter(verb="open_contact").exists()


def test_the_address_is_the_persons_or_none(cast: Cast) -> None:
    told(spot="đầu thôn 3", contact={"name": "Bà Mẫu", "address": "Thôn Hạ, xã Bên Cạnh"})
    told("Đèn cháy.", spot="đầu thôn 4", contact={"name": "Ông Mẫu"})
    assert opened(cast) == ["Bà Mẫu – Thôn Hạ, xã Bên Cạnh", "Ông Mẫu"]


def test_the_workbook_holds_words_and_no_formulas(clerk: Client, cast: Cast) -> None:
    told('=HYPERLINK("http://vidu.vn")')
    answer = clerk.post(reverse("reception_book"), DAYS | {"form": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    values = {cell.value: cell for row in sheet.iter_rows() for cell in row if cell.value}
    assert values['=HYPERLINK("http://vidu.vn")'].data_type == "s"
    assert {"Hướng xử lý", "Thụ lý để giải quyết", "(12)", "SỔ TIẾP CÔNG DÂN"} <= set(values)
    assert "Nguyễn Thị Mẫu" not in "".join(str(value) for value in values)
    assert [str(each) for each in sheet.merged_cells.ranges if "H" in str(each)] == ["H6:J6"]


def test_the_word_file_has_names_if_asked_for(clerk: Client, cast: Cast) -> None:
    told()
    answer = clerk.post(reverse("reception_book"), DAYS | {"form": "docx", "ten": "1"})
    table = docx.Document(io.BytesIO(answer.content)).tables[0]
    assert table.cell(0, 7).text == table.cell(0, 9).text == "Hướng xử lý"
    assert "Nguyễn Thị Mẫu" in table.cell(3, 2).text


def test_who_was_received_elsewhere_is_in_the_book_of_that_desk_alone(cast: Cast) -> None:
    clerk = cast.province_officer
    cases.receive(arrival(channel="reception", day=date(2026, 6, 11)), actor=acting(clerk), at=moment(11))
    assert Case.objects.get().holder == cast.committee and rows(cast) == []
    assert len(book.guests(clerk.body, SINCE, UNTIL)) == 1


def test_what_a_clerk_was_told_stays_in_the_book_of_the_desk_where_they_worked_then(cast: Cast) -> None:
    mover = cast.officer
    cases.receive(arrival(channel="reception", day=date(2026, 6, 11)), actor=acting(mover), at=moment(11))
    Member.objects.filter(pk=mover.pk).update(valid_to=date(2026, 6, 14))
    there = cast.other_officer.body
    Member.objects.create(account=mover.account, body=there, role="officer", valid_from=date(2026, 6, 15))
    assert len(rows(cast)) == 1 and list(book.guests(there, SINCE, UNTIL)) == []


def test_another_body_opens_its_own_book_only(cast: Cast) -> None:
    told()
    client = Client()
    client.force_login(cast.other_officer.account)
    assert "Cống tắc" not in client.get(reverse("reception_book"), DAYS).content.decode()


def test_days_that_are_none_come_back(clerk: Client) -> None:
    assert clerk.get(reverse("reception_book"), {"tu": "2026-07-01", "den": "2026-06-01"}).status_code == 422


def test_the_book_takes_a_fixed_number_of_queries(cast: Cast, django_assert_num_queries: Any) -> None:
    for _each in range(3):
        told()
    rows(cast)
    with django_assert_num_queries(4):
        rows(cast)


def heard(name: str) -> Ticket:
    """Return the ticket of somebody who was received on the day of extra()."""
    officer = acting(Cast().officer)
    day = Engagement.objects.first() or extra()
    ticket = actions.take_ticket(day, {"name": name}, actor=officer, at=moment(11))
    actions.call_ticket(ticket, actor=officer, at=moment(11))
    return actions.finish_ticket(ticket, actor=officer, at=moment(11))


def exported(clerk: Client, folder: Path) -> Path:
    path = folder / "so.xlsx"
    path.write_bytes(clerk.post(reverse("reception_book"), DAYS | {"form": "xlsx", "ten": "1"}).content)
    return path


def imported(path: Path) -> books.Summary:
    source = books.Book(path, preset("mau-03"), place=Cast().commune)
    return books.import_book(source, actor=SYSTEM_ACTOR, at=moment(30), progress=lambda *_: None, folder=path.parent)


def test_the_exported_book_adds_nothing_where_it_was_written(clerk: Client, cast: Cast, tmp_path: Path) -> None:
    told("Nước thải tràn ra đường " * 30)  # longer than the book prints
    told("Cống tắc.")
    heard("Ông Mẫu")
    summary = imported(exported(clerk, tmp_path))
    assert (summary.received, summary.repeats, summary.errors, summary.skipped) == (0, 2, 0, 2)


def test_the_exported_book_is_imported_elsewhere_with_people_kind_and_day(
    clerk: Client, cast: Cast, tmp_path: Path
) -> None:
    case = told("Cống tắc.")
    path = exported(clerk, tmp_path)
    copy = openpyxl.load_workbook(path)
    copy.active.cell(copy.active.max_row, 12).value = None  # the number of a case that nobody knows there
    copy.save(path)
    summary = imported(path)
    assert (summary.received, summary.errors) == (1, 0)
    made = Voice.objects.exclude(case=case).get()
    assert (made.text, made.people, made.kind, made.day) == ("Cống tắc.", 12, "petition", date(2026, 6, 11))
    assert Case.objects.get(pk=made.case_id).place == cast.commune


def test_the_minutes_say_what_was_heard_and_name_nobody(clerk: Client, cast: Cast) -> None:
    ticket, _other = heard("Bà Kín Tên"), heard("Ông Mẫu")
    case = told()
    actions.link_case(ticket, case, actor=acting(cast.officer), at=moment(11))
    day = Engagement.objects.get()
    actions.hold_day(day, people=2, text="Giao địa chính.", actor=acting(cast.officer), at=moment(30))
    page = clerk.get(reverse("conclusion", args=[day.pk])).content.decode()
    file = docx.Document(io.BytesIO(clerk.get(reverse("conclusion_file", args=[day.pk])).content))
    for words in (page, "\n".join(paragraph.text for paragraph in file.paragraphs)):
        assert f"vụ việc {case.code}" in words and "Số 2: tiếp, hướng dẫn tại chỗ" in words
        assert "Bà Kín Tên" not in words


def test_the_notice_of_a_conclusion_is_a_page_and_a_file(clerk: Client, cast: Cast) -> None:
    day = extra()
    actions.hold_day(day, people=5, text="Giao địa chính.\nXong trước 30/6.", actor=acting(cast.officer), at=moment(30))
    assert "Giao địa chính." in clerk.get(reverse("conclusion", args=[day.pk])).content.decode()
    file = docx.Document(io.BytesIO(clerk.get(reverse("conclusion_file", args=[day.pk])).content))
    assert "Xong trước 30/6." in [paragraph.text for paragraph in file.paragraphs]
    assert Engagement.objects.get().people == 5
