"""Where the desk blacks out a photo: of a voice, to show it or take it back, and a proof before it is published."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from cryptography.exceptions import InvalidTag
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from langnghe.cases import actions, filing, keystore
from langnghe.cases.models import Attachment, Case, ProofPhoto, PublishedPhoto
from langnghe.core.pictures import BadPicture, Box, Picture, shown
from langnghe.core.refusal import Refused
from langnghe.web.access import actor, may
from langnghe.web.desk.case import file_of, visible
from langnghe.web.desk.checks import personal
from langnghe.web.now import now

SIDES = ("trai", "tren", "rong", "cao")
MOST_BOXES, BLANK = 20, 3
WHOLE = 100


@dataclass(frozen=True)
class Source:
    """A photo to be blacked out, its address as it would be shown, and what keeps it: given the picture and words.

    `is_proof`: it goes without words, since the answer says what it shows.
    """

    case: Case
    name: str
    content: bytes
    preview: str
    keep: Callable[[Picture, str], None]
    is_proof: bool = False


@may("handle_case")
@require_http_methods(["GET", "HEAD", "POST"])
def photo(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Show the photo of a voice as it would be published; publish it with what was blacked out."""
    case, row = _photo(request, code, pk)

    def keep(picture: Picture, words: str) -> None:
        actions.show_photo(case, row, picture, words=words, actor=actor(request), at=now())
        messages.success(request, _("Đã công khai ảnh; bản gốc vẫn được niêm phong."))

    preview = reverse("photo_preview", args=[case.code, row.pk])
    return _drawn(request, Source(case, row.name, _content(row), preview, keep))


@may("handle_case")
@require_http_methods(["GET", "HEAD", "POST"])
def black_out(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Show the photo by which a draft proves what it says; write the draft again with what was blacked out."""
    case, row = _proof(request, code, pk)

    def keep(picture: Picture, _words: str) -> None:
        actions.black_out(case, row, picture, actor=actor(request), at=now())
        messages.success(request, _("Đã che ảnh trong bản thảo."))

    preview = reverse("proof_preview", args=[case.code, row.pk])
    return _drawn(request, Source(case, "", _proof_content(row), preview, keep, is_proof=True))


def _drawn(request: HttpRequest, source: Source) -> HttpResponse:
    words, boxes, problem = request.POST.get("words", ""), list[Box](), ""
    remarks: list[str] = []
    try:
        boxes = _boxes(request.POST)
        picture = shown(source.content, boxes)
        remarks = personal(words)
        if request.POST.get("verb") == "show" and remarks and not request.POST.get("seen"):
            problem = _("Hãy xem các điều cần chú ý ở trên; sửa, hoặc đánh dấu rồi gửi lại.")
        elif request.POST.get("verb") == "show" and source.is_proof and not boxes:
            problem = _("Chưa che chỗ nào trên ảnh.")
        elif request.POST.get("verb") == "show":
            source.keep(picture, words)
            return redirect("desk_case", source.case.code)
    except BadPicture:
        return render(request, "desk/photo.html", {"source": source, "case": source.case, "is_bad": True}, status=422)
    except (ValueError, Refused) as refused:
        problem, picture = str(refused), shown(source.content)
    context = {
        "source": source,
        "case": source.case,
        "words": words,
        "problem": problem,
        "remarks": remarks,
        "rows": [*_shown_rows(request.POST), *[("", "", "", "")] * BLANK],
        "picture": picture,
        "address": f"{source.preview}?{_query(boxes)}",
        "grid": request.POST.get("luoi") == "1" or request.method != "POST",
    }
    return render(request, "desk/photo.html", context, status=422 if problem else 200)


@may("handle_case")
@require_safe
def photo_preview(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Return the picture as it would be published, and with lines by which places in it are named."""
    _case, row = _photo(request, code, pk)
    return _preview(request, _content(row))


@may("handle_case")
@require_safe
def proof_preview(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Return a photo that proves an answer, as `photo_preview` does."""
    _case, row = _proof(request, code, pk)
    return _preview(request, _proof_content(row))


def _preview(request: HttpRequest, content: bytes) -> HttpResponse:
    try:
        made = shown(content, _boxes(request.GET), grid=request.GET.get("luoi") == "1")
    except ValueError:
        raise Http404 from None
    return _safe(HttpResponse(made.jpeg, content_type="image/jpeg"))


@may("handle_case")
@require_POST
def hide_photo(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    case = visible(request, code, "handle_case")
    found = get_object_or_404(PublishedPhoto, pk=pk, case=case)
    try:
        actions.hide_photo(case, found, actor=actor(request), at=now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Đã gỡ ảnh khỏi trang công khai."))
    return redirect("desk_case", case.code)


def _photo(request: HttpRequest, code: str, pk: int) -> tuple[Case, Attachment]:
    case = visible(request, code, "handle_case")
    row = file_of(case, pk)
    if not row.media.startswith("image/"):
        raise Http404
    return case, row


def _content(row: Attachment) -> bytes:
    try:
        content = filing.content(row)
    except (keystore.KeyDestroyed, OSError, InvalidTag):
        raise Http404 from None
    if hashlib.sha256(content).digest() != bytes(row.digest):
        raise Http404
    return content


def _proof(request: HttpRequest, code: str, pk: int) -> tuple[Case, ProofPhoto]:
    case = visible(request, code, "handle_case")
    return case, get_object_or_404(ProofPhoto, pk=pk, reply__case=case, taken_down=None)


def _proof_content(row: ProofPhoto) -> bytes:
    try:
        return filing.path(row.place).read_bytes()
    except OSError:
        raise Http404 from None


def _shown_rows(data: Mapping[str, Any]) -> list[tuple[str, ...]]:
    columns = [cast(QueryDict, data).getlist(side)[:MOST_BOXES] for side in SIDES]
    return [row for row in zip(*columns, strict=False) if any(cell.strip() for cell in row)]


def _boxes(data: Mapping[str, Any]) -> list[Box]:
    """Return the boxes typed; ValueError, in words for who typed them, for one that is not whole or outside."""
    boxes = []
    for row in _shown_rows(data):
        try:
            left, top, width, height = (float(cell.replace(",", ".")) for cell in row)
            whole = all(0 <= side <= WHOLE for side in (left, top)) and 0 < width <= WHOLE and 0 < height <= WHOLE
        except ValueError:
            whole = False
        if not whole:
            raise ValueError(_("Mỗi ô che cần đủ bốn số từ 0 đến 100: từ trái, từ trên, rộng, cao (phần trăm)."))
        boxes.append(Box(left, top, width, height))
    return boxes


def _query(boxes: list[Box]) -> str:
    query = QueryDict(mutable=True)
    for box in boxes:
        for side, value in zip(SIDES, (box.left, box.top, box.width, box.height), strict=True):
            query.appendlist(side, f"{value:g}")
    return query.urlencode()


def _safe(answer: HttpResponse) -> HttpResponse:
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    patch_cache_control(answer, no_store=True)
    return answer
