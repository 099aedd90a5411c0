"""The public log: its checkpoints, the entries of a case, its files, and the proofs to take home."""

import re
from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import cast

from csp.constants import NONCE
from csp.decorators import csp_update
from django.contrib.staticfiles.finders import find
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from langnghe.cases.arrival import receipt_hash
from langnghe.cases.lifecycle import MOVES
from langnghe.cases.models import Voice
from langnghe.cases.receipt import receipt_file
from langnghe.core.codes import BadCode, case_code, parse_case
from langnghe.ledger import proof, sequencer, tree, witnessing
from langnghe.ledger.entries import canonical
from langnghe.ledger.models import Checkpoint, Leaf, LogEntry
from langnghe.web.access import public
from langnghe.web.fields import said_of
from langnghe.web.paging import page_by_id

FILE = re.compile(r"checkpoint|tile/(entries|\d{1,2})(/x\d{3}){0,6}/\d{3}(\.p/\d{1,3})?")
FOREVER = 365 * 24 * 3600


@public
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Show the newest checkpoint and the earlier ones, and the entries of a case that was asked for."""
    found, pager = page_by_id(request, Checkpoint.objects.prefetch_related("cosignatures"))
    context = {
        "verifier": sequencer.signer().verifier,
        "checkpoints": [_shown(checkpoint) for checkpoint in found],
        "asked": request.GET.get("ma", ""),
        **_entries(request.GET.get("ma", "")),
        **pager,
    }
    return render(request, "public/log.html", context)


def _shown(checkpoint: Checkpoint) -> dict[str, object]:
    return {
        "size": checkpoint.size,
        "root": b64encode(bytes(checkpoint.root)).decode(),
        "signed_at": checkpoint.signed_at,
        "witnesses": [row.witness for row in checkpoint.cosignatures.all()],
    }


def _entries(asked: str) -> dict[str, object]:
    """Return the entries of the case, oldest first, at most 200; or what is wrong with the code."""
    if not asked:
        return {}
    try:
        code = case_code(parse_case(asked))
    except BadCode as bad:
        return {"error": said_of(bad)}
    rows: QuerySet[LogEntry] = LogEntry.objects.filter(subject=code).select_related("leaf").order_by("pk")[:200]
    entries = [
        {
            "event": _event(row.event),
            "body": row.body,
            "day": row.day,
            "due": row.due,
            "leaf": getattr(row, "leaf", None),
        }
        for row in rows
    ]
    return {"entries": entries, "error": "" if entries else _("Nhật ký không có vụ việc nào mang mã này.")}


def _event(code: str) -> str:
    return str(MOVES[code].name) if code in MOVES else code


@public
@require_safe
def log_file(request: HttpRequest, path: str) -> HttpResponse:
    """Give a file of the log as it lies in its folder; any web server may do this instead."""
    if not FILE.fullmatch(path):
        raise Http404
    try:
        content = tree.fetch(path)
    except OSError:
        raise Http404 from None
    is_text = path == "checkpoint"
    response = HttpResponse(
        content, content_type="text/plain; charset=utf-8" if is_text else "application/octet-stream"
    )
    response["Access-Control-Allow-Origin"] = "*"
    patch_cache_control(response, **({"max_age": 10} if is_text else {"max_age": FOREVER, "immutable": True}))
    return response


@public
@require_safe
def entry_proof(request: HttpRequest, index: int) -> HttpResponse:
    """Give the proof of an entry, with the entry itself as the extra line; it opens no seal."""
    leaf = get_object_or_404(Leaf.objects.select_related("entry"), pk=index)
    checkpoint = proof.covering(leaf)
    if checkpoint is None:
        raise Http404
    return _download(proof.prove(leaf, checkpoint, canonical(leaf.entry)), f"muc-{index}")


@public
@require_safe
def verify_page(request: HttpRequest) -> HttpResponse:
    """Show the page that checks a proof file on the reader's device, all of it in one file."""
    return cast(HttpResponse, csp_update({"script-src": [NONCE], "style-src": [NONCE]})(_verify_page)(request))


def _verify_page(request: HttpRequest) -> HttpResponse:
    words = {
        "holds": _("Đúng. Mục này nằm trong nhật ký đã ký."),
        "fails": _("Không đúng. Hãy giữ tệp và báo cho cơ quan giám sát."),
        "yes": _("đúng"),
        "no": _("không đúng"),
        "closed": _("tệp này không mở nội dung riêng"),
        "unchecked": _("chưa kiểm tra"),
        "none": _("không có"),
        "key": _("Khóa công khai chưa đúng dạng. Hãy chép lại đủ cả dòng."),
        "unreadable": _("Không đọc được: đây không phải tệp biên nhận, hoặc tệp đã bị sửa."),
        "insecure": _("Trình duyệt chỉ kiểm tra được trên trang https, hoặc khi mở bản đã lưu trên máy."),
    }
    keys = "\n".join(witness.verifier for witness in witnessing.witnesses())
    context = {"key": sequencer.signer().verifier, "witnesses": keys, "script": _script(), "words": words}
    return render(request, "public/verify.html", context)


@cache
def _script() -> str:
    """Return the vendored Ed25519 code and ours as one module."""
    paths = [find(name) for name in ("vendor/noble/ed25519.js", "verify.js")]
    return "\n".join(Path(path).read_text("utf-8") for path in paths if path)


@public
@require_POST
def my_proof(request: HttpRequest) -> HttpResponse:
    """Give the resident the receipt file of their voice, opened by the code they hold or by this visit."""
    voice = _own_voice(request)
    if voice is None:
        return redirect("look_up")
    text = receipt_file(voice)
    if text is None:
        return _secret(render(request, "public/pending.html", {"code": request.POST.get("code", "")}))
    return _secret(_download(text, f"bien-nhan-{voice.case.code}"))


def _own_voice(request: HttpRequest) -> Voice | None:
    voices = Voice.objects.select_related("case")
    code = request.POST.get("code", "")[:200]
    if not code:
        return voices.filter(pk=request.session.get("voice", 0)).first()
    try:
        return voices.filter(receipt_hash=receipt_hash(code)).first()
    except BadCode:
        return None


def _download(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.tlog-proof"'
    return response


def _secret(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, no_store=True)
    return response
