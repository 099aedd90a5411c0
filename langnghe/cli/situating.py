"""The verb `situation`: keeps the index of similar voices, learns from officers, and says how well it does."""

import json
from argparse import Namespace
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.utils.timezone import localdate, now

from langnghe import demo
from langnghe.cases import actions as cases
from langnghe.cases.models import Voice
from langnghe.cli.terminal import bar, fail, say, show_json
from langnghe.cli.verbs import output_folder
from langnghe.core import tables
from langnghe.core.refusal import Refused
from langnghe.core.similarity import default_weights
from langnghe.core.topics import Keywords
from langnghe.registry import law
from langnghe.situation import actions
from langnghe.situation.judging import judge
from langnghe.situation.judging_topics import judge_topics
from langnghe.situation.models import HotSpot, LikenessWeights

FIRST_TO_LEARN_FROM = "v301"  # the weights of the release were learnt from these voices on; those before judge them


def run(arguments: Namespace) -> int:
    parts = {"evaluate": evaluate, "index": index, "learn": learn, "back": back, "export": export, "run": run_engine}
    parts |= {"scan": scan, "tally": tally}
    return parts[arguments.part](arguments)


def index(arguments: Namespace) -> int:
    """Put every voice into the index (with --fresh: from nothing), and count how rare each gram is."""
    if arguments.fresh:
        cases.empty_index()
    total, done, show = Voice.objects.filter(in_index=False).count(), 0, bar("Ý kiến vào chỉ mục")
    while count := cases.index_voices():
        done += count
        show(done, max(total, done))
    say(f"Đã đếm từ ngữ của {actions.count_grams(_at())} ý kiến.")
    return 0


def scan(arguments: Namespace) -> int:
    """Look for rises now, as the worker does each night, and list the hot spots that are new."""
    found = actions.find_hotspots(_at())
    actions.note_rising_words(_at())
    if arguments.json:
        show_json([_told_spot(spot) for spot in found])
        return 0
    for spot in found:
        told = _told_spot(spot)
        where = ", ".join(told["places"])
        say(f"{told['code']} {told['topic']}: {where}, từ {told['since']}, {told['observed']} ý kiến")
    say(f"{len(found)} điểm nóng mới; xem mọi điểm nóng ở /ban-lam-viec/diem-nong.")
    return 0


def _told_spot(spot: HotSpot) -> dict[str, Any]:
    return {
        "code": spot.code,
        "topic": spot.topic.name if spot.topic else "Mọi lĩnh vực",
        "places": [str(place) for place in spot.places.all()],
        "since": f"{spot.since:%d/%m/%Y}",
        "observed": spot.observed,
        "expected": round(spot.expected, 2),
        "p": spot.p,
    }


def tally(arguments: Namespace) -> int:
    """Add the new steps to the tallies now (with --fresh: all of them anew)."""
    count = actions.retally(_at()) if arguments.fresh else actions.tally(_at(), least=1)
    say(f"Đã đếm gộp {count} bước.")
    return 0


def learn(arguments: Namespace) -> int:
    least, precision = law.rule("likeness_judged_cases"), law.rule("likeness_precision") / 100
    return _told(actions.learn_likeness(_at(), least, precision), arguments)


def _told(made: LikenessWeights, arguments: Namespace) -> int:
    if arguments.json:
        show_json({"number": made.pk, "weights": made.weights, "card": made.card})
        return 0
    say(f"Trọng số số {made.pk} có hiệu lực, học từ {made.card['judged_cases']} vụ việc cán bộ đã gộp hoặc tách.")
    say(f"Trên phần mới nhất: độ chính xác {made.card['precision']}, độ phủ {made.card['recall']}.")
    say("Trở lại trọng số trước: langnghe situation back")
    return 0


def back(_arguments: Namespace) -> int:
    if not actions.roll_back_likeness(_at()):
        return fail("Đang dùng trọng số của bản phát hành, không có gì để lui.")
    say("Đã trở lại trọng số trước.")
    return 0


def export(arguments: Namespace) -> int:
    """Write what the engines read: hashed grams, places, topics, days."""
    from langnghe.situation.engines.exporting import export as export_now

    count = export_now(output_folder(arguments.to), bar("Ý kiến"))
    say(f"Đã ghi {count} ý kiến: voices.parquet, places.parquet, không có lời văn.")
    return 0


def window() -> int:
    """Return within how many days voices are compared."""
    try:
        return law.rule("similar_window_days")
    except DatabaseError:  # a machine that only computes
        return law.released_rules()["similar_window_days"]


