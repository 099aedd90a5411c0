"""Complaints and denunciations in the statistical forms: counted from their stages, small counts for few eyes."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from langnghe.cases import actions
from langnghe.cases.actions import NewStage
from langnghe.cases.lifecycle import acting
from langnghe.cases.sealed.models import SealedRecord, SealedStep
from langnghe.core import tables
from langnghe.registry.models import Body
from langnghe.reviews.extent import Extent, of_body, of_place
from langnghe.reviews.sealed_counts import SEALED, Lane, names
from langnghe.reviews.statistics import statistics
from tests.cases.sealed.conftest import quick  # noqa: F401 a cheap passphrase here too
from tests.cases.sealed.doing import CANARY, PASSPHRASE, denunciation, keep, recipient, recovery
from tests.cast import Cast, moment
from tests.web.test_desk import signed_in

pytestmark = pytest.mark.django_db
HALF = date(2025, 12, 15), date(2026, 6, 14)  # a half-year of the state, in which all of these days lie


@pytest.fixture(autouse=True)
def keys(cast: Cast, settings: Any) -> None:
    settings.CLOCK = moment(15)
    recipient()
    recovery()


def kept(kind: str, *stages: tuple[str, int], finding: str = "", channel: str = "web") -> SealedRecord:
    """Return a record that came on 08/06/2026, taken through stages on days of June by the leader."""
    record = keep(denunciation(kind=kind, channel=channel))
    for verb, day in stages:
        found = {"finding": finding if verb == "conclude" else "", "ground": "no_basis" if verb == "refuse" else ""}
        new = NewStage(verb, date(2026, 6, day), "1/QĐ", **found)
        actions.advance_sealed(record, new, actor=acting(Cast().leader), at=moment(day))
    return record


CONCLUDED = ("accept", 9), ("conclude", 12)


FULL, LIMITED = Lane(is_full=True), Lane()


def form(code: str, lane: Lane = FULL, *days: date, of: Body | None = None) -> dict[str, str | int]:
    return counted(code, lane, of_body(of or Cast().committee, *(days or HALF), moment(15)))


def counted(code: str, lane: Lane, extent: Extent) -> dict[str, str | int]:
    forms = {each.code: each for each in statistics(extent, lane)}
    return {f"{cell.column.number}": cell.value for cell in forms[code].cells}


def test_a_recipient_sees_what_became_of_each_complaint(cast: Cast) -> None:
    kept("complaint", *CONCLUDED, finding="right")
    kept("complaint", *CONCLUDED, ("carry_out", 13), finding="partly")
    kept("complaint", ("accept", 9), ("withdraw", 10))
    kept("complaint", ("accept", 9), channel="reception")
    kept("complaint")
    # Four accepted, three of them ended: one right, none wrong, one partly right, one withdrawn.
    assert [form("03/GQKN")[str(number)] for number in range(2, 8)] == [4, 3, 1, 0, 1, 1]
    assert [form("02/XLD")[number] for number in "56"] == [5, 0]
    assert [form("01/TCD")[number] for number in ("9", "10")] == [1, 0]
    assert [form("05/KQTH")[number] for number in "56"] == [2, 1]


def test_a_record_that_was_handed_over_came_to_both_bodies_each_on_its_own_day(cast: Cast) -> None:
    """It came on 08/06; the half-year of the state ends on 14/06; the other body takes it in on 15/06."""
    there = cast.other_officer.body
    recipient(cast.other_officer)
    record = kept("complaint")
    leader = acting(cast.leader)
    actions.advance_sealed(record, NewStage("transfer", date(2026, 6, 9), "1/PC", to=there), actor=leader, at=moment(9))
    SealedStep.objects.update(body=None)  # as before steps said who acted
    before = form("02/XLD")["5"]
    actions.hand_sealed(record, passphrase=PASSPHRASE, actor=leader, at=moment(15))
    following = date(2026, 6, 15), date(2026, 12, 14)
    own, other = ([form("02/XLD", FULL, *days, of=of)["5"] for days in (HALF, following)] for of in (None, there))
    assert (before, own, other) == (1, [1, 0], [0, 1])


def test_denunciations_have_a_form_of_their_own_and_the_refused_are_not_counted_as_settled(cast: Cast) -> None:
    kept("denunciation", ("refuse", 9))
    kept("denunciation", *CONCLUDED, finding="wrong")
    assert [form("04/GQTC")[str(number)] for number in range(2, 8)] == [1, 1, 0, 1, 0, 0]
    assert form("03/GQKN")["2"] == 0


def test_what_was_settled_before_the_days_is_over_and_what_is_open_goes_on(cast: Cast) -> None:
    kept("denunciation", *CONCLUDED, finding="right")
    kept("denunciation", ("accept", 9))
    after = date(2026, 6, 13), date(2026, 6, 14)
    assert [form("04/GQTC", FULL, *after)[number] for number in "23"] == [1, 0]


def test_a_conclusion_without_its_finding_leaves_the_findings_empty_not_zero(cast: Cast) -> None:
    kept("denunciation", *CONCLUDED, finding="right")
    SealedStep.objects.update(finding="")
    assert [form("04/GQTC")[number] for number in "3456"] == [1, "", "", ""]


def test_without_a_key_one_small_count_hides_them_all(cast: Cast) -> None:
    for _each in range(5):
        kept("complaint", *CONCLUDED, finding="right")
    assert [form("03/GQKN", LIMITED)[str(number)] for number in range(2, 8)] == [5, 5, 5, 0, 0, 0]
    kept("complaint")  # six came, and one of them is not accepted: 6 - 5 would tell of it
    kept("complaint", *CONCLUDED, finding="wrong")
    assert {form("03/GQKN", LIMITED)[str(number)] for number in range(2, 8)} == {""}
    assert {form("02/XLD", LIMITED)["5"], form("05/KQTH", LIMITED)["5"]} == {""}


@pytest.mark.parametrize(
    "days",
    [
        (date(2025, 12, 15), date(2026, 6, 13)),  # a day less than a half-year
        (date(2026, 6, 15), date(2026, 12, 14)),  # a half-year that is not over
    ],
)
def test_without_a_key_only_whole_half_years_that_are_over_are_counted(cast: Cast, days: tuple[date, date]) -> None:
    assert form("03/GQKN", LIMITED, *days)["2"] == ""


def test_only_oversight_counts_the_records_of_other_bodies(cast: Cast) -> None:
    kept("complaint", ("accept", 9))
    other = cast.province_officer.body
    assert form("03/GQKN", of=other)["2"] == 0
    assert counted("03/GQKN", FULL, of_place(other.place, *HALF, moment(15)))["2"] == 1


SEEN = {"leader": "1", "officer": "", "commission": "1", "supervisor": "1"}


@pytest.mark.parametrize("who", SEEN)
def test_the_page_shows_a_single_complaint_to_key_holders_and_oversight_alone(cast: Cast, who: str) -> None:
    kept("complaint", ("accept", 9))
    query = {"tu": HALF[0].isoformat(), "den": HALF[1].isoformat()}
    page = signed_in(getattr(cast, who)).get(reverse("statistics"), query)
    table = page.content.decode().split("Biểu 03/GQKN")[1].split("</table>")[0]
    cells = table.split("<tbody>")[1].split("<td")
    assert cells[2].split(">", 1)[1].split("<")[0] == SEEN[who]
    assert CANARY not in page.content.decode()


def test_every_sealed_figure_of_the_table_is_counted() -> None:
    figures = {row["figure"] for row in tables.rows("statistical_forms") if row["figure"].startswith(SEALED)}
    assert figures and figures <= {f"{SEALED}{name}" for name in names()}
