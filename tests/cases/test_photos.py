"""Photos that are shown: only what is seen is left of them, what is blacked out is gone, they can be taken back."""

import hashlib
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from langnghe.cases import actions, filing, history
from langnghe.cases.models import Attachment, Case, PublishedPhoto, Step, Voice
from langnghe.core.pictures import BadPicture, Box, shown
from langnghe.core.refusal import Refused
from tests.cast import moment, received, staff

pytestmark = pytest.mark.django_db
CANARY = "toa-do-nha-ong-bay"
RED, BLUE = (200, 20, 20), (20, 20, 200)


def jpeg(width: int = 400, height: int = 300, orientation: int = 1) -> bytes:
    """Return a photo, its left half red and its right half blue, with canaries wherever a camera writes."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    exif = Image.Exif()
    exif[0x0112], exif[0x010E], exif[0x0110] = orientation, CANARY, CANARY
    exif.get_ifd(0x8825)[1], exif.get_ifd(0x8825)[2] = "N", (20.0, 26.0, 46.0)
    out = BytesIO()
    image.save(out, "JPEG", exif=exif, comment=CANARY.encode(), xmp=CANARY.encode(), icc_profile=CANARY.encode())
    assert out.getvalue().count(CANARY.encode()) == 5
    return out.getvalue() + CANARY.encode()


def with_photo(content: bytes = b"", **wishes: object) -> tuple[Case, Attachment]:
    """Return a public case with a photo."""
    file = filing.keep(SimpleUploadedFile("anh.jpg", content or jpeg()), moment().date())
    case, _answer = received(files=(file,), key=f"photo {Case.objects.count()}", **wishes)  # type: ignore[arg-type]
    if not wishes.get("is_private"):
        case = actions.publish(case, title="Đèn tắt", summary="", actor=staff(case), at=moment())
    return case, Attachment.objects.latest("pk")


def show(case: Case, photo: Attachment, *boxes: Box, words: str = "Đèn tắt") -> PublishedPhoto:
    picture = shown(filing.content(photo), boxes)
    return actions.show_photo(case, photo, picture, words=words, actor=staff(case), at=moment())


def colour(jpeg: bytes, x: int, y: int) -> tuple[int, ...]:
    with Image.open(BytesIO(jpeg)) as image:
        return image.getpixel((x, y))  # type: ignore[return-value]


def test_only_what_is_seen_is_left() -> None:
    made = shown(jpeg()).jpeg
    assert CANARY.encode() not in made and b"Exif" not in made and b"http" not in made
    with Image.open(BytesIO(made)) as image:
        assert not image.getexif() and "icc_profile" not in image.info and "comment" not in image.info


def test_it_stands_upright_as_the_camera_meant() -> None:
    made = shown(jpeg(400, 300, orientation=6))  # 90 degrees clockwise: red lies on top
    assert (made.width, made.height) == (300, 400)
    assert colour(made.jpeg, 150, 50)[0] > 150 and colour(made.jpeg, 150, 350)[2] > 150


def test_a_large_one_is_made_smaller() -> None:
    made = shown(jpeg(4000, 3000))
    assert (made.width, made.height) == (1600, 1200)


@pytest.mark.parametrize(("x", "y", "is_black"), [(45, 65, True), (115, 115, True), (35, 65, False), (125, 115, False)])
def test_what_is_blacked_out_is_gone(x: int, y: int, is_black: bool) -> None:
    made = shown(jpeg(400, 300), [Box(10, 20, 20, 20)])  # from (40, 60) to (120, 120)
    assert (max(colour(made.jpeg, x, y)) < 30) == is_black


def test_a_box_over_the_edge_and_a_very_thin_one_are_drawn() -> None:
    made = shown(jpeg(400, 300), [Box(90, 90, 50, 50), Box(0, 0, 100, 0.01)])
    assert max(colour(made.jpeg, 399, 299)) < 30 and max(colour(made.jpeg, 100, 0)) < 90


def bomb(kind: str) -> bytes:
    out = BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, kind)
    return out.getvalue()


BAD = {
    "png bomb": lambda: bomb("PNG"),
    "gif": lambda: b"GIF89a\xff\xff\xff\xff\x00\x00\x00;",
    "cut off": lambda: jpeg()[:-2000],
    "svg": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "zip": lambda: b"PK\x03\x04" + b"\0" * 200,
    "html": lambda: b"<html><script>alert(1)</script>",
    "head alone": lambda: b"\xff\xd8\xff\xe0" + b"\0" * 60,
    "png head alone": lambda: b"\x89PNG\r\n\x1a\n" + b"x" * 60,
    "nothing": lambda: b"",
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_photo_is_refused(name: str) -> None:
    with pytest.raises(BadPicture):
        shown(BAD[name]())


def test_a_page_hidden_in_a_photo_stays_behind() -> None:
    made = shown(jpeg().replace(CANARY.encode(), b"<script>aler(1)</s"[: len(CANARY)]) + b"<script>alert(1)</script>")
    assert b"<script" not in made.jpeg


@pytest.mark.parametrize("mode", ["RGBA", "P", "L", "LA", "1", "I;16", "CMYK"])
def test_every_way_of_colour_is_read(mode: str) -> None:
    out = BytesIO()
    Image.new(mode, (20, 10)).save(out, "JPEG" if mode == "CMYK" else "PNG")
    assert shown(out.getvalue()).width == 20


def test_a_photo_is_shown_and_the_original_stays_as_it_was() -> None:
    case, photo = with_photo()
    made = show(case, photo, Box(0, 0, 50, 50))
    content = filing.path(made.place).read_bytes()
    assert hashlib.sha256(content).hexdigest() == made.place and CANARY.encode() not in content
    assert filing.content(photo) == jpeg()
    step = Step.objects.latest("pk")
    assert (step.verb, bytes(step.digest).hex()) == ("show_photo", made.place)
    assert list(filing.differences()) == list(history.changed_words()) == []


def test_one_shown_anew_replaces_the_one_of_before(django_capture_on_commit_callbacks: object) -> None:
    case, photo = with_photo()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        first = show(case, photo)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        second = show(case, photo, Box(0, 0, 50, 50))
    assert PublishedPhoto.objects.get() == second
    assert not filing.path(first.place).exists() and filing.path(second.place).exists()


@pytest.mark.parametrize("how", ["hide", "redact"])
def test_what_is_taken_back_leaves_the_disk(how: str, django_capture_on_commit_callbacks: object) -> None:
    case, photo = with_photo()
    made = show(case, photo)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        if how == "hide":
            actions.hide_photo(case, made, actor=staff(case), at=moment())
        else:
            actions.redact(case, reason="Luật", actor=staff(case, "leader"), at=moment())
    assert not PublishedPhoto.objects.exists() and not filing.path(made.place).exists()
    assert filing.path(photo.place).exists() == (how == "hide")


def test_a_photo_that_two_cases_show_stays_with_the_other(django_capture_on_commit_callbacks: object) -> None:
    (one, first), (_two, second) = with_photo(), with_photo()
    made = show(one, first)
    assert show(_two, second).place == made.place
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        actions.hide_photo(one, made, actor=staff(one), at=moment())
    assert filing.path(made.place).exists()


def test_the_wishes_of_who_sent_it_are_kept() -> None:
    case, photo = with_photo()
    Voice.objects.update(is_private=True)
    with pytest.raises(Refused, match="không công khai"):
        show(case, Attachment.objects.get(pk=photo.pk))
    private, photo = with_photo(is_private=True)
    with pytest.raises(Refused, match="công khai vụ việc trước"):
        show(private, photo)


def test_who_cannot_see_it_is_told_what_it_shows() -> None:
    case, photo = with_photo()
    with pytest.raises(Refused, match="mô tả"):
        show(case, photo, words="  ")


@pytest.mark.parametrize("how", ["changed", "lost", "exchanged"])
def test_a_photo_that_was_meddled_with_is_found(how: str) -> None:
    case, photo = with_photo()
    made = show(case, photo)
    path = filing.path(made.place)
    if how == "changed":
        path.write_bytes(b"x")
    elif how == "lost":
        path.unlink()
    else:
        other = shown(jpeg(100, 100)).jpeg
        place = hashlib.sha256(other).hexdigest()
        Path(filing.path(place)).parent.mkdir(exist_ok=True)
        filing.path(place).write_bytes(other)
        PublishedPhoto.objects.update(place=place)
    assert len([*filing.differences(), *history.changed_words()]) == 1
