"""The demo's main job: registry, voices through the real doors, cases played, the review written."""

import secrets
from datetime import date, datetime, time, timedelta
from random import Random
from shutil import rmtree
from time import monotonic

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Q

from langnghe import installation
from langnghe.cases import actions as cases
from langnghe.cli.reviewing import plan, save
from langnghe.cli.terminal import bar, say
from langnghe.cli.verbs import output_folder
from langnghe.demo import texts
from langnghe.demo.desk import play_desk
from langnghe.demo.doors import through_the_doors
from langnghe.demo.player import Player
from langnghe.demo.receptions import play_receptions
from langnghe.demo.setting import ZONE, Setting, setting
from langnghe.ledger import sequencer
from langnghe.registry import actions as registry
from langnghe.registry import law
from langnghe.registry.find import province
from langnghe.registry.models import Member, Place
from langnghe.reviews import actions as reviews
from langnghe.reviews.models import Review
from langnghe.situation import actions as situation
from langnghe.situation.neighbours import around

GENERATED = (100, 150)
RISING, RISE_DAYS, A_DAY = "nuoc_sach", 5, 3  # what rises in the end, for how many days, how many voices a day
ONE_O_CLOCK = time(1)
SEED = 20260630


def run(place: str, period: str, *, fresh: bool, port: int) -> int:
    """Build the demo unless it stands already, and print where things are."""
    began = monotonic()
    chosen = setting(place, period)
    done = installation.home() / "demo-ready.txt"
    if fresh or not done.exists() or _is_outdated():
        _build(chosen)
        done.write_text(_card(chosen, port), encoding="utf-8")
    say(done.read_text(encoding="utf-8"))
    say(f"Xong sau {monotonic() - began:.0f} giây.")
    return 0


def _build(chosen: Setting) -> None:
    _clear()
    settings.CLOCK = chosen.clock
    say(f"Bản minh hoạ: {chosen.place}, {chosen.since:%d/%m/%Y} – {chosen.until:%d/%m/%Y} (dữ liệu bịa)")
    say("1. Địa giới, cơ quan, pháp luật")
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    registry.load_places(bar("Đơn vị hành chính"))
    registry.load_law()
    main = province(chosen.place, chosen.until)
    installation.store(installation.Installation(main.key, True, chosen.clock.isoformat()))
    settings.INSTALLATION = installation.load()
    for each in reversed(_eras(main)):
        registry.load_bodies(each, bar(f"Cơ quan {each.name}"))
    _accounts(main, chosen)
    say("2. Tiếp nhận và giải quyết")
    _play(main, chosen)
    say("3. Sơ kết")
    before = chosen.clock - timedelta(minutes=1)  # what visitors do at the standing clock comes after the cut-off
    commission = Member.objects.get(role=Member.Role.COMMISSION)
    for form in ("party", "state"):
        review = reviews.write(plan(chosen.place, chosen.period, form), at=before, progress=lambda s: say(f"  {s} …"))
        reviews.publish(review, actor=commission, at=chosen.clock)
        save(review, output_folder(""))
    say("4. Nhật ký công khai")
    say(f"  {sequencer.run().size} mục đã đánh số và ký")


