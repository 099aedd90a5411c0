"""The verb `topics`: learn to suggest topics, show how well it is done, go back to the model before."""

from argparse import Namespace
from typing import Any

from django.conf import settings
from django.utils.timezone import localtime, now

from langnghe.cli.terminal import fail, say, show_json
from langnghe.registry import law
from langnghe.situation import actions
from langnghe.situation.models import TopicModel

COUNTS = {
    "accuracy_on_accepted": "đúng khi có gợi ý",
    "coverage": "phần có gợi ý",
    "accuracy": "đúng nếu luôn gợi ý",
    "top3": "đúng trong ba lĩnh vực đầu",
}


def run(arguments: Namespace) -> int:
    return {"train": train, "card": card, "back": back}[arguments.what](arguments)


def train(arguments: Namespace) -> int:
    """Learn from the confirmed cases; code 1 when the new model is kept but not used."""
    if not arguments.json:
        say("Đang học từ các vụ việc đã được cán bộ xác nhận lĩnh vực …")
    model = actions.train_topics(at=settings.CLOCK or now())
    _show(model, arguments.json)
    return 0 if model.is_active else 1


def card(arguments: Namespace) -> int:
    """Show the card of the active model, or of the newest one when none is active."""
    model = TopicModel.objects.order_by("-is_active", "-pk").first()
    if model is None:
        return fail("Chưa có mô hình nào; lĩnh vực đang được gợi ý theo từ khóa. Học: langnghe topics train.")
    _show(model, arguments.json)
    return 0


def back(arguments: Namespace) -> int:
    model = actions.roll_back_topics()
    if arguments.json:
        show_json({"active": model.pk if model else None})
    else:
        say(f"Đang dùng mô hình số {model.pk}." if model else "Nay lĩnh vực được gợi ý theo từ khóa.")
    return 0


def _show(model: TopicModel, as_json: bool) -> None:
    if as_json:
        facts = {"model": model.pk, "active": model.is_active, "trained_at": model.trained_at, "until": model.until}
        show_json(facts | {"cases": model.cases, "bytes": len(model.content)} | model.card)
        return
    state = "đang dùng" if model.is_active else "không dùng"
    say(f"Mô hình số {model.pk} ({state}), học {localtime(model.trained_at):%d/%m/%Y %H:%M}")
    say(f"  {model.cases} vụ việc đến ngày {model.until:%d/%m/%Y}; {len(model.content) / 1e6:.1f} MB")
    found = model.card
    say(f"  ý kiến để học {found['teaching']}, để định ngưỡng {found['calibration']}, để thử {found['test']['texts']}")
    say(f"  ngưỡng {found['threshold'] or 'không có: luôn để trống'}; ECE {found['test']['ece']}")
    for name, key in (("mô hình", "test"), ("từ khóa", "keywords")):
        say(f"  {name}: " + "; ".join(f"{words} {_percent(found[key][each])}" for each, words in COUNTS.items()))
    usual = found["majority"]
    say(f"  luôn đoán “{_name(usual['topic'])}”: đúng {_percent(usual['accuracy'])}")
    for topic, own in found["topics"].items():
        say(f"    {_name(topic)}: {own['texts']} ý kiến thử, đúng {_percent(own['accuracy'])}, gợi ý {own['accepted']}")
    if not model.is_active and found["test"]["accuracy_on_accepted"] is None:
        say("Không dùng vì mô hình chưa bao giờ đủ chắc: cần thêm vụ việc đã phân loại.")


def _name(code: str) -> str:
    topic: Any = law.topics().get(code)
    return topic.name if topic else code


def _percent(share: float | None) -> str:
    return "không có" if share is None else f"{share:.1%}".replace(".", ",")
