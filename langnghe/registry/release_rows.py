"""The rows of a release's tables as the records they become, not yet written."""

from datetime import date
from typing import Any

from langnghe.registry.models import (
    Competence,
    Holiday,
    Place,
    Population,
    ReplyTemplate,
    Term,
    VaguePhrase,
)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _number(text: str) -> float | None:
    return float(text) if text else None


def dated(row: dict[str, str]) -> dict[str, Any]:
    return {
        "valid_from": _day(row["valid_from"]),
        "valid_to": _day(row["valid_to"]),
        "citation": row.get("citation") or row.get("source", ""),
        "confidence": row["confidence"],
    }


def place(row: dict[str, str], known: dict[str, int]) -> Place:
    return Place(
        key=row["key"],
        code=row["code"],
        level=row["level"],
        type=row["type"],
        name=row["name"],
        parent_id=known[row["parent"]] if row["parent"] else None,
        lat=_number(row["lat"]),
        lon=_number(row["lon"]),
        **dated(row),
    )


def competence(row: dict[str, str], topics: dict[str, int]) -> Competence:
    names = ("code", "place_level", "place_type", "scope", "body_type", "why_vi")
    return Competence(topic_id=topics[row["topic"]], **{name: row[name] for name in names}, **dated(row))


def term(row: dict[str, str]) -> Term:
    names = ("code", "stage", "kind", "condition", "unit", "starts", "note_vi")
    numbers = {name: int(row[name] or 0) for name in ("days", "extension_days", "extensions_max")}
    return Term(**{name: row[name] for name in names}, **numbers, **dated(row))


def holiday(row: dict[str, str]) -> Holiday:
    names = {name: row[name] for name in ("kind", "name_vi", "name_en")}
    return Holiday(date=date.fromisoformat(row["date"]), **names, **dated(row))


def population(row: dict[str, str], places: dict[str, int]) -> Population:
    return Population(code=row["code"], place_id=places[row["place"]], people=int(row["people"]), **dated(row))


def template(row: dict[str, str], topics: dict[str, int]) -> ReplyTemplate:
    words = {"name_vi": row["name_vi"], "text_vi": row["text_vi"].replace("\\n", "\n")}
    topic = topics[row["topic"]] if row["topic"] else None
    return ReplyTemplate(code=row["code"], outcome=row["outcome"], topic_id=topic, **words, **dated(row))


def phrase(row: dict[str, str]) -> VaguePhrase:
    return VaguePhrase(code=row["code"], phrase_vi=row["phrase_vi"], **dated(row))
