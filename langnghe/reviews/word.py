"""The Word file of a review, in the form of the body that issues it."""

from django.conf import settings

from langnghe.core import tables
from langnghe.reviews.models import Review
from langnghe.reviews.narrative import document
from langnghe.reviews.render.docx import render


def word_file(review: Review) -> bytes:
    """Return the bytes of the .docx; a demo installation's carries its watermark."""
    watermark = "DỮ LIỆU MINH HOẠ" if settings.INSTALLATION.demo else ""
    return render(document(review, watermark=watermark), forms())


def forms() -> dict[str, str]:
    return {f"{row['code']}.{row['element']}": row["value"] for row in tables.rows("document_forms")}
