"""What a voice may be about, suggested from its words; who answers it follows from the table of competence alone."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django.db.models import Exists, OuterRef

from langnghe.cases.lifecycle import STAFF
from langnghe.cases.models import Case, Step, Voice
from langnghe.core.topics import GOAL, Example, Keywords, Model, Suggester, Suggestion
from langnghe.registry import law
from langnghe.situation.models import TopicModel

CONFIRMS = ("classify", "accept", "assign", "draft", "approve", "reply", "close")  # by staff: they kept this topic
UNKNOWN = "chua_phan_loai"
MOST = 100_000  # voices, the newest


class Confirmed(NamedTuple):
    """The voices whose topic staff confirmed, oldest first, the number of their cases, and the newest one's day."""

    examples: list[Example]
    cases: int
    until: date | None


def suggest(text: str) -> Suggestion:
    """Return the three most probable topics of a voice: of the active model, of the keywords while there is none."""
    active = TopicModel.objects.filter(is_active=True).values_list("pk", flat=True).first()
    return suggester(active).suggest(text)


@law.until_changed
@lru_cache(maxsize=2)
def suggester(pk: int | None) -> Suggester:
    return Model.from_bytes(bytes(TopicModel.objects.get(pk=pk).content)) if pk else keywords()


def keywords() -> Keywords:
    return Keywords({code: topic.keywords.split("|") for code, topic in law.topics().items() if topic.keywords})


def reaches_goal(model: TopicModel) -> bool:
    """Return whether what the model accepted of its test texts was right often enough; False if it accepted none."""
    accuracy = model.card["test"]["accuracy_on_accepted"]
    return accuracy is not None and accuracy >= GOAL


def confirmed() -> Confirmed:
    """Return what may teach: words still kept of voices in the public lane whose case staff classified or worked on.

    The group of a voice is the case into which its case was merged in the end.
    """
    sealed = [code for code, kind in law.kinds().items() if kind.is_sealed]
    by_staff = Step.objects.filter(case=OuterRef("case"), verb__in=CONFIRMS, role__in=STAFF)
    rows = Voice.objects.filter(Exists(by_staff)).exclude(text="").exclude(kind__in=sealed)
    rows = rows.exclude(case__kind__in=sealed).exclude(case__state=Case.State.SEALED).exclude(case__topic__code=UNKNOWN)
    newest = rows.order_by("-received_at", "-pk").values_list("text", "case__topic__code", "case", "day")[:MOST]
    into = dict(Case.objects.exclude(merged_into=None).values_list("pk", "merged_into_id"))
    found = [(Example(text, topic, str(_root(case, into))), day) for text, topic, case, day in reversed(newest)]
    examples = [example for example, _ in found]
    return Confirmed(examples, len({each.group for each in examples}), max((day for _, day in found), default=None))


def _root(case: int, into: Mapping[int, int | None]) -> int:
    """Return the case that this one was merged into in the end, itself if it was not."""
    while (next_ := into.get(case)) is not None:
        case = next_
    return case
