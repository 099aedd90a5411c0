"""Keeps the index in which similar voices are sought: made after the voice, gone with its words."""

from django.db import transaction

from langnghe.cases.actions.gathering import in_line
from langnghe.cases.desk_models import VoiceWords
from langnghe.cases.models import Case, TextGrams, Voice
from langnghe.cases.searching import key, terms
from langnghe.core.similarity import Grams, grams
from langnghe.ledger.insertion import put

BATCH = 200


def index_voices() -> int:
    """Put the next voices that are not in the index into it; return how many were waiting, at most 200.

    What is redacted or classified anew between reading and writing waits for the next time.
    """
    waiting = Voice.objects.filter(in_index=False).select_related("case__place").order_by("pk")
    read = {voice.pk: _said(voice) for voice in waiting[:BATCH]}
    made = {pk: (grams(text), grams(spot)) for pk, (text, spot, _place) in read.items()}
    if not read:
        return 0
    with in_line(), transaction.atomic():
        rows = waiting.select_for_update(of=("self",)).filter(pk__in=read)
        same = [voice for voice in rows if _said(voice) == read[voice.pk]]
        put(TextGrams, [_row(voice, *made[voice.pk]) for voice in same if voice.text])
        put(VoiceWords, [{"voice_id": voice.pk, "words": _words(voice)} for voice in same if voice.text])
        Voice.objects.filter(pk__in=[voice.pk for voice in same]).update(in_index=True)
    return len(read)


def _said(voice: Voice) -> tuple[str, str, int]:
    return voice.text, voice.case.spot, voice.case.place_id


def _row(voice: Voice, text: Grams, spot: Grams) -> dict[str, object]:
    return {
        "voice_id": voice.pk,
        "place_id": voice.case.place_id,
        "day": voice.day,
        "ids": text.ids,
        "counts": text.counts,
        "spot_ids": spot.ids,
        "spot_counts": spot.counts,
    }


def _words(voice: Voice) -> str:
    """Return what was said and where, as the desk's search wants it; the key of the place finds it too."""
    said = (voice.text, voice.case.spot, voice.place_words)
    return " ".join((key("place", voice.case.place.key), *terms(" ".join(said))))


def leave_index(case: Case) -> None:
    """Take the case's voices out of the index, to be put in anew if they still have words."""
    TextGrams.objects.filter(voice__case=case).delete()
    VoiceWords.objects.filter(voice__case=case).delete()
    case.voices.update(in_index=False)


def empty_index() -> None:
    """Take all voices out, so that the index is made anew; until then they are compared as they come."""
    while some := list(Voice.objects.filter(in_index=True).values_list("pk", flat=True)[:500]):
        with in_line(), transaction.atomic():
            TextGrams.objects.filter(voice__in=some).delete()
            VoiceWords.objects.filter(voice__in=some).delete()
            Voice.objects.filter(pk__in=some).update(in_index=False)
