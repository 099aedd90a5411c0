"""What the quieter pages of the desk show in the demo: sealed records, a sample, flags, requests, a photo, covers."""

import secrets
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import localdate
from PIL import Image, ImageDraw

from langnghe import installation
from langnghe.cases import actions, filing
from langnghe.cases.actions import Decision, NewStage
from langnghe.cases.arrival import Arrival
from langnghe.cases.lifecycle import RESIDENT, SYSTEM_ACTOR, Actor, acting
from langnghe.cases.models import Attachment, Case, Voice
from langnghe.cases.sealed.arrival import SealedArrival
from langnghe.cases.sealed.models import SealedRecord
from langnghe.cases.subject_request import Content
from langnghe.core.pictures import Box, shown
from langnghe.demo.setting import ZONE
from langnghe.demo.texts import phrases
from langnghe.registry import law
from langnghe.registry.models import Member, Place

if TYPE_CHECKING:
    from langnghe.demo.player import Player

KEYED = ("lanh-dao-xa", "lanh-dao-tinh")  # logins that can open sealed records
CONTACT = {"phone": "0900 000 000"}  # nobody's


def play_desk(player: "Player", commune: Place, until: date) -> None:
    """Plan a few of each for the commune of the demo's logins, in the last weeks, without a throw of the dice."""

    def then(ago: int, hour: int, event: Any) -> None:
        player.at(datetime.combine(until - timedelta(days=ago), time(hour), ZONE), lambda at: event(commune, at))

    then(40, 8, _keys)
    then(26, 9, _complaint)
    then(20, 9, _unsigned)
    then(12, 9, _named)
    then(10, 9, _photo)
    then(6, 9, _lamps)
    then(4, 9, _requests)
    then(3, 9, _flags)
    then(2, 9, _denunciation)
    then(1, 9, _sample)


def _login(name: str) -> Member:
    return Member.objects.select_related("account", "body__place").get(account__username=name)


def _keys(_commune: Place, at: datetime) -> None:
    """Make the recovery key and the keys of two logins; what opens them is printed with the logins."""
    path, lines = installation.home() / "logins.txt", []
    for name in KEYED:
        who, passphrase = _login(name), secrets.token_urlsafe(18)
        actions.make_lane_key(who.account, who.body, passphrase, actor=SYSTEM_ACTOR, at=at)
        lines.append(f"  {name:<13} cụm mật khẩu kênh bảo mật {passphrase}")
    shares = actions.make_recovery_key(actor=SYSTEM_ACTOR, at=at)
    lines += [f"  khóa khôi phục, phần {number} trong 3: {share}" for number, share in enumerate(shares, 1)]
    path.write_text("\n".join([path.read_text(encoding="utf-8"), *lines]), encoding="utf-8")


def _sealed(kind: str, key: str, at: datetime, **more: str) -> SealedRecord:
    said = {"text": phrases()["desk"][key], "name": phrases()["desk"]["name"], "contact": CONTACT} | more
    body = _login("lanh-dao-xa").body
    arrival = SealedArrival(said, kind, body, localdate(at), "web", f"demo-{key}")
    return actions.keep_sealed(arrival, actor=SYSTEM_ACTOR, at=at)


def _advance(record: SealedRecord, verb: str, at: datetime, **facts: Any) -> None:
    stage = NewStage(verb, localdate(at), "12/TB-UBND", **facts)
    actions.advance_sealed(record, stage, actor=acting(_login("lanh-dao-xa")), at=at)


def _complaint(_commune: Place, at: datetime) -> None:
    record = _sealed("complaint", "complaint", at)
    _advance(record, "accept", at + timedelta(days=4))
    _advance(record, "verify", at + timedelta(days=5))


def _unsigned(_commune: Place, at: datetime) -> None:
    _advance(_sealed("denunciation", "unsigned", at), "refuse", at + timedelta(days=3), ground="no_basis")


def _denunciation(_commune: Place, at: datetime) -> None:
    _sealed("denunciation", "denunciation", at, against=phrases()["desk"]["against"])


def _said(commune: Place, key: str, at: datetime, topic: str, text: str = "", **more: Any) -> tuple[Case, Voice, Actor]:
    """Return a case of these words at the commune, published by its holder, and who handles it."""
    text = text or phrases()["desk"][key]
    arrival = Arrival(
        channel="web",
        key=f"demo-{key}",
        payload=text.encode(),
        text=text,
        kind="feedback",
        day=localdate(at),
        place=commune,
        topic=law.topics()[topic],
        shows_text=True,
        contact=CONTACT,
        may_call_back=True,
        **more,
    )
    answer = actions.receive(arrival, actor=SYSTEM_ACTOR, at=at)
    case = Case.objects.select_related("holder", "place", "topic").get(pk=answer.case_id)
    return case, case.voices.get(), acting(Member.objects.get(account__username="can-bo-xa"))


