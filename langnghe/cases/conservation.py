"""The conservation check: all that came in is a voice, quarantined or a repeat, and every voice is somewhere.

Each side is counted by a query of its own, per channel and day of arrival, so that a row that was lost, doubled or
slipped in shows on one side only.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from django.db import connection
from django.db.models import Count, DateField, Exists, Func, OuterRef, QuerySet
from django.utils.timezone import get_default_timezone_name, make_aware
from django.utils.translation import gettext as _

from langnghe.cases.models import DayCount, RawIntake, Step, Voice
from langnghe.ledger.models import LogEntry
from langnghe.registry import law

Counts = dict[str, Any]
Key = tuple[date, str]  # day and channel; without a channel: the day on which was spoken
SEALED = "sealed"
TOTALS = """SELECT
  (SELECT count(*) FROM cases_rawintake),
  (SELECT count(*) FROM cases_rawintake WHERE outcome = 'voice'),
  (SELECT count(*) FROM cases_rawintake WHERE outcome = 'quarantined'),
  (SELECT count(*) FROM cases_rawintake WHERE outcome = 'repeat'),
  (SELECT count(*) FROM cases_voice),
  (SELECT count(*) FROM cases_step WHERE verb = 'receive'),
  (SELECT count(*) FROM ledger_logentry WHERE event = 'receive'),
  (SELECT count(*) FROM cases_rawintake r WHERE outcome = 'voice'
    AND NOT EXISTS (SELECT 1 FROM cases_voice v WHERE v.raw_id = r.id)),
  (SELECT count(*) FROM cases_voice v WHERE NOT EXISTS (SELECT 1 FROM cases_rawintake r WHERE r.id = v.raw_id)),
  (SELECT count(*) FROM cases_voice v JOIN cases_case c ON c.id = v.case_id),
  (SELECT count(*) FROM cases_sealedrecord),
  (SELECT count(*) FROM cases_sealedevent WHERE verb = 'keep'),
  (SELECT count(*) FROM cases_sealedevent WHERE verb = 'purge')"""


class _Day(Func):
    """The day in Vietnam of a moment; Django's own function costs a call of Python for each row of SQLite."""

    output_field = DateField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="date(%(expressions)s, '+7 hours')", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        zone = get_default_timezone_name()
        return self.as_sql(compiler, connection, template=f"(%(expressions)s AT TIME ZONE '{zone}')::date", **context)


def count(before: date) -> dict[Key, Counts]:
    """Return the counts of all days before this one; the running day is left out, since it still moves."""
    end = make_aware(datetime.combine(before, time.min))
    found: dict[Key, Counts] = defaultdict(_nothing)
    raws, voices = RawIntake.objects.filter(received_at__lt=end), Voice.objects.filter(raw__received_at__lt=end)
    for day, channel, outcome, number in _grouped(raws, "received_at", "channel", "outcome"):
        found[day, channel][outcome] = number
        found[day, channel]["raw"] += number
    for day, channel, number in _grouped(voices, "raw__received_at", "channel"):
        found[day, channel]["voices"] = number
    for day, channel, kind, state, number in _grouped(voices, "raw__received_at", "channel", "kind", "case__state"):
        where, states = SEALED if law.kinds()[kind].is_sealed else state, found[day, channel]["states"]
        states[where] = states.get(where, 0) + number
    receipts = Step.objects.filter(verb="receive")
    for day, channel, number in _grouped(receipts.filter(at__lt=end), "at", "channel"):
        found[day, channel]["steps"] = number
    for name, rows, moment in _lone(end):
        for day, channel, number in _grouped(rows, moment, "channel"):
            found[day, channel][name] = number
    for name, dated in (("steps", receipts), ("entries", LogEntry.objects.filter(event="receive"))):
        for day, number in dated.filter(day__lt=before).order_by().values_list("day").annotate(number=Count("pk")):
            found[day, ""][name] = number
    return {key: dict(counts) for key, counts in found.items()}


def _nothing() -> Counts:
    counts: Counts = defaultdict(int)
    return counts | {"states": {}}


