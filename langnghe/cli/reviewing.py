"""The verb `review`: figures, findings, the Word file."""

from argparse import Namespace
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils.timezone import now

from langnghe.cli.terminal import say, show_json
from langnghe.cli.verbs import output_folder
from langnghe.core.refusal import Refused
from langnghe.registry import law
from langnghe.registry.find import province
from langnghe.registry.models import Body, Place
from langnghe.reviews import actions, periods, reading
from langnghe.reviews.models import Review
from langnghe.reviews.word import word_file

ISSUERS = {"party": "engagement_commission", "state": "committee_province"}


def run(arguments: Namespace) -> int:
    at = settings.CLOCK or now()
    review = actions.write(plan(arguments.place, arguments.period, arguments.form), at=at, progress=_stage(arguments))
    path = save(review, output_folder(arguments.out))
    if arguments.json:
        show_json({"review": review.pk, "word": str(path), "figures": _figures(review)})
    else:
        say(f"Bản sơ kết số {review.pk}: /so-ket/{review.pk}")
        say(f"Tệp Word: {path}")
    return 0


def plan(place_words: str, period: str, form: str) -> actions.Plan:
    """Return what to write for "Hưng Yên", "2026-H1", "party"; Refused when the words make no sense."""
    try:
        year, half = int(period[:4]), int(period.partition("-H")[2])
        span = periods.span(form, year, half)
    except (ValueError, LookupError):
        raise Refused(f"Không hiểu kỳ “{period}”. Viết như 2026-H1 (sáu tháng đầu năm) hoặc 2026-H2.") from None
    place = province(place_words, span.until)
    return actions.Plan(place, span.code, span.since, span.until, form, issuer(place, form, span.until))


def issuer(place: Place, form: str, on: date) -> Body:
    body = Body.objects.filter(type=ISSUERS[form], place=place).on(on).first() or law.body_at(ISSUERS[form], place)
    if body is None:
        raise LookupError(f"Chưa có cơ quan ban hành tại {place}: hãy chạy langnghe setup --place.")
    return body


def save(review: Review, folder: Path) -> Path:
    name = f"so-ket-{review.place.key}-{review.since:%Y%m%d}-{review.until:%Y%m%d}-{review.form}.docx"
    path = folder / name
    path.write_bytes(word_file(review))
    return path


def _stage(arguments: Namespace) -> actions.Progress:
    return (lambda line: None) if arguments.json else (lambda line: say(f"  {line} …"))


def _figures(review: Review) -> list[dict[str, object]]:
    rows = review.figures.filter(place=None).order_by("number")
    return [
        {
            "number": figure.number,
            "key": figure.key,
            "value": figure.value,
            "base": figure.base,
            "previous": figure.previous,
            "previous_base": figure.previous_base,
            "words": reading.words(figure),
        }
        for figure in rows
    ]
