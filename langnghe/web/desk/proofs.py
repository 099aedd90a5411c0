"""The photos and papers of an answer as a form lists them, to be left out of it or taken down."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from langnghe.cases.models import Case, ProofPaper, ProofPhoto, Reply

Named = list[tuple[ProofPhoto | ProofPaper, str]]


def named(case: Case, reply: Reply) -> Named:
    """Return the proofs of an answer that stand, each with its picture or its name."""
    photos = [row for row in reply.proof_photos if row.taken_down_id is None]
    papers = [row for row in reply.proof_papers if row.taken_down_id is None]
    return [*((row, _pictured(case, row, n)) for n, row in enumerate(photos, 1)), *((row, row.name) for row in papers)]


def _pictured(case: Case, photo: ProofPhoto, n: int) -> str:
    source, words = reverse("proof_preview", args=[case.code, photo.pk]), _("Ảnh %(n)d") % {"n": n}
    sides = photo.width, photo.height
    return format_html('<img src="{}" alt="" width="{}" height="{}" loading="lazy"> {}', source, *sides, words)


def published(case: Case) -> dict[str, tuple[ProofPhoto | ProofPaper, str]]:
    """Return the proofs of the published answers that stand, by a key, with what tells one from another."""
    answers = [row for row in case.answers if row.state == Reply.State.PUBLISHED]
    rows = [(answer, *pair) for answer in answers for pair in named(case, answer)]
    return {
        f"{proof._meta.model_name}-{proof.pk}": (proof, format_html("{} ({})", words, f"{answer.published:%d/%m/%Y}"))
        for answer, proof, words in rows
    }
