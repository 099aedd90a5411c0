"""The tables of law: whole, without overlaps or holes, and right where checked by hand."""

import runpy
from datetime import date, timedelta
from pathlib import Path

import pytest

from langnghe.core.calendar import WorkingCalendar
from langnghe.core.tables import rows
from langnghe.core.terms import Clock, Term, find
from tests.core.questions import (
    START,
    TODAY,
    assert_covers,
    assert_follow_on,
    grouped,
    only,
    select,
    since,
    until,
)

TABLES = [
    *(
        "body_types",
        "competence",
        "conditions",
        "document_forms",
        "emergency_words",
        "holidays",
        "kind_signs",
        "kinds",
        "majorities",
        "outcomes",
    ),
    *("population", "reception_duties", "refusal_grounds", "review_periods", "rules", "scopes", "sealed_stages"),
    *("terms", "topics"),
]
PUBLIC_KINDS = ["feedback", "petition", "aspiration", "suggestion", "question", "praise"]
TWO_TIERS = date(2025, 7, 1)


def term(stage: str, kind: str, condition: str = "normal", day: date = TODAY) -> tuple[int, str, str]:
    row = only("terms", day, stage=stage, kind=kind, condition=condition)
    return int(row["days"]), row["unit"], row["event"]


@pytest.mark.parametrize("table", TABLES)
def test_every_row_has_a_source_a_confidence_and_a_validity_that_makes_sense(table: str) -> None:
    assert rows(table)
    for row in rows(table):
        assert None not in row and None not in row.values(), row
        assert row["citation"].strip() and row["confidence"] in {"S", "I", "M", "?"}, row
        assert since(row) <= until(row), row


@pytest.mark.parametrize("table", TABLES)
def test_no_cell_has_stray_spaces(table: str) -> None:
    assert not [cell for row in rows(table) for cell in row.values() if cell != cell.strip() or "  " in cell]


@pytest.mark.parametrize(
    "table", ["kinds", "outcomes", "topics", "rules", "scopes", "terms", "competence", "population"]
)
def test_codes_are_unique(table: str) -> None:
    codes = [row["code"] for row in rows(table)]
    assert len(codes) == len(set(codes))


def test_there_are_eight_kinds_and_only_complaint_and_denunciation_are_sealed() -> None:
    kinds = {row["code"]: row for row in rows("kinds")}
    assert set(kinds) == {*PUBLIC_KINDS, "complaint", "denunciation"}
    sealed = {code for code, row in kinds.items() if row["lane"] == "sealed"}
    assert sealed == {code for code, row in kinds.items() if row["identity"] == "required"}
    assert sealed == {code for code, row in kinds.items() if row["anonymous"] == "no"}
    assert sealed == {"complaint", "denunciation"}


# terms


def test_a_term_is_a_number_of_days_with_a_unit_and_a_start() -> None:
    for row in rows("terms"):
        assert int(row["days"]) > 0
        assert row["unit"] in {"working", "calendar"} and row["counts"] in {"after", "before"}
        assert row["starts"] == (row["event"] if row["event"] == "accepted" else "received")
        assert row["event"] in {"received", "accepted", "decided", "held", "posted"}
        assert (int(row["extension_days"]) > 0) == (int(row["extensions_max"]) > 0)


def test_terms_neither_overlap_nor_leave_holes() -> None:
    for group in grouped("terms", "stage", "kind", "condition"):
        assert_follow_on(group)


@pytest.mark.parametrize("kind", [*PUBLIC_KINDS, "pakn", "complaint", "denunciation"])
def test_every_kind_has_a_settling_term_on_every_day_since_2020(kind: str) -> None:
    for condition in {row["condition"] for row in select("terms", stage="settle", kind=kind)}:
        group = select("terms", stage="settle", kind=kind, condition=condition)
        assert_covers(sorted(group, key=since), START, date.max)


@pytest.mark.parametrize("kind", PUBLIC_KINDS)
def test_the_settling_terms_of_public_kinds_are_marked_unconfirmed(kind: str) -> None:
    assert {row["confidence"] for row in select("terms", stage="settle", kind=kind)} <= {"I", "M", "?"}


@pytest.mark.parametrize(
    ("stage", "condition", "days"),
    [
        ("settle", "normal", 30),
        ("settle", "complex", 45),
        ("settle", "remote", 45),
        ("settle", "remote_complex", 60),
        ("second", "normal", 45),
        ("second", "complex", 60),
        ("second", "remote", 60),
        ("second", "remote_complex", 70),
    ],
)
@pytest.mark.parametrize("day", [date(2021, 6, 30), TODAY])
def test_a_complaint_is_settled_in_calendar_days_from_acceptance(
    stage: str, condition: str, days: int, day: date
) -> None:
    assert term(stage, "complaint", condition, day) == (days, "calendar", "accepted")


