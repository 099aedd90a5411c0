"""Shows photos of a published case to everyone, redrawn and blacked out, and takes them and the proofs back."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from langnghe.cases import filing
from langnghe.cases.actions.record import Facts, make, opened
from langnghe.cases.lifecycle import Actor
from langnghe.cases.models import Attachment, Case, ProofPaper, ProofPhoto, PublishedPhoto, Reply, Voice
from langnghe.core.pictures import Picture
from langnghe.core.refusal import Refused


@transaction.atomic
def show_photo(
    case: Case, photo: Attachment, picture: Picture, *, words: str, actor: Actor, at: datetime
) -> PublishedPhoto:
    """Show the redrawn picture on the case's page, with words for who cannot see it; a picture of before goes.

    Refused while the case is not public, or against the wish of who sent the photo. The original stays sealed.
    """
    case, move = opened(case, "show_photo", actor)
    if not case.is_public:
        raise Refused(_("Hãy công khai vụ việc trước khi công khai ảnh."))
    if photo.voice.is_private or not photo.digest:
        raise Refused(_("Người gửi đã chọn không công khai; ảnh này không được công khai."))
    if not words.strip():
        raise Refused(_("Hãy mô tả ảnh bằng một câu, cho người không nhìn thấy ảnh."))
    _forget(PublishedPhoto.objects.filter(attachment=photo))
    place = filing.lay_open(picture.jpeg)
    shown = PublishedPhoto.objects.create(
        attachment=photo, case=case, place=place, words=words.strip()[:250], width=picture.width, height=picture.height
    )
    make(case, move, actor, at, Facts(digest=bytes.fromhex(place)))
    return shown


@transaction.atomic
def hide_photo(case: Case, photo: PublishedPhoto, *, actor: Actor, at: datetime) -> Case:
    case, move = opened(case, "hide_photo", actor)
    _forget(PublishedPhoto.objects.filter(pk=photo.pk, case=case))
    return make(case, move, actor, at)


@transaction.atomic
def take_down(case: Case, *, proof: ProofPhoto | ProofPaper, reason: str, actor: Actor, at: datetime) -> Case:
    """Remove a photo or paper of a published answer for good; everyone reads why.

    Its place stays, the SHA-256 of the file, so that the log still proves what the answer was.
    """
    case, move = opened(case, "take_down", actor, reason)
    rows = type(proof)._default_manager.filter(pk=proof.pk, reply__case=case, reply__state=Reply.State.PUBLISHED)
    if not rows.filter(taken_down=None).exists():
        raise Refused(_("Ảnh hoặc tệp này đã được gỡ rồi."))
    case = make(case, move, actor, at, Facts(reason=reason, digest=bytes.fromhex(proof.place)))
    rows.update(taken_down=case.steps.latest("pk"))
    transaction.on_commit(partial(_remove, [proof.place]))
    return case


def forget_laid_aside(case: Case) -> None:
    """Remove the photos and papers of drafts that were rewritten: what was blacked out or left out goes for good."""
    _forget(ProofPhoto.objects.filter(reply__case=case, reply__state=Reply.State.RETURNED))
    _forget(ProofPaper.objects.filter(reply__case=case, reply__state=Reply.State.RETURNED))


def forget_photos(case: Case) -> None:
    """Take back the files of a case whose words are destroyed, and photos of its own voices shown elsewhere."""
    _forget(PublishedPhoto.objects.filter(case=case))
    _forget(ProofPhoto.objects.filter(reply__case=case))
    _forget(ProofPaper.objects.filter(reply__case=case))
    _forget(PublishedPhoto.objects.filter(attachment__voice__case=case))


def forget_photos_of(voice: Voice) -> None:
    """Take back the photos that came with a voice, wherever they are shown."""
    _forget(PublishedPhoto.objects.filter(attachment__voice=voice))


def _forget(photos: "QuerySet[PublishedPhoto] | QuerySet[ProofPhoto] | QuerySet[ProofPaper]") -> None:
    places = list(photos.values_list("place", flat=True))
    photos.delete()
    transaction.on_commit(partial(_remove, places))


def _remove(places: list[str]) -> None:
    for place in places:
        if not filing.is_held(place):
            filing.path(place).unlink(missing_ok=True)
