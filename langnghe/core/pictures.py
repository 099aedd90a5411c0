"""A photo made fit to be shown: decoded and drawn anew, so that nothing but what is seen is left of the file."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS, MOST_SIDE, QUALITY = 40_000_000, 1600, 82
WHITE, BLACK = (255, 255, 255), (0, 0, 0)
PERCENT, STEP = 100, 10
Image.MAX_IMAGE_PIXELS = 2 * MOST_PIXELS  # Pillow itself opens nothing above twice that number


class BadPicture(ValueError):
    """The file holds no photo that can be shown: broken, of another kind, or huge when unpacked."""


@dataclass(frozen=True)
class Box:
    """What is blacked out, in per cent of the picture: from the left, from the top, width, height."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Picture:
    """A photo as JPEG without metadata, and its size in pixels."""

    jpeg: bytes
    width: int
    height: int


def shown(content: bytes, boxes: Sequence[Box] = (), *, grid: bool = False) -> Picture:
    """Return the photo upright, at most 1600 pixels wide or high, the boxes black; with `grid`, lines at each 10 %.

    EXIF, position, comments, thumbnails and colour profiles stay behind, as only pixels are copied. BadPicture for
    what is no JPEG, PNG or WebP, cannot be decoded whole, or has more than 40 million pixels.
    """
    seen = _seen(content)
    pen = ImageDraw.Draw(seen)
    for box in boxes:
        pen.rectangle(_corners(box, *seen.size), fill=BLACK)
    if grid:
        _rule(pen, *seen.size)
    out = BytesIO()
    seen.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return Picture(out.getvalue(), *seen.size)


def _seen(content: bytes) -> Image.Image:
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as found:
            if found.width * found.height > MOST_PIXELS:
                raise BadPicture
            found.draft("RGB", (MOST_SIDE, MOST_SIDE))
            upright = ImageOps.exif_transpose(found).convert("RGBA")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, MemoryError, TypeError, KeyError) as error:
        raise BadPicture from error
    upright.thumbnail((MOST_SIDE, MOST_SIDE))
    plain = Image.new("RGB", upright.size, WHITE)
    plain.paste(upright, mask=upright.getchannel("A"))
    return plain


def _corners(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    """Return the pixels that the box touches, the last ones included."""
    left, top = box.left * width / PERCENT, box.top * height / PERCENT
    right, bottom = (box.left + box.width) * width / PERCENT, (box.top + box.height) * height / PERCENT
    return int(left), int(top), min(width, -int(-right // 1)) - 1, min(height, -int(-bottom // 1)) - 1


def _rule(pen: ImageDraw.ImageDraw, width: int, height: int) -> None:
    font = ImageFont.load_default(max(12, width // 50))
    for at in range(STEP, PERCENT, STEP):
        x, y = at * width // PERCENT, at * height // PERCENT
        for line, label in (((x, 0, x, height), (x + 3, 2)), ((0, y, width, y), (3, y + 2))):
            pen.line(line, fill=WHITE, width=3)
            pen.line(line, fill=BLACK, width=1)
            pen.text(label, str(at), fill=WHITE, font=font, stroke_width=2, stroke_fill=BLACK)
