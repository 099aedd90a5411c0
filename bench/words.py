"""Voices to measure with: matters, topics and places of the province, mixed by a fixed seed."""

from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from langnghe.cases.arrival import Arrival

MATTERS = (
    ("chieu_sang", "Đèn đường cháy đã {n} ngày, buổi tối cả xóm đi lại không thấy gì."),
    ("giao_thong", "Mặt đường sụt một hố sâu, {n} ngày nay đã có ba người ngã xe."),
    ("rac_thai", "Điểm tập kết rác không ai dọn {n} ngày, mùi bay vào trường học."),
    ("nuoc_sach", "Nước máy đục và yếu, {n} hộ phải đi xin nước giếng."),
    ("chua_phan_loai", "Đề nghị chính quyền cho biết khi nào trả lời đơn đã nộp {n} ngày trước."),
    ("thu_tuc_hanh_chinh", "Hồ sơ nộp ở bộ phận một cửa quá hẹn {n} ngày chưa có kết quả."),
)
KINDS = ("feedback", "feedback", "petition", "aspiration")


def bodies(places: list[tuple[str, str]], topics: set[str], count: int) -> list[dict[str, Any]]:
    """Return voices as the door takes them; half name the place in words; a third has a spot, a fifth a telephone."""
    chance = Random(1)
    return [_body(chance, places, topics, number) for number in range(count)]


def _body(chance: Random, places: list[tuple[str, str]], topics: set[str], number: int) -> dict[str, Any]:
    topic, matter = chance.choice(MATTERS)
    voice: dict[str, Any] = {
        "text": f"{matter.format(n=chance.randint(2, 60))} Mong được xem xét sớm. (số {number})",
        "place": chance.choice(chance.choice(places)),
        "kind": chance.choice(KINDS),
        "topic": topic if topic in topics else "chua_phan_loai",
    }
    if number % 3 == 0:
        voice["spot"] = f"ngõ {chance.randint(1, 400)}"
    if number % 5 == 0:
        voice["phone"] = f"09{chance.randint(10**7, 10**8 - 1)}"
    return voice


def matter(chance: Random) -> str:
    return chance.choice(MATTERS)[1].format(n=chance.randint(2, 17))


def arrivals(count: int, start: int = 0) -> "list[Arrival]":
    """Return voices as a door has understood them, numbered from `start`; a third has a spot, a fifth a telephone."""
    from datetime import date

    from langnghe.cases.arrival import Arrival
    from langnghe.registry import law
    from langnghe.registry.models import Place

    chance, topics = Random(start), law.topics()
    places = list(Place.objects.filter(parent__key="n33").select_related("parent"))
    found = []
    for number in range(start, start + count):
        topic, matter_ = chance.choice(MATTERS)
        text = f"{matter_.format(n=chance.randint(2, 60))} Mong được xem xét sớm. (số {number})"
        found.append(
            Arrival(
                channel="web",
                key=f"bench-{number}",
                payload=text.encode(),
                text=text,
                kind=chance.choice(KINDS),
                day=date(2026, 6, 1 + number % 28),
                place=chance.choice(places),
                topic=topics[topic],
                spot=f"ngõ {chance.randint(1, 400)}" if number % 3 == 0 else "",
                contact={"phone": f"09{chance.randint(10**7, 10**8 - 1)}"} if number % 5 == 0 else {},
            )
        )
    return found
