"""What a machine can notice in an answer before it is published; a person decides."""

import re
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from langnghe.cases.desk_models import Part
from langnghe.cases.models import Case, Reply
from langnghe.core.personal import hints, holds
from langnghe.core.text import fold
from langnghe.registry import law

LONGEST = 35  # words of a sentence
DATE = re.compile(r"\b[0-3]?[0-9][/.-][01]?[0-9]\b|ngày [0-3]?[0-9]|tháng [01]?[0-9]", re.IGNORECASE)
SENTENCE = re.compile(r"[^.!?\n]+")
UNDATED = {"advised", "no_basis", "not_ours"}  # outcomes that promise nothing to be done


SORTS = {
    "number": gettext_lazy("số điện thoại hoặc giấy tờ"),
    "email": gettext_lazy("thư điện tử"),
    "plate": gettext_lazy("biển số xe"),
    "name": gettext_lazy("tên người"),
    "accusation": gettext_lazy("lời cáo buộc kèm tên"),
}


def personal(*texts: str) -> list[str]:
    """Return what in the texts may name or accuse a person; a person decides, and what is not found may still do."""
    return [f"{SORTS[hint.sort]}: “{hint.words}”" for hint in hints(".\n".join(texts))]


def owing(case: Case) -> list[str]:
    """Return the remark on an answer that does not wait for all who were invited to a part."""
    names = [part.body.short_name for part in case.joint if part.state == Part.State.ASKED]
    return [_("Chưa có ý kiến của cơ quan được mời: %(bodies)s.") % {"bodies": ", ".join(names)}] if names else []


def uncovering(case: Case, text: str) -> list[str]:
    """Return the remark on words that say again what was covered in what the case shows of its voices."""
    covers = case.covers.order_by("pk").values_list("passage", flat=True) if case.is_public else []
    said = [passage for passage in covers if holds(text, passage)]
    return [_("Nhắc lại chỗ đã che: %(words)s.") % {"words": ", ".join(f"“{words}”" for words in said)}] if said else []


def remarks(reply: Reply, on: date) -> list[str]:
    """Return what to look at again: no date, no proof, sentences too long, phrases that say nothing."""
    found, text = [], reply.text
    if reply.outcome not in UNDATED and not DATE.search(text):
        found.append(_("Chưa thấy ngày nào: việc đã làm hoặc sẽ làm ngày nào?"))
    if not reply.proof and not reply.proof_photos and not reply.proof_papers:
        found.append(_("Chưa có bằng chứng nào kèm theo."))
    long = [sentence for sentence in SENTENCE.findall(text) if len(sentence.split()) > LONGEST]
    if long:
        found.append(_("Số câu dài hơn %(most)s chữ: %(n)s.") % {"n": len(long), "most": LONGEST})
    found += personal(text)
    said = fold(text)
    if vague := [phrase for phrase in law.vague_phrases(on) if fold(phrase) in said]:
        found.append(_("Chưa cụ thể: %(phrases)s.") % {"phrases": ", ".join(f"“{phrase}”" for phrase in vague)})
    return found