def _lamps(commune: Place, at: datetime) -> None:
    """Two of one matter become one case; a third, merged by mistake, is split off again and waits for another body."""
    words = phrases()["desk"]
    said = [_said(commune, f"lamp-{n}", at, "chieu_sang", text) for n, text in enumerate(words["lamps"])]
    (first, _voice, officer), (same, *_), (other, *_) = said
    later = at + timedelta(hours=1)
    first = actions.publish(first, title=words["lamps_title"], summary="", actor=officer, at=later)
    for case in (same, other):
        actions.merge(case, into=first, actor=officer, at=later)
    other = actions.split(other, actor=officer, at=later + timedelta(hours=1))
    actions.pause(other, document_no="15/CV-UBND", reason=words["pause"], actor=officer, at=later + timedelta(hours=2))


def _named(commune: Place, at: datetime) -> None:
    case, _voice, officer = _said(commune, "named", at, "trat_tu_do_thi")
    words, covers = phrases()["desk"], ("ông Lê Văn Mẫu", "tothong.mau@vidu.vn")
    said = {"title": words["named_title"], "summary": "", "reason": words["named_why"], "covers": covers}
    actions.publish(case, **said, actor=officer, at=at + timedelta(hours=1))


def _photo(commune: Place, at: datetime) -> None:
    upload: Any = SimpleUploadedFile("nap-cong.jpg", _drawn())
    file = filing.keep(upload, localdate(at))
    case, _voice, officer = _said(commune, "photo", at, "thoat_nuoc", files=(file,))
    words, later = phrases()["desk"], at + timedelta(hours=1)
    case = actions.publish(case, title=words["photo_title"], summary="", actor=officer, at=later)
    attached = Attachment.objects.get(voice__case=case)
    picture = shown(filing.content(attached), [Box(62, 14, 26, 40), Box(8, 18, 16, 8)])
    actions.show_photo(case, attached, picture, words=words["photo_words"], actor=officer, at=later)


def _drawn() -> bytes:
    """Return a drawing in place of a photo: a road, a broken slab, a door and a plate that get blacked out."""
    image = Image.new("RGB", (800, 600), (206, 214, 218))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 330, 800, 600), fill=(128, 132, 134))
    pen.rectangle((500, 90, 700, 320), fill=(150, 96, 60))
    pen.rectangle((70, 115, 190, 150), fill=(250, 250, 250))
    pen.polygon([(250, 420), (430, 400), (410, 520), (240, 540)], fill=(84, 86, 88))
    pen.line([(330, 405), (345, 460), (320, 532)], fill=(20, 20, 20), width=14)
    out = BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()


def _requests(commune: Place, at: datetime) -> None:
    """One who spoke corrects the words, which is granted; another asks to erase the telephone number, which waits."""
    named, photo = Voice.objects.filter(case__place=commune, raw__key__in=("demo-named", "demo-photo")).order_by("pk")
    words = phrases()["desk"]
    for voice, kind, about, said in (
        (named, "correct", "words", words["request"]),
        (photo, "erase", "contact", words["erase"]),
    ):
        asking = Actor(RESIDENT, voice=voice)
        request = actions.request_data(voice, kind, about, Content(said), channel="web", actor=asking, at=at)
        if kind == "correct":
            officer = acting(_login("can-bo-xa"))
            decision = Decision("granted", correction=words["correction"])
            actions.decide_request(request, decision, actor=officer, at=at + timedelta(hours=2))


def _flags(commune: Place, at: datetime) -> None:
    """Readers flag two published cases; the desk has looked at the first."""
    first, second = Case.objects.filter(place=commune, is_public=True).select_related("holder").order_by("-pk")[:2]
    for case in (first, second):
        actions.flag(case, "person", phrases()["desk"]["flag"], at=at)
    actions.settle_flags(first, actor=Actor("officer", None, first.holder))


def _sample(_commune: Place, at: datetime) -> None:
    front, day = _login("mat-tran"), localdate(at)
    since = day - timedelta(days=90)
    sample = actions.draw_sample(front.body, since=since, until=day, size=10, actor=acting(front), at=at)
    first, second = sample.items.order_by("pk")[:2]
    for item, verdict, note in zip((first, second), ("settled", "partly"), phrases()["desk"]["verdicts"], strict=True):
        actions.inspect(item, verdict=verdict, note=note, actor=acting(front), at=at)