@pytest.mark.parametrize(("condition", "longest"), [("normal", 30), ("complex", 60), ("very_complex", 90)])
def test_a_denunciation_is_extended_by_thirty_days_once_or_twice(condition: str, longest: int) -> None:
    row = only("terms", stage="settle", kind="denunciation", condition=condition)
    assert int(row["days"]) + int(row["extension_days"]) * int(row["extensions_max"]) == longest
    assert (row["unit"], row["starts"]) == ("calendar", "accepted")


def test_intake_limits_of_a_denunciation_are_working_days() -> None:
    assert term("accept", "denunciation") == (7, "working", "received")
    assert term("accept", "denunciation", "complex") == (10, "working", "received")
    assert term("transfer", "denunciation") == (5, "working", "received")


def test_a_dialogue_is_announced_seven_days_before_and_published_within_ten_after() -> None:
    assert term("dialogue_announce", "dialogue") == (7, "calendar", "held")
    assert term("dialogue_publish", "dialogue") == (10, "calendar", "held")
    assert only("terms", stage="dialogue_announce")["counts"] == "before"
    assert only("terms", stage="dialogue_publish")["counts"] == "after"
    assert "72/2025" in only("terms", TWO_TIERS, stage="dialogue_announce")["citation"]
    assert "77/2015" in only("terms", date(2021, 6, 30), stage="dialogue_announce")["citation"]


def test_the_circular_on_paper_letters_changed_on_15_november_2021() -> None:
    for kind in (row["code"] for row in rows("kinds")):
        assert "07/2014" in only("terms", date(2021, 11, 14), stage="classify", kind=kind)["citation"]
        assert "05/2021" in only("terms", date(2021, 11, 15), stage="classify", kind=kind)["citation"]
        assert term("classify", kind) == (10, "working", "received")


def test_a_voters_petition_has_forty_days_or_fifty_as_lead() -> None:
    assert term("answer", "voter_petition")[0] == 40
    assert term("answer", "voter_petition", "lead")[0] == 50


def test_feedback_of_2021_cites_no_later_text_than_its_time() -> None:
    for kind in PUBLIC_KINDS:
        row = only("terms", date(2021, 6, 30), stage="settle", kind=kind, condition="normal")
        assert "2025" not in row["citation"] and "2020" in row["citation"]


def test_every_condition_of_a_term_has_a_name() -> None:
    assert {row["condition"] for row in rows("terms")} == {row["code"] for row in rows("conditions")}


def test_the_clock_can_run_under_every_row() -> None:
    calendar = WorkingCalendar(rows("holidays"))
    terms = [Term.from_row(row) for row in rows("terms") if row["stage"] != "retain"]  # years, which end on any day
    clocks = [Clock(date(2026, 8, 20), term) for term in terms]
    assert all(clock.due(calendar) > clock.start for clock in clocks)


def test_a_working_saturday_brings_the_due_date_of_feedback_forward() -> None:
    found = find(map(Term.from_row, rows("terms")), stage="settle", kind="feedback", on=TODAY, condition="normal")
    assert found.days == 7
    assert Clock(date(2026, 8, 20), found).due(WorkingCalendar(rows("holidays"))) == date(2026, 8, 28)


# holidays


def off(year: int, month: int, day: int) -> str:
    found = select("holidays", date=date(year, month, day).isoformat())
    return found[0]["kind"] if found else "none"


def test_a_date_stands_once_in_the_calendar_and_a_day_worked_is_a_saturday() -> None:
    dates = [row["date"] for row in rows("holidays")]
    assert len(dates) == len(set(dates))
    assert {date.fromisoformat(row["date"]).weekday() for row in select("holidays", kind="working")} == {5}
    assert {row["kind"] for row in rows("holidays")} == {"holiday", "working"}


def test_tet_2026_leaves_nine_days_without_work() -> None:
    days = [date(2026, 2, 14) + timedelta(days=n) for n in range(9)]
    weekdays = [day for day in days if day.weekday() < 5]
    assert len(weekdays) == 5 and all(off(*day.timetuple()[:3]) == "holiday" for day in weekdays)
    assert off(2026, 2, 13) == off(2026, 2, 23) == "none"


@pytest.mark.parametrize(
    ("free", "worked"),
    [
        ((2024, 4, 29), (2024, 5, 4)),
        ((2025, 5, 2), (2025, 4, 26)),
        ((2026, 1, 2), (2026, 1, 10)),
        ((2026, 8, 31), (2026, 8, 22)),
    ],
)
def test_a_swapped_day_is_free_and_its_saturday_is_worked(
    free: tuple[int, int, int], worked: tuple[int, int, int]
) -> None:
    assert (off(*free), off(*worked)) == ("holiday", "working")


@pytest.mark.parametrize("year", range(2020, 2028))
def test_every_year_has_its_fixed_days_and_five_days_of_tet(year: int) -> None:
    assert {off(year, *day) for day in ((1, 1), (4, 30), (5, 1), (9, 2))} == {"holiday"}
    assert sum("Tết" in row["name_vi"] and row["date"][:7] > f"{year}-01-15" for row in rows("holidays")) >= 5
    assert off(year, 11, 24) == ("holiday" if year >= 2026 else "none")


