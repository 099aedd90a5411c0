"""Learning to suggest topics from confirmed cases, and going back to the model before."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from langnghe.core.refusal import Refused
from langnghe.core.topics import train
from langnghe.registry import law
from langnghe.situation.models import TopicModel
from langnghe.situation.topics import confirmed, keywords, reaches_goal


def train_topics(*, at: datetime) -> TopicModel:
    """Learn from the confirmed cases; the new model becomes active only if its tests reach the goal.

    Refused below the number of cases of the house's rule.
    """
    known, least = confirmed(), law.rule("topic_training_cases")
    if known.cases < least or known.until is None:
        text = _(
            "Mới có %(cases)s vụ việc đã được cán bộ xác nhận lĩnh vực, cần %(least)s. Hãy phân loại thêm; "
            "trong lúc chờ, lĩnh vực được gợi ý theo từ khóa."
        )
        raise Refused(text % {"cases": known.cases, "least": least})
    try:
        model, card = train(known.examples, keywords())
    except ValueError:
        raise Refused(_("Các vụ việc đã xác nhận chỉ thuộc một lĩnh vực nên không học được gì.")) from None
    row = TopicModel(trained_at=at, until=known.until, cases=known.cases, card=card, content=model.to_bytes())
    row.is_active = reaches_goal(row)
    with transaction.atomic():
        if row.is_active:
            TopicModel.objects.filter(is_active=True).update(is_active=False)
        row.save()
    return row


@transaction.atomic
def roll_back_topics() -> TopicModel | None:
    """Make the last model before the active one that reached the goal active; None when there is none: keywords."""
    active = TopicModel.objects.select_for_update().filter(is_active=True).first()
    if active is None:
        raise Refused(_("Không có mô hình nào đang dùng: lĩnh vực đang được gợi ý theo từ khóa."))
    earlier = TopicModel.objects.filter(pk__lt=active.pk).order_by("-pk")
    before = next((row for row in earlier if reaches_goal(row)), None)
    active.is_active = False
    active.save()
    if before is not None:
        before.is_active = True
        before.save()
    return before
