"""Begins, confirms and ends letters about a place, a topic or a case, and asks for them once a day."""

import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from langnghe import installation
from langnghe.cases import sealing
from langnghe.cases.models import Step
from langnghe.ledger.actions import enqueue
from langnghe.situation.following import subject
from langnghe.situation.models import Follow

QUESTION, LETTER = "situation.ask_follower", "situation.tell_follower"
DAY = timedelta(days=1)
UNCONFIRMED = timedelta(days=2)  # how long an address waits for its holder's yes
MOST_QUESTIONS = 3  # letters a day to one address that nobody confirmed
BATCH = 200


@transaction.atomic
def follow(email: str, about: str, at: datetime) -> None:
    """Ask the holder of the address whether they wish for letters; whoever asks learns nothing by it.

    Nothing is sent to an address that follows this already, or was asked three times this day.
    """
    email = email.strip().lower()
    follower = hmac.digest(installation.key("outbox"), b"follow:" + email.encode(), "sha256")
    asked = Follow.objects.filter(follower=follower, asked_at__gt=at - DAY, is_confirmed=False).count()
    if asked >= MOST_QUESTIONS:
        return
    sealed = sealing.seal_contact({"email": email})
    made, is_new = Follow.objects.get_or_create(
        follower=follower, about=about, defaults={"sealed": sealed, "asked_at": at}
    )
    if is_new:
        enqueue(QUESTION, {"follow": made.pk}, at)


@transaction.atomic
def confirm_follow(wish: Follow) -> None:
    """Let letters come from now on."""
    last = Step.objects.aggregate(last=Max("pk"))["last"] or 0
    Follow.objects.filter(pk=wish.pk, is_confirmed=False).update(is_confirmed=True, told=last)


@transaction.atomic
def unfollow(wish: Follow) -> None:
    Follow.objects.filter(pk=wish.pk).delete()


def tell_followers(at: datetime) -> int:
    """Ask for a letter to each follower for whom there is news; return how many. Forget who never confirmed."""
    Follow.objects.filter(is_confirmed=False, asked_at__lt=at - UNCONFIRMED).delete()
    if not settings.EMAIL_HOST:
        return 0
    last, told, count = Step.objects.aggregate(last=Max("pk"))["last"] or 0, 0, 0
    waiting = Follow.objects.filter(is_confirmed=True, told__lt=last).order_by("pk")
    while batch := list(waiting.filter(pk__gt=told)[:BATCH]):
        told = batch[-1].pk
        for wish in batch:
            count += _tell(wish, last, at)
    return count


@transaction.atomic
def _tell(wish: Follow, last: int, at: datetime) -> bool:
    what = subject(wish.about)
    has_news = what is not None and what.steps.filter(pk__gt=wish.told, pk__lte=last).exists()
    if has_news:
        enqueue(LETTER, {"follow": wish.pk, "after": wish.told, "until": last}, at)
    Follow.objects.filter(pk=wish.pk, told=wish.told).update(told=last)
    return has_news
