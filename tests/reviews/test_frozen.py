"""A written review never changes: what happens later touches neither its figures nor the records they open."""

from datetime import date, timedelta
from typing import Any

import pytest

from langnghe.core.refusal import Refused
from langnghe.ledger import worker
from langnghe.ledger.actions import enqueue
from langnghe.ledger.models import LogEntry
from langnghe.ledger.verify import differences
from langnghe.registry import law
from langnghe.registry.models import Place
from langnghe.reviews import actions, history, jobs
from langnghe.reviews.engine import Window, records, window
from langnghe.reviews.figures import DEFINITIONS
from langnghe.reviews.models import Figure, Finding, Review
from tests.cast import COMMUNE, PROVINCE, Cast, body, moment, received, run_next_job
from tests.reviews.world import FROZEN, SPAN, play, promise, receptions, written

pytestmark = pytest.mark.django_db
FIELDS = ("number", "key", "place_id", "value", "base", "previous", "previous_base")
LATER = FROZEN + timedelta(hours=1)


@pytest.fixture(autouse=True)
def home(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGNGHE_HOME", str(tmp_path))


def rows(review: Review) -> list[Any]:
    return list(review.figures.order_by("number").values_list(*FIELDS))


def differing(review: Review, place: Place | None = None) -> list[str]:
    """Return the plain figures, of the whole or of one commune, whose records are not those that were counted."""
    spans = [window(review, place, years) for years in (0, 1)]
    return [
        str(figure)
        for figure in review.figures.filter(place=place, key__in=DEFINITIONS)
        if opened(figure, spans) != [figure.value, figure.base, figure.previous, figure.previous_base]
    ]


def opened(figure: Figure, spans: list[Window]) -> list[int | None]:
    """Return what the figure should say by the records it opens now."""
    said = DEFINITIONS[figure.key]
    wheres = [(span, where) for span in spans for where in (said.where, said.of)]
    return [records(span, where).count() if where else None for span, where in wheres]


def test_each_frozen_number_is_that_of_its_records_and_stays_so() -> None:
    play()
    review = written()
    before = rows(review)
    received(LATER, day=date(2026, 6, 1))
    received(LATER, day=date(2025, 3, 1), place=law.place(COMMUNE))
    promise(LATER, date(2026, 9, 1))
    assert differing(review) == differing(review, law.place(COMMUNE)) == []
    assert rows(review) == before


def test_the_next_review_counts_what_came_since() -> None:
    first = written()
    received(LATER, day=date(2026, 6, 1))
    second = written(LATER + timedelta(minutes=1))
    numbers = [each.figures.get(key="received", place=None).value for each in (first, second)]
    assert numbers == [0, 1]


def test_figures_are_numbered_from_one_without_a_gap() -> None:
    numbers = list(written().figures.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_what_became_late_is_noted_before_it_is_counted() -> None:
    received(moment(2, 3))
    promise(moment(2, 3), date(2026, 4, 1))
    review = written()
    assert [review.figures.get(key=key, place=None).value for key in ("overdue", "commitments_late")] == [1, 1]


def test_a_review_written_early_covers_the_days_until_then_in_both_years() -> None:
    for day in (moment(3, 3, 2025), moment(20, 6, 2025), moment(3, 3)):
        received(day, place=law.place("o13255") if day.year == 2025 else law.place(COMMUNE))
    review = written(moment(10, 6))
    figure = review.figures.get(key="received", place=None)
    assert (review.until, figure.value, figure.previous) == (date(2026, 6, 10), 1, 1)


def test_a_period_that_has_not_begun_is_refused() -> None:
    with pytest.raises(Refused, match="chưa bắt đầu"):
        written(moment(31, 12, 2025))


def test_the_job_writes_what_was_asked_for() -> None:
    assert worker.jobs["reviews.write"] is jobs.write
    issuer = body("engagement_commission", PROVINCE)
    asked = {"place": PROVINCE, "period": SPAN.code, "form": "party", "issuer": issuer.code}
    enqueue("reviews.write", asked | {"since": str(SPAN.since), "until": str(SPAN.until)}, FROZEN)
    assert run_next_job(FROZEN)
    review = Review.objects.get()
    assert (review.place.key, review.since, review.until, review.issuer) == (PROVINCE, SPAN.since, SPAN.until, issuer)


def test_findings_are_edited_added_behind_the_last_and_removed_until_published() -> None:
    receptions()
    review = written()
    first = review.findings.order_by("position")[0]
    own = actions.add(review, kind=Finding.Kind.RESULT, text=" Tự viết. ", actor=Cast().commission, at=LATER)
    actions.remove(first, actor=Cast().commission, at=LATER)
    another = actions.add(review, kind=Finding.Kind.RESULT, text="Nữa.", actor=Cast().commission, at=LATER)
    actions.edit(own, text="Sửa lại.", actor=Cast().commission, at=LATER)
    assert list(review.findings.order_by("-position")[:2]) == [another, own]
    assert Finding.objects.get(pk=own.pk).text == "Sửa lại."


def test_a_published_review_takes_no_change_also_from_a_page_opened_before() -> None:
    review = written()
    own = actions.add(review, kind=Finding.Kind.RESULT, text="Tự viết.", actor=Cast().commission, at=LATER)
    actions.publish(Review.objects.get(pk=review.pk), actor=Cast().commission, at=LATER)
    for change in (
        lambda: actions.edit(own, text="Khác.", actor=Cast().commission, at=LATER),
        lambda: actions.remove(own, actor=Cast().commission, at=LATER),
        lambda: actions.add(review, kind=Finding.Kind.RESULT, text="Thêm.", actor=Cast().commission, at=LATER),
    ):
        with pytest.raises(Refused, match="đã công bố"):
            change()
    assert [finding.text for finding in review.findings.all()] == ["Tự viết."]


@pytest.mark.parametrize(("kind", "text"), [("result", "  "), ("x", "Có lời.")])
def test_a_finding_without_words_or_kind_is_refused(kind: str, text: str) -> None:
    review = written()
    with pytest.raises(Refused, match="nội dung nhận định"):
        actions.add(review, kind=kind, text=text, actor=Cast().commission, at=LATER)


def test_who_does_not_issue_the_review_changes_nothing() -> None:
    review, cast = written(), Cast()
    for stranger in (cast.leader, cast.province_officer, cast.supervisor):
        for change in (
            lambda who: actions.add(review, kind=Finding.Kind.RESULT, text="Thêm.", actor=who, at=LATER),
            lambda who: actions.publish(review, actor=who, at=LATER),
        ):
            with pytest.raises(Refused, match="không ban hành"):
                change(stranger)
    assert not review.revisions.exists()


def test_each_change_of_a_review_is_in_the_log_and_a_quiet_one_is_found() -> None:
    review, commission = written(), Cast().commission
    kept = actions.add(review, kind=Finding.Kind.RESULT, text="Giữ.", actor=commission, at=LATER)
    gone = actions.add(review, kind=Finding.Kind.RESULT, text="Bỏ.", actor=commission, at=LATER)
    actions.edit(kept, text="Giữ lại.", actor=commission, at=LATER)
    actions.remove(gone, actor=commission, at=LATER)
    actions.publish(review, actor=commission, at=LATER)
    logged = LogEntry.objects.filter(subject=review.code).order_by("pk").values_list("event", flat=True)
    assert list(logged) == ["add", "add", "edit", "remove", "publish"]
    assert not [*differences(history.entries()), *history.changed_words()]
    Finding.objects.filter(pk=kept.pk).update(text="Khác.")
    assert [line.split(": ")[0] for line in history.changed_words()] == [review.code, review.code]
