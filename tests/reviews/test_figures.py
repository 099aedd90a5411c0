"""A figure counts exactly the records that it opens: DuckDB over the mirror and the database say the same."""

from collections.abc import Callable
from pathlib import Path

import pytest

from langnghe.registry import law
from langnghe.reviews import engine
from langnghe.reviews.engine import Count, Window, measure, measure_communes, records
from langnghe.reviews.figures import APPENDIX, DEFINITIONS, Definition, definition, values
from langnghe.reviews.periods import year_before
from tests.cast import COMMUNE, OTHER_COMMUNE, moment, received
from tests.reviews.world import FROZEN, SPAN, mirror, play, window

pytestmark = pytest.mark.django_db
RATIOS = {"reopened"}  # reopenings for each answer: two kinds of record, not a part of a whole


@pytest.fixture(autouse=True)
def world() -> None:
    play()


def of_the_year_before() -> Window:
    return window(since=year_before(SPAN.since), until=year_before(SPAN.until))


def members() -> list[Definition]:
    plain = [row for row in DEFINITIONS.values() if not row.by]
    families = [row for row in DEFINITIONS.values() if row.by]
    return plain + [definition(f"{family.key}.{value}") for family in families for value in values(family.by)]


def opened(span: Window, said: Definition) -> Count:
    """Count what opens when somebody follows the figure to its records."""
    return records(span, said.where).count(), records(span, said.of).count() if said.of else None


@pytest.mark.parametrize("span", [window, of_the_year_before], ids=["now", "the year before"])
def test_each_figure_counts_the_records_it_opens(tmp_path: Path, span: Callable[[], Window]) -> None:
    days = span()
    assert measure(mirror(tmp_path), days, DEFINITIONS.values()) == {row.key: opened(days, row) for row in members()}


def test_each_figure_of_a_commune_counts_the_records_it_opens(tmp_path: Path) -> None:
    found = measure_communes(mirror(tmp_path), window(), [DEFINITIONS[key] for key in APPENDIX])
    for key in (COMMUNE, OTHER_COMMUNE):
        unit = law.place(key).pk
        only = window(places={place: to for place, to in window().places.items() if to == unit})
        assert found[unit] == {key: opened(only, DEFINITIONS[key]) for key in APPENDIX}


def test_the_played_half_year_leaves_no_figure_empty(tmp_path: Path) -> None:
    found = measure(mirror(tmp_path), window(), DEFINITIONS.values())
    sums = {row.key: sum(found[f"{row.key}.{value}"][0] for value in values(row.by)) for row in families()}
    empty = [row.key for row in DEFINITIONS.values() if not (sums[row.key] if row.by else found[row.key][0])]
    assert empty == []


def families() -> list[Definition]:
    return [row for row in DEFINITIONS.values() if row.by]


def test_counts_are_those_of_the_story(tmp_path: Path) -> None:
    found = measure(mirror(tmp_path), window(), DEFINITIONS.values())
    told = {
        "received": (10, None),
        "received.channel.zalo": (1, None),
        "on_time": (2, 3),
        "reopened": (1, 3),
        "satisfied": (1, 1),
        "recurrences": (1, None),
        "escalated.cause.never_local": (1, None),
        "receptions_held": (2, None),
        "commitments_late": (1, None),
    }
    assert {key: found[key] for key in told} == told


def test_the_members_of_a_family_add_up_to_the_whole(tmp_path: Path) -> None:
    found = measure(mirror(tmp_path), window(), DEFINITIONS.values())
    for row in families():
        whole = records(window(), row.where).count()
        assert sum(found[f"{row.key}.{value}"][0] for value in values(row.by)) == whole


@pytest.mark.parametrize("said", [row for row in DEFINITIONS.values() if row.of], ids=lambda row: row.key)
def test_a_share_is_of_records_among_which_its_own_are(said: Definition) -> None:
    part = set(records(window(), said.where).values_list("fact", flat=True))
    whole = set(records(window(), said.of).values_list("fact", flat=True))
    assert part
    assert (part <= whole) is (said.key not in RATIOS)


@pytest.mark.parametrize(
    ("day", "counts"), [("2025-12-31", 0), ("2026-01-01", 1), ("2026-06-30", 1), ("2026-07-01", 0)]
)
def test_the_first_and_last_day_count_and_the_days_around_do_not(tmp_path: Path, day: str, counts: int) -> None:
    before = records(window(), "what = 'receive'").count()
    year, month, number = (int(part) for part in day.split("-"))
    received(moment(1, 1), day=moment(number, month, year).date())
    measured = measure(mirror(tmp_path), window(), [DEFINITIONS["received"]])
    assert measured["received"][0] == records(window(), "what = 'receive'").count() == before + counts


def test_what_was_written_after_the_freezing_does_not_count(tmp_path: Path) -> None:
    whole = records(window(), "what = 'receive'").count()
    received(FROZEN.replace(hour=17, minute=1), day=SPAN.until)
    assert measure(mirror(tmp_path), window(), [DEFINITIONS["received"]])["received"] == (whole, None)
    assert records(window(), "what = 'receive'").count() == whole


def test_the_mirror_takes_up_what_came_since(tmp_path: Path) -> None:
    folder = mirror(tmp_path)
    first = measure(folder, window(), [DEFINITIONS["received"]])["received"][0]
    received(moment(15))
    assert measure(mirror(tmp_path), window(), [DEFINITIONS["received"]])["received"][0] == first + 1


def test_a_block_written_before_stays_and_the_new_one_is_added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("langnghe.reviews.sources.BLOCK", 5)
    counts = engine.measure(mirror(tmp_path), window(), DEFINITIONS.values())
    first = (tmp_path / "facts" / "step-000000.parquet").stat().st_mtime_ns
    received(moment(15))
    again = engine.measure(mirror(tmp_path), window(), DEFINITIONS.values())
    assert again["received"][0] == counts["received"][0] + 1
    assert (tmp_path / "facts" / "step-000000.parquet").stat().st_mtime_ns == first


@pytest.mark.parametrize(
    "key", ["received.kind.x", "nothing", "received.kind.", "settled.done", "outcome.x' OR 1=1 --"]
)
def test_a_key_of_no_figure_is_refused(key: str) -> None:
    with pytest.raises(KeyError):
        definition(key)
