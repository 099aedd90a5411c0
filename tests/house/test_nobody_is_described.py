"""Nothing that is stored, computed or handed on describes a person (docs/decisions/0018)."""

import re

from django.apps import apps
from django.db.models import Field, Model

from langnghe.cases.models import Person, Voice
from langnghe.core.similarity import Pairs
from langnghe.situation.engines.columns import LINKS, PLACES, STREAMS, VOICES

DESCRIBES = re.compile(
    r"(^|_)(score|sentiment|emotion|tone|mood|profile|risk|trust|reputation|gender|sex|age|birth\w*|ethnic\w*|religion|"
    r"income|job|health|author|resident|citizen|suspect\w*|blacklist|priority_of)($|_)"
)
ROOMS = ("situation", "reviews", "engagements", "commitments")


def models() -> list[type[Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("langnghe.")]


def fields(model: type[Model]) -> list[Field]:  # type: ignore[type-arg]
    return [field for field in model._meta.get_fields() if isinstance(field, Field)]


def test_no_field_is_about_what_somebody_is_like() -> None:
    found = [f"{model.__name__}.{field.name}" for model in models() for field in fields(model)]
    assert len(found) > 100
    assert [name for name in found if DESCRIBES.search(name.partition(".")[2])] == []


def test_only_a_voice_knows_how_to_reach_somebody() -> None:
    pointing = [model for model in models() for field in fields(model) if field.related_model is Person]
    assert pointing == [Voice]


def test_what_is_seen_together_points_at_cases_places_and_bodies_never_at_voices_or_people() -> None:
    rooms = [model for model in models() if model.__module__.split(".")[1] in ROOMS]
    assert len(rooms) > 8
    pointed = {field.related_model for model in rooms for field in fields(model)}
    assert not pointed & {Voice, Person}


def test_likeness_and_the_engines_see_words_hashed_places_topics_and_days() -> None:
    assert set(Pairs._fields) == {"text", "spot", "no_spot", "elsewhere", "days"}
    columns = {*VOICES, *PLACES, *LINKS, *STREAMS}
    assert not [name for name in columns if DESCRIBES.search(name)]
    assert not columns & {"text", "person", "contact", "phone", "email", "receipt"}


def test_such_a_field_would_be_seen() -> None:
    assert all(DESCRIBES.search(name) for name in ("score", "risk_level", "author_id", "voice_sentiment", "age"))
    assert not any(DESCRIBES.search(name) for name in ("stage", "message", "passage", "storage", "stars"))
