"""Reviews on the web: the list, the page, the records behind a number, the Word file, and the desk that writes them."""

import html
import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from langnghe.cases import actions as cases
from langnghe.cases.lifecycle import acting
from langnghe.ledger import worker
from langnghe.ledger.models import OutboxJob
from langnghe.registry import law
from langnghe.registry.models import Member
from langnghe.reviews import actions, jobs
from langnghe.reviews.models import Figure, Finding, Review
from langnghe.web.public.communes import hidden
from tests.cast import COMMUNE, PROVINCE, Cast, body, member, moment, received, run_next_job
from tests.reviews.world import FROZEN, play, written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.CLOCK = FROZEN
    monkeypatch.setenv("LANGNGHE_HOME", str(tmp_path))
    cache.clear()


@pytest.fixture
def review(db: None) -> Review:
    play()
    found = written()
    actions.publish(found, actor=Cast().commission, at=FROZEN)
    return found


def page(client: Client, name: str, *args: object, query: str = "") -> str:
    answer = client.get(reverse(name, args=args) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def signed_in(who: Member) -> Client:
    client = Client()
    client.force_login(who.account)
    return client


def figure(review: Review, key: str, place: str = "") -> Figure:
    rows = review.figures.filter(key=key)
    return rows.get(place__key=place) if place else rows.get(place=None)


def province_leader() -> Member:
    return member("province-leader", body("committee_province", PROVINCE), "leader")


def rows_of(text: str) -> int:
    return text.count("<tr><td>")


def test_the_list_shows_published_reviews_only(client: Client, review: Review) -> None:
    hidden = written()
    text = page(client, "reviews")
    assert reverse("review", args=[review.pk]) in text
    assert reverse("review", args=[hidden.pk]) not in text


def test_the_page_says_its_days_its_issuer_and_its_findings(client: Client, review: Review) -> None:
    text = html.unescape(page(client, "review", review.pk))
    assert "Số liệu tính từ ngày 01/01/2026 đến ngày 30/06/2026" in text
    assert str(review.issuer) in text
    for finding in review.findings.all():
        number = finding.figures.get().number
        assert finding.text in text
        assert reverse("records", args=[review.pk, number]) in text


@pytest.mark.parametrize("name", ["review", "word", "records"])
def test_an_unpublished_review_is_unknown_to_the_public(client: Client, cast: Cast, name: str) -> None:
    review = written()
    further = [1] if name == "records" else []
    address = reverse(name, args=[review.pk, *further])
    assert client.get(address).status_code == 404
    readers = (cast.commission, province_leader(), cast.leader, cast.officer)
    assert [signed_in(who).get(address).status_code for who in readers] == [200, 200, 404, 404]


@pytest.mark.parametrize("rest", ["99", "99/tai-ve", "1/so-lieu/9999", "9" * 25, f"{'9' * 25}/so-lieu/1"])
def test_what_does_not_exist_is_not_found(client: Client, rest: str) -> None:
    assert client.get(f"{reverse('reviews')}/{rest}").status_code == 404


def test_every_number_opens_as_many_records_as_it_says(review: Review, cast: Cast) -> None:
    client = signed_in(cast.commission)
    for key, place in (("received", ""), ("on_time", ""), ("received", COMMUNE), ("outcome.done", "")):
        found = figure(review, key, place)
        text = page(client, "records", review.pk, found.number)
        assert rows_of(text) == found.value > 0
        assert "khớp con số đã chốt" in text
        assert "KHÔNG khớp" not in text


def test_the_base_of_a_share_and_the_year_before_open_too(review: Review, cast: Cast) -> None:
    client = signed_in(cast.commission)
    share, count = figure(review, "on_time"), figure(review, "received")
    assert rows_of(page(client, "records", review.pk, share.number, query="?phan=base")) == share.base == 3
    assert rows_of(page(client, "records", review.pk, count.number, query="?nam-truoc=1")) == count.previous == 3


def test_the_definition_is_shown_in_sql(client: Client, review: Review) -> None:
    text = html.unescape(page(client, "records", review.pk, figure(review, "on_time").number))
    assert "what = 'reply' AND on_time = 1" in text
    assert "day BETWEEN '2026-01-01' AND '2026-06-30'" in text


def test_only_a_public_case_is_linked_and_no_words_are_shown(client: Client, cast: Cast) -> None:
    hidden, shown = received(text="Lời không ai được đọc.")[0], received()[0]
    cases.publish(shown, title="Đèn tắt", summary="Tóm tắt.", actor=acting(cast.officer), at=moment())
    review = written()
    actions.publish(review, actor=Cast().commission, at=FROZEN)
    text = page(client, "records", review.pk, figure(review, "received").number)
    assert (hidden.code in text, "Lời không ai" in text) == (True, False)
    assert reverse("case", args=[shown.code]) in text
    assert reverse("case", args=[hidden.code]) not in text


def test_records_follow_page_by_page_without_loss(
    client: Client, review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("langnghe.web.public.records.SIZE", 4)
    address, seen = reverse("records", args=[review.pk, figure(review, "received").number]), []
    while address:
        text = client.get(address).content.decode()
        seen += re.findall(r'class="codes">([^<]+)<', text)
        following = re.search(r'rel="next" href="([^"]+)"', text)
        address = reverse("records", args=[review.pk, figure(review, "received").number]) if following else ""
        address += html.unescape(following[1]) if following else ""
    assert len(seen) == len(set(seen)) == figure(review, "received").value


def test_any_query_of_the_records_is_answered(client: Client, review: Review) -> None:
    for query in ("?sau=x", "?sau=2026-06-31_s1", "?phan=x&nam-truoc=2", "?sau=_s1", "?sau=2026-01-01_'"):
        assert "<h1>" in page(client, "records", review.pk, figure(review, "received").number, query=query)


def test_small_counts_of_communes_are_closed_to_the_public_and_open_to_staff(review: Review, cast: Cast) -> None:
    small = figure(review, "commitments_made", COMMUNE)
    assert 0 < small.value < law.rule("disclosure_threshold")
    public, staff = Client(), signed_in(cast.officer)
    cell = f'<a href="{reverse("records", args=[review.pk, small.number])}">{small.value}</a>'
    assert (cell in page(public, "review", review.pk), cell in page(staff, "review", review.pk)) == (False, True)
    closed = page(public, "records", review.pk, small.number)
    assert (rows_of(closed), "không mở từng hồ sơ" in closed) == (0, True)
    assert rows_of(page(staff, "records", review.pk, small.number)) == small.value


def test_a_share_is_closed_when_the_few_it_leaves_out_could_be_counted(db: None) -> None:
    shares = [(7, 9), (40, 80), (30, 90), (5, 5)]
    figures = [Figure(number=number, value=value, base=base) for number, (value, base) in enumerate(shares)]
    closed = hidden(figures, "value")
    assert 0 in closed  # 2 of 9 would show
    assert 3 not in closed
    assert hidden(figures, "base") == {}


def test_the_table_of_communes_is_sorted_by_the_column_asked_for(review: Review, cast: Cast) -> None:
    text = page(signed_in(cast.officer), "review", review.pk, query="?sap-xep=received")
    names = re.findall(r'<tr><th scope="row">([^<]+)</th>', text[text.index('id="theo-xa"') :])
    assert names[:2] == [law.place(COMMUNE).name, figure(review, "received", "n12826").place.name]  # type: ignore[union-attr]


def test_a_reference_number_leads_to_its_records(client: Client, review: Review) -> None:
    for typed in ("1", "[1]", " 1 "):
        answer = client.get(reverse("review", args=[review.pk]), {"so": typed})
        assert answer.headers["Location"] == reverse("records", args=[review.pk, 1])


def test_a_number_that_is_none_is_said_and_kept(client: Client, review: Review) -> None:
    for typed in ("0", "99999", "abc", "١", "<b>", "-1"):
        text = html.unescape(client.get(reverse("review", args=[review.pk]), {"so": typed}).content.decode())
        assert "không có số đó" in text
        assert f'value="{typed}"' in text


def test_the_word_file_is_made_once_and_sent_to_everyone(
    client: Client, review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = client.get(reverse("word", args=[review.pk]))
    monkeypatch.setattr("langnghe.web.public.reviews._made", lambda _review: b"")
    assert client.get(reverse("word", args=[review.pk])).content == first.content
    assert io.BytesIO(first.content).read(2) == b"PK"
    assert "attachment" in first.headers["Content-Disposition"]


@pytest.mark.parametrize(("name", "most"), [("reviews", 1), ("review", 6), ("records", 15)])
def test_a_page_of_reviews_asks_few_questions(
    client: Client, review: Review, django_assert_max_num_queries: Any, name: str, most: int
) -> None:
    where = {"reviews": [], "review": [review.pk], "records": [review.pk, 1]}[name]
    page(client, name, *where)
    with django_assert_max_num_queries(most):
        page(client, name, *where)


# The desk -----------------------------------------------------------------------------------------------------------


def ask(who: Member, period: str = "2026-H1", form: str = "party") -> Any:
    return signed_in(who).post(reverse("desk_reviews"), {"period": period, "form": form})


def test_a_review_asked_for_is_written_by_the_worker(cast: Cast) -> None:
    assert worker.jobs["reviews.write"] is jobs.write
    assert ask(cast.commission).status_code == 302
    assert "đang chờ" in page(signed_in(cast.commission), "desk_reviews")
    assert run_next_job(FROZEN)
    text = page(signed_in(cast.commission), "desk_reviews")
    assert "đã lập xong" in text
    assert reverse("desk_review", args=[Review.objects.get().pk]) in text


def test_asking_twice_writes_one_review(cast: Cast) -> None:
    ask(cast.commission)
    assert "đang được lập" in html.unescape(ask(cast.commission).content.decode())
    assert OutboxJob.objects.count() == 1


@pytest.mark.parametrize("period", ["", "2026", "2026-H3", "²⁰²⁶-H1", "2026-H2", f"{'9' * 5000}-H1", "1999-H1", "x-H1"])
def test_a_period_that_cannot_be_is_answered_in_words(cast: Cast, period: str) -> None:
    answer = ask(cast.commission, period)
    assert (answer.status_code, OutboxJob.objects.count()) == (200, 0)
    assert 'role="alert"' in answer.content.decode()


def test_only_the_issuing_body_and_the_commission_ask(cast: Cast) -> None:
    assert ask(cast.leader).status_code == ask(cast.officer).status_code == 404
    assert "không ban hành" in html.unescape(ask(province_leader()).content.decode())
    assert ask(province_leader(), form="state").status_code == 302


def change(who: Member, review: Review, **fields: object) -> Any:
    return signed_in(who).post(reverse("desk_review", args=[review.pk]), fields)


def test_findings_are_written_edited_removed_and_published_at_the_desk(cast: Cast) -> None:
    review = written()
    change(cast.commission, review, verb="add", kind="result", text="Tự viết.")
    own = review.findings.latest("pk")
    other = Finding.objects.create(review=review, kind="result", position=9, text="x")
    change(cast.commission, review, verb="edit", finding=own.pk, text="Sửa lại.")
    change(cast.commission, review, verb="remove", finding=other.pk)
    change(cast.commission, review, verb="publish")
    review.refresh_from_db()
    assert review.is_public
    assert "Sửa lại." in page(Client(), "review", review.pk)
    assert not Finding.objects.filter(pk=other.pk).exists()


def test_a_refused_change_keeps_what_was_typed(cast: Cast) -> None:
    review = written()
    actions.publish(review, actor=Cast().commission, at=FROZEN)
    text = html.unescape(change(cast.commission, review, verb="add", kind="result", text="Viết muộn").content.decode())
    assert "đã công bố" in text
    review = written()
    text = html.unescape(change(cast.commission, review, verb="add", kind="x", text="Viết dở").content.decode())
    assert ("chọn loại" in text, "Viết dở" in text) == (True, True)


def test_an_unknown_change_is_answered_in_words(cast: Cast) -> None:
    review = written()
    for fields in ({}, {"verb": "x"}, {"verb": "edit", "finding": "x"}, {"verb": "remove", "finding": "٣"}):
        answer = change(cast.commission, review, **fields)
        assert (answer.status_code, "tải lại trang" in html.unescape(answer.content.decode())) == (200, True)


def test_who_does_not_issue_does_not_edit(cast: Cast) -> None:
    review = written()
    assert change(province_leader(), review, verb="publish").status_code == 404
    assert change(cast.leader, review, verb="publish").status_code == 404
    assert Client().post(reverse("desk_review", args=[review.pk])).status_code == 302
    assert not Review.objects.get().is_public