def _is_outdated() -> bool:
    """Say whether the demo was built by an earlier release, whose tables are others."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _clear() -> None:
    """Take an earlier or half-built demo away, but never anything that is not one."""
    home = installation.home()
    connection.close()
    if installation.load().demo or not (home / "installation.json").exists():
        for name in ("langnghe.sqlite3", "langnghe.sqlite3-wal", "langnghe.sqlite3-shm", "demo-ready.txt"):
            (home / name).unlink(missing_ok=True)
        (home / "keys" / "last-checkpoint").unlink(missing_ok=True)
        rmtree(home / "log", ignore_errors=True)
        for path in (*(home / "facts").glob("*"), *(home / "out").glob("review-*.docx")):
            path.unlink()


def _eras(main: Place) -> list[Place]:
    """Return the province and those it was made of, oldest first."""
    return [*Place.objects.filter(heirs__new=main, level=Place.Level.PROVINCE), main]


def _accounts(main: Place, chosen: Setting) -> None:
    """Make the logins the demo prints, one of each role; their passwords are made anew each time."""
    commune = _communes(main, chosen.until)[0]
    committee = law.body_at("committee_commune", commune)
    rows = (
        ("can-bo-xa", committee, "officer"),
        ("lanh-dao-xa", committee, "leader"),
        ("lanh-dao-tinh", law.body_at("committee_province", main), "leader"),
        ("ban-dan-van", law.body_at("engagement_commission", main), "commission"),
        ("mat-tran", law.body_at("front_province", main), "supervisor"),
    )
    lines = []
    for name, body, role in rows:
        if body is None:
            raise LookupError(f"the demo's body of {name} is not loaded")
        password = secrets.token_urlsafe(12)
        account = registry.make_account(name, password)
        registry.appoint(account, body, role, chosen.spans[0][0])
        lines.append(f"  {name:<13} mật khẩu {password}   ({Member.Role(role).label}, {body})")
    path = installation.home() / "logins.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    path.chmod(0o600)


def _communes(main: Place, on: date) -> list[Place]:
    below = Q(parent=main) | Q(parent__parent=main)
    return list(Place.objects.filter(below, level="commune").on(on).select_related("parent__parent").order_by("key"))


def _play(main: Place, chosen: Setting) -> None:
    random = Random(SEED)  # noqa: S311 a demo must come out the same each time
    player = Player(random, chosen.spans[0][0], chosen.clock)
    player.nightly(chosen.until)
    for number, (since, until) in enumerate(chosen.spans):
        places = [place for era in _eras(main) for place in _communes(era, until)]
        play_receptions(player, places, since, until)
        _voices(player, random, places, (since, until), number)
        through_the_doors(player, places, (since, until))
    _rise(player, random, main, chosen.until)
    play_desk(player, _communes(main, chosen.until)[0], chosen.until)
    player.run(bar("Việc đã diễn ra"))
    while cases.index_voices():
        pass
    situation.count_grams(chosen.clock)
    situation.note_rising_words(chosen.clock)
    situation.group_cases(chosen.clock)


def _rise(player: Player, random: Random, main: Place, until: date) -> None:
    """Plan what the nightly scan must see: of late more and more is heard about water, around one commune."""
    centre = _communes(main, until)[0]
    near = [centre, centre, *Place.objects.filter(pk__in=around(centre.pk, until)[1:3])]
    for ago in range(RISE_DAYS, 0, -1):
        day = until - timedelta(days=ago)
        for number in range(A_DAY):
            words = texts.generated(random, RISING)
            player.arrive(f"rise-{ago}-{number}", words, random.choice(near), (day, day))
    for ago in range(RISE_DAYS + 1, -1, -1):
        night = datetime.combine(until - timedelta(days=ago), ONE_O_CLOCK, ZONE)
        player.at(night, situation.find_hotspots)


def _voices(player: Player, random: Random, places: list[Place], span: tuple[date, date], number: int) -> None:
    """Plan composed voices (each group of paraphrases at one place) and generated ones."""
    where: dict[str, Place] = {}
    chosen = texts.composed(span[0].year)[:: 2 - number]  # half of them the year before
    for index, words in enumerate(chosen):
        place = where.setdefault(words.group, random.choice(places)) if words.group else random.choice(places)
        player.arrive(f"composed-{number}-{index}", words, place, span)
    for index in range(GENERATED[number]):
        player.arrive(f"generated-{number}-{index}", texts.generated(random), random.choice(places), span)


def _card(chosen: Setting, port: int) -> str:
    out = sorted(path for path in output_folder("").iterdir() if path.is_file())
    review = Review.objects.latest("pk")
    lines = [
        "",
        f"Đồng hồ minh hoạ: {chosen.clock:%d/%m/%Y %H:%M}",
        f"Địa chỉ:   http://127.0.0.1:{port}/",
        f"Sơ kết:    http://127.0.0.1:{port}/so-ket/{review.pk}",
        "Đăng nhập:",
        (installation.home() / "logins.txt").read_text(encoding="utf-8"),
        "Tệp đã ghi:",
        *(f"  {path}" for path in out),
    ]
    return "\n".join(lines)
