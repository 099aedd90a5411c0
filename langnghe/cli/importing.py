"""The verb `import`: a reception book or a foreign table."""

from argparse import Namespace
from pathlib import Path

from django.conf import settings
from django.utils.timezone import now

from langnghe.cases.intake import books, mapping
from langnghe.cases.intake.sheet import UnreadableFile
from langnghe.cases.lifecycle import SYSTEM_ACTOR
from langnghe.cli.terminal import bar, say, show_json
from langnghe.cli.verbs import output_folder
from langnghe.core.refusal import Refused
from langnghe.registry import law
from langnghe.registry.models import Place


def run(arguments: Namespace) -> int:
    at = settings.CLOCK or now()
    try:
        book = books.Book(Path(arguments.file), _mapping(arguments), arguments.sheet, _place(arguments.place))
        progress = (lambda done, total: None) if arguments.json else bar("Đã đọc")
        summary = books.import_book(book, actor=SYSTEM_ACTOR, at=at, progress=progress, folder=output_folder(""))
    except (UnreadableFile, mapping.BadMapping) as error:
        raise Refused(str(error)) from None
    _tell(summary, arguments.json)
    return 1 if summary.bad else 0


def _mapping(arguments: Namespace) -> mapping.Mapping:
    if bool(arguments.preset) == bool(arguments.mapping):
        raise Refused("Hãy chọn --preset hoặc --mapping. Mẫu có sẵn: " + ", ".join(mapping.preset_names()))
    if arguments.preset:
        return mapping.preset(arguments.preset)
    return mapping.parse(Path(arguments.mapping).read_text(encoding="utf-8"))


def _place(words: str | None) -> Place | None:
    if not words:
        return None
    if Place.objects.filter(key=words).exists():
        return law.place(words)
    found = law.gazetteer().resolve(words)
    if found.unit is None:
        names = "; ".join(law.gazetteer().path(unit) for unit in found.candidates) or "không có tên gần giống"
        raise Refused(f"Chưa rõ “{words}” là nơi nào: {names}. Hãy ghi rõ hơn hoặc dùng mã.")
    return law.place(found.unit.key)


def _tell(summary: books.Summary, as_json: bool) -> None:
    counts = {name: getattr(summary, name) for name in ("rows", "received", "repeats", "sealed", "skipped", "errors")}
    path = str(summary.errors_path) if summary.errors_path else ""
    if as_json:
        show_json(counts | {"errors_file": path})
        return
    say(
        f"{summary.rows} dòng: {summary.received} tiếp nhận mới, {summary.repeats} đã có từ trước, "
        f"{summary.errors} dòng lỗi, {summary.sealed} khiếu nại/tố cáo phải theo thủ tục riêng, "
        f"{summary.skipped} dòng không phải vụ việc."
    )
    if path:
        say(f"Dòng chưa nhập được và cách sửa: {path}")