def test_what_the_year_2027_does_not_yet_say_is_marked_unconfirmed() -> None:
    assert {row["confidence"] for row in rows("holidays") if row["date"] >= "2027"} == {"M"}
    assert off(2027, 9, 1) == off(2027, 9, 3) == off(2027, 5, 3) == "none"


def test_the_calendar_is_what_its_builder_builds() -> None:
    pytest.importorskip("holidays")
    builder = runpy.run_path(str(Path(__file__).parents[2] / "tools" / "build_holidays.py"))
    built = [(day.date.isoformat(), day.kind) for day in builder["build"]()]
    assert built == [(row["date"], row["kind"]) for row in rows("holidays")]


# reviews, receptions, documents, rules


def test_a_half_year_of_the_party_and_of_the_state_differ() -> None:
    party, state = (
        only("review_periods", code="party_half_year_1"),
        only("review_periods", code="state_half_year_1"),
    )
    assert (party["start_month_day"], party["end_month_day"], party["start_year_offset"]) == (
        "01-01",
        "06-30",
        "0",
    )
    assert (state["start_month_day"], state["end_month_day"], state["start_year_offset"]) == (
        "12-15",
        "06-14",
        "-1",
    )
    assert party["confidence"] == "?"


@pytest.mark.parametrize("issuer", ["party", "state"])
def test_two_half_years_follow_on_and_fill_the_year(issuer: str) -> None:
    spans = {}
    for row in select("review_periods", issuer=issuer):
        first = date.fromisoformat(f"{2026 + int(row['start_year_offset'])}-{row['start_month_day']}")
        spans[row["half"]] = (first, date.fromisoformat(f"2026-{row['end_month_day']}"))
    assert spans["1"][1] + timedelta(days=1) == spans["2"][0]
    assert (spans["1"][0], spans["2"][1]) == spans["0"]


def test_a_commune_chairman_receives_weekly_until_june_2026_and_then_twice_a_month() -> None:
    last = only("reception_duties", date(2026, 6, 30), who="chairman_commune")
    first = only("reception_duties", date(2026, 7, 1), who="chairman_commune")
    assert (last["times"], last["per"]) == ("1", "week")
    assert (first["times"], first["per"], first["deputy_may_stand_in"]) == ("2", "month", "no")


def test_reception_duties_neither_overlap_nor_leave_holes() -> None:
    for group in grouped("reception_duties", "who"):
        assert_covers(group, START, date.max)
        assert all(int(row["times"]) > 0 and row["per"] in {"week", "month"} for row in group)


def test_no_party_document_bears_the_motto_of_the_state() -> None:
    assert only("document_forms", code="party", element="motto_country")["value"] == "none"
    assert only("document_forms", code="state", element="motto_country")["value"].startswith("CỘNG HÒA")
    assert ":" not in only("document_forms", code="party", element="number_format")["value"]


def test_margins_and_sizes_of_a_document_lie_in_their_range() -> None:
    ranged = [row for row in rows("document_forms") if row["min"]]
    assert len(ranged) > 20
    for row in ranged:
        assert float(row["min"]) <= float(row["value"]) <= float(row["max"] or row["value"])


def test_the_form_of_the_reception_book_follows_the_circular_of_its_day() -> None:
    assert "06/2014" in only("document_forms", date(2021, 11, 14), element="reception_book")["citation"]
    assert only("document_forms", date(2021, 11, 15), element="reception_book")["value"] == "Mẫu số 03"
    columns = [row for row in rows("document_forms") if row["element"].startswith("reception_book_column_")]
    assert len(columns) == 12


def test_document_forms_neither_overlap_nor_leave_holes() -> None:
    for group in grouped("document_forms", "code", "element"):
        assert_follow_on(group)


def test_the_house_rules_are_whole_numbers() -> None:
    numbers = {row["code"]: int(row["value"]) for row in rows("rules")}
    assert (numbers["handover_cap"], numbers["recurrence_days"], numbers["disclosure_threshold"]) == (
        2,
        90,
        5,
    )
    assert all(number > 0 for number in numbers.values())


def test_majorities_are_shares_of_a_named_whole() -> None:
    for row in rows("majorities"):
        assert 0 < int(row["share_num"]) < int(row["share_den"])
        assert row["base"] in {"households", "voters", "present"} and row["strict"] in {"yes", "no"}
    assert only("majorities", code="contribution")["confidence"] == "M"


# population


def test_the_communes_of_hung_yen_together_have_no_more_people_than_the_province() -> None:
    people = {row["place"]: int(row["people"]) for row in rows("population")}
    whole = people.pop("n33")
    missing = {row["key"] for row in select("places", parent="n33")} - people.keys()
    assert (whole, len(people), len(missing)) == (3_567_943, 100, 4)
    assert 0 < whole - sum(people.values()) < len(missing) * 35_000


def test_what_the_source_gives_damaged_is_marked_as_in_doubt() -> None:
    doubted = [row for row in rows("population") if "mất số 0" in row["citation"] or "ngờ" in row["citation"]]
    assert doubted and {row["confidence"] for row in doubted} == {"?"}