def totals() -> Counts:
    """Return the counts of all days and channels together, of one moment: one statement sees no half-written voice.

    The sealed lane is counted only here: its days are too small to be shown, or stored where days are shown.
    """
    names = (
        "raw",
        "voice",
        "quarantined",
        "repeat",
        "voices",
        "steps",
        "entries",
        "raw_alone",
        "voice_alone",
        "placed",
        "sealed",
        "sealed_kept",
        "sealed_purged",
    )
    with connection.cursor() as cursor:
        cursor.execute(TOTALS)
        counts = dict(zip(names, cursor.fetchone(), strict=True))
    return counts | {"states": {"": counts.pop("placed")}}


def _lone(end: datetime) -> list[tuple[str, QuerySet[Any], str]]:
    """Return what lacks its other half: payloads of voices that are gone, voices whose payload is gone."""
    raws = RawIntake.objects.filter(received_at__lt=end, outcome=RawIntake.Outcome.VOICE)
    voices = Voice.objects.filter(received_at__lt=end)
    kept = RawIntake.objects.filter(pk=OuterRef("raw_id"), outcome=RawIntake.Outcome.VOICE)
    return [
        ("raw_alone", raws.filter(~Exists(Voice.objects.filter(raw=OuterRef("pk")))), "received_at"),
        ("voice_alone", voices.filter(~Exists(kept)), "received_at"),
    ]


def _grouped(rows: QuerySet[Any], moment: str, *names: str) -> Iterator[Any]:
    """Yield day, the named values, and how many rows have them."""
    yield from rows.order_by().values_list(_Day(moment), *names).annotate(number=Count("pk"))


def differences(counted: Mapping[Key, Counts]) -> Iterator[str]:
    """Yield a line for each day and channel whose two sides differ."""
    for (day, channel), counts in sorted(counted.items()):
        for problem in problems(counts, of_channel=bool(channel), of_log=not channel):
            yield f"{day:%d/%m/%Y} {_channel(channel)}: {problem}".replace(" :", ":")


def problems(counts: Counts, of_channel: bool = True, of_log: bool = False) -> list[str]:
    """Return in words what does not add up: of a channel's payloads and voices, of the log's entries, or of both."""
    return (_of_voices(counts) if of_channel else []) + (_of_log(counts) if of_log else [])


def _of_log(counts: Counts) -> list[str]:
    said = {"steps": counts.get("steps", 0), "entries": counts.get("entries", 0)}
    words = _("%(steps)d bước tiếp nhận, nhưng %(entries)d mục nhật ký")
    return [words % said] if said["steps"] != said["entries"] else []


def _of_voices(counts: Counts) -> list[str]:
    one = defaultdict(int, counts)
    voices = one["voices"]
    checks = (
        (
            one["raw"] != voices + one["quarantined"] + one["repeat"],
            _("nhận %(raw)d, nhưng chỉ giải thích được %(sum)d"),
        ),
        (one["steps"] != voices, _("%(voices)d ý kiến, nhưng %(steps)d bước tiếp nhận")),
        (sum(one["states"].values()) != voices, _("%(voices)d ý kiến, nhưng %(states)d có vụ việc")),
        (one["raw_alone"] > 0, _("%(raw_alone)d bản gốc mất ý kiến")),
        (one["voice_alone"] > 0, _("%(voice_alone)d ý kiến mất bản gốc")),
        (
            one["sealed_kept"] != one["sealed"] + one["sealed_purged"],
            _("%(sealed_kept)d hồ sơ niêm phong đã nhận, nhưng còn %(sealed)d và đã xóa theo hạn %(sealed_purged)d"),
        ),
    )
    said = {
        "raw": one["raw"],
        "sum": voices + one["quarantined"] + one["repeat"],
        "voices": voices,
        "steps": one["steps"],
        "states": sum(one["states"].values()),
        "raw_alone": one["raw_alone"],
        "voice_alone": one["voice_alone"],
        "sealed": one["sealed"],
        "sealed_kept": one["sealed_kept"],
        "sealed_purged": one["sealed_purged"],
    }
    return [words % said for is_wrong, words in checks if is_wrong]


def _channel(channel: str) -> str:
    return str(Voice.Channel(channel).label) if channel in Voice.Channel.values else channel


def stored() -> dict[Key, Counts]:
    """Return what the last nightly run counted."""
    return {(row.day, row.channel): row.counts for row in DayCount.objects.all()}