def run_engine(arguments: Namespace) -> int:
    """Link similar voices and scan for rises over all provinces of the input, here or on a cluster."""
    from langnghe.situation.engines import local, spark
    from langnghe.situation.engines.columns import Plan

    source, out = Path(arguments.input), Path(arguments.to)
    if not (source / "voices.parquet").exists():
        raise Refused(
            f"Không thấy {source / 'voices.parquet'}: hãy chạy langnghe situation export --to {source} trước."
        )
    last = date.fromisoformat(arguments.last) if arguments.last else localdate(_at()) - timedelta(days=1)
    plan = Plan(source, out, default_weights(), window(), last.toordinal())
    out.mkdir(parents=True, exist_ok=True)
    if arguments.engine == "spark":
        spark.run(plan, arguments.master)
    else:
        local.run(plan, bar("Tỉnh"))
    say(f"Đã ghi các cặp giống nhau và kết quả quét vào {out}.")
    return 0


def evaluate(arguments: Namespace) -> int:
    """Print how well similar voices are found in a file of voices, by default in those composed for the demo.

    With the weights and the threshold of the release; learnt ones have their own card.
    """
    rows = read_voices(Path(arguments.voices)) if arguments.voices else held_out()
    found = {"similar": judge(rows, default_weights())}
    named = [row | {"id": row.get("id", str(number))} for number, row in enumerate(rows) if row.get("topic")]
    if named:
        found["topics"] = judge_topics(named, for_learning(), _keywords())
    if arguments.json:
        show_json(found)
        return 0
    _tables(found["similar"])
    if named:
        _topics(found["topics"])
    return 0


def _keywords() -> Keywords:
    own = (row for row in tables.rows("topics") if row["keywords"])
    return Keywords({row["code"]: row["keywords"].split("|") for row in own})


def _topics(found: dict[str, Any]) -> None:
    say("Gợi ý lĩnh vực (chỉ tính khi máy dám gợi ý): đúng, phần được gợi ý, sai lệch hiệu chuẩn (ECE):")
    for way, name in (("keywords", "từ khóa"), ("linear", "mô hình")):
        row = found[way]
        cells = (row["accuracy_on_accepted"], row["coverage"], row["ece"])
        say(f"  {name:<18} " + "   ".join(_two(cell) for cell in cells))


def held_out() -> list[dict[str, Any]]:
    """Return the composed voices that the weights of the release were not learnt from."""
    return [row for row in _lines((files(demo) / "voices.jsonl").read_text("utf-8")) if not _is_for_learning(row)]


def for_learning() -> list[dict[str, Any]]:
    return [row for row in _lines((files(demo) / "voices.jsonl").read_text("utf-8")) if _is_for_learning(row)]


def _is_for_learning(row: dict[str, Any]) -> bool:
    return bool(row["id"] >= FIRST_TO_LEARN_FROM)


def read_voices(path: Path) -> list[dict[str, Any]]:
    """Return the voices of a JSON-lines file; Refused, naming the line, unless each has words."""
    rows = _lines(path.read_text(encoding="utf-8"))
    if len(rows) < 2:  # noqa: PLR2004 one voice has nothing to be like
        raise Refused(f"{path}: cần ít nhất hai ý kiến, mỗi dòng một đối tượng JSON.")
    return rows


def _lines(content: str) -> list[dict[str, Any]]:
    rows = []
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            raise Refused(f"Dòng {number} không phải JSON. Mỗi dòng cần dạng {{“text”: …, “group”: …}}.") from None
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            raise Refused(f"Dòng {number} thiếu “text”: lời của ý kiến.")
        rows.append(row)
    return rows


def _tables(found: dict[str, Any]) -> None:
    say(f"{found['voices']} ý kiến, {found['hits']['all']['grouped']} thuộc nhóm từ hai ý kiến trở lên.")
    say("Tìm ý kiến cùng việc giữa mọi ý kiến trong tệp (không lọc nơi, ngày):")
    say(f"  {'':<12} {'số':>4}   lời+chỗ @1/@5   chỉ lời @1/@5   chỗ+lĩnh vực @1/@5   FTS5 @1/@5")
    for part, row in found["hits"].items():
        cells = [f"{_two(row[way]['hit@1'])} / {_two(row[way]['hit@5'])}" for way in WAYS]
        say(f"  {part:<12} {row['grouped']:>4}   " + "     ".join(f"{cell:<13}" for cell in cells))
    say(f"Cặp được nói là cùng việc (từ {found['shown_from']} trở lên): số cặp, độ chính xác, độ phủ:")
    plain = {"chỗ+lĩnh vực": found["pairs_spot_topic"], "mỗi ý kiến riêng": found["pairs_singletons"]}
    for part, row in (found["pairs"] | plain).items():
        say(f"  {part:<18} {row['shown']:>5}   {_two(row['precision'])}   {_two(row['recall'])}")


WAYS = ("fused", "text", "spot_topic", "fts5")


def _two(share: float | None) -> str:
    return "   –" if share is None else f"{share:.2f}".replace(".", ",")


def _at() -> Any:
    return settings.CLOCK or now()
