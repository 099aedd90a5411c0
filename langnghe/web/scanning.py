"""Files that strangers sent are looked at by a scanner each time they are handed out, if the operator runs one.

Each time, since a scanner learns: what nobody knew yesterday is found today. What is found is kept and not handed out.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from langnghe.core.malware import NotScanned, finding

PATIENCE = 20  # seconds


def fault(content: bytes) -> tuple[str, int]:
    """Return why the file is not handed out, in words, and the status that says so; ("", 200) when nothing is wrong."""
    if not settings.CLAMD:
        return "", 200
    try:
        found = finding(settings.CLAMD, content, PATIENCE)
    except NotScanned:
        return _("Chưa quét được mã độc nên chưa giao tệp. Hãy thử lại sau ít phút."), 503
    if not found:
        return "", 200
    return _("Phần mềm quét thấy mã độc (%(name)s). Tệp vẫn được giữ nguyên nhưng không giao cho ai.") % {
        "name": found
    }, 422


def withheld(request: HttpRequest, content: bytes) -> HttpResponse | None:
    """Return the page that says why the file is not handed out; None when it is."""
    why, status = fault(content)
    return render(request, "withheld.html", {"why": why}, status=status) if why else None
