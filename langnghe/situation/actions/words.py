"""Notes each night which words are said more of late."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from langnghe.cases.models import Voice
from langnghe.core.rising import Rising, rising
from langnghe.situation.models import RisingWord
from langnghe.situation.trends import sealed_kinds

LATE, BEFORE = timedelta(days=14), timedelta(days=180)


def note_rising_words(at: datetime) -> int:
    """Count the words of two weeks up to the day before against the half-year before; return how many rise."""
    last = localdate(at) - timedelta(days=1)
    said = Voice.objects.exclude(text="").exclude(kind__in=sealed_kinds()).order_by("pk")
    late = list(said.filter(day__range=(last - LATE + timedelta(days=1), last)).values_list("case_id", "text"))
    before = said.filter(day__range=(last - BEFORE, last - LATE)).values_list("text", flat=True)
    found = rising((text for _case, text in late), before.iterator(chunk_size=2_000))
    with transaction.atomic():
        RisingWord.objects.all().delete()
        for one in found:
            _note(one, [late[number][0] for number in one.texts], last)
    return len(found)


def _note(one: Rising, cases: list[int], last: date) -> None:
    made = RisingWord.objects.create(
        words=one.words[:60], last=last, now=len(one.texts), expected=one.expected, p=one.p
    )
    made.cases.set(cases)
