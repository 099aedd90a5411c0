"""What each verb of the command line does."""

import signal
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.utils.timezone import localdate, now

from langnghe import installation
from langnghe.cases import conservation, filing, gateways, hooks, spool
from langnghe.cases import history as case_history
from langnghe.cases.models import Voice
from langnghe.cli import certificate, log, mailing, sealing
from langnghe.cli.terminal import ask_secret, bar, fail, say, show_json
from langnghe.commitments import history as commitment_history
from langnghe.core.refusal import Refused
from langnghe.engagements import history as engagement_history
from langnghe.ledger import durability, outbox, readiness, sequencer
from langnghe.ledger.models import LogEntry
from langnghe.ledger.verify import differences, log_differences
from langnghe.registry import actions as registry
from langnghe.registry import history as register_history
from langnghe.registry.find import province
from langnghe.registry.models import Account, Body, Client, Member, Place
from langnghe.reviews import history as review_history
from langnghe.situation import history as situation_history
from langnghe.web.noted import note


def run(arguments: Namespace) -> int:
    """Run the verb named in the arguments and return the exit code."""
    verbs = {
        "demo": demo,
        "init": init,
        "setup": setup,
        "load-places": load_places,
        "import": import_file,
        "review": review,
        "situation": situation,
        "verify": verify,
        "check": check,
        "backup": back_up,
        "restore": restore,
        "replicate": replicate,
        "drill": drill,
        "new-log": log.new_log,
        "migrate-database": migrate_database,
        "serve": serve,
        "worker": work,
        "appoint": appoint,
        "recovery-key": sealing.recovery_key,
        "lane-key": sealing.lane_key,
        "recover-sealed": sealing.recover,
        "topics": topics,
        "receive-mail": mailing.receive_mail,
        "fetch-mail": mailing.fetch_mail,
        "boundaries": boundaries,
        "posters": posters,
        "admit-client": admit_client,
    }
    return verbs[arguments.verb](arguments)


def init(_arguments: Namespace) -> int:
    """Make the secret keys that are missing, and say what each is for and who keeps a copy."""
    if lost := _lost_keys():
        return fail(lost)
    for name, purpose in installation.SECRETS.items():
        installation.key(name)
        say(f"  keys/{name:<8} 0600  {purpose}")
    say("Bản sao lưu dữ liệu (langnghe backup) không chứa khóa nào.")
    say("Bản chép khóa (langnghe backup --keys) chứa mọi khóa trên và kho khóa của từng bản gốc: cất nơi khác.")
    return 0


def _lost_keys() -> str:
    """Return what to do when there are voices but not the keys that open them; new keys would hide the loss."""
    lacking = installation.lacking()
    if not lacking or "cases_voice" not in connection.introspection.table_names() or not Voice.objects.exists():
        return ""
    names = ", ".join(lacking)
    return f"Đã có phản ánh nhưng thiếu khóa {names}: hãy chép lại từ bản chép khóa (langnghe backup --keys) đã cất."


def setup(arguments: Namespace) -> int:
    if lost := _lost_keys():
        return fail(lost)
    call_command("migrate", verbosity=0)
    readiness.lay_ballast()
    return init(arguments) or load_places(arguments)


def load_places(arguments: Namespace) -> int:
    count = registry.load_places(bar("Địa giới hành chính"))
    registry.load_law()
    place = province(arguments.place, now().date())
    bodies = registry.load_bodies(place, bar("Cơ quan"))
    for old in Place.objects.filter(heirs__new=place, level=Place.Level.PROVINCE):
        bodies += registry.load_bodies(old)
    installation.store(installation.Installation(place=place.key))
    say(f"Đã có {count} đơn vị hành chính và {bodies} cơ quan của {place}.")
    return 0


def import_file(arguments: Namespace) -> int:
    from langnghe.cli.importing import run as import_now

    return import_now(arguments)


def review(arguments: Namespace) -> int:
    from langnghe.cli.reviewing import run as review_now

    return review_now(arguments)


def situation(arguments: Namespace) -> int:
    from langnghe.cli.situating import run as situation_now

    return situation_now(arguments)


def back_up(arguments: Namespace) -> int:
    from langnghe.cli.backup import run as back_up_now

    return back_up_now(arguments)


def restore(arguments: Namespace) -> int:
    from langnghe.cli.restore import run as restore_now

    return restore_now(arguments)


def replicate(arguments: Namespace) -> int:
    from langnghe.cli.replicating import run as replicate_now

    return replicate_now(arguments)


def drill(arguments: Namespace) -> int:
    from langnghe.cli.restore import drill as drill_now

    return drill_now(arguments)


def migrate_database(arguments: Namespace) -> int:
    from langnghe.cli.migrating import run as migrate_now

    return migrate_now(arguments)


def demo(arguments: Namespace) -> int:
    from langnghe.demo.play import run as play

    code = play(arguments.place, arguments.period, fresh=arguments.fresh, port=arguments.port)
    if code or arguments.no_serve:
        return code
    return serve(Namespace(host="127.0.0.1", port=arguments.port, workers=2))


def verify(arguments: Namespace) -> int:
    """Check a proof file; or compare rows with the seals of their entries, words with digests, entries with the log."""
    if arguments.file:
        return log.verify_file(arguments)
    rooms = (register_history, case_history, commitment_history, situation_history, engagement_history, review_history)
    entries = [entry for room in rooms for entry in room.entries()]
    found = [*differences(entries), *case_history.changed_words(), *review_history.changed_words(), *log_differences()]
    found += [
        *conservation.problems(conservation.totals(), of_log=True),
        *filing.differences(),
        *log.receipt_differences(3),
    ]
    found += log.checkpoint_differences(arguments.checkpoint) if arguments.checkpoint else []
    count = LogEntry.objects.count()
    if arguments.json:
        show_json({"entries": count, "differences": found})
    else:
        for line in found:
            say(f"✗ {line}")
        say(f"Đã đối chiếu {count} mục nhật ký: " + (f"{len(found)} chỗ sai khác." if found else "khớp toàn bộ."))
    return 1 if found else 0


def check(arguments: Namespace) -> int:
    """Say whether the installation keeps what it acknowledges, and what waits for a person."""
    weak = durability.weaknesses()
    jobs = outbox.standing(settings.CLOCK or now())
    places, bodies = Place.objects.count(), Body.objects.count()
    problems = [f"Cơ sở dữ liệu: {line}" for line in weak]
    problems += [f"{jobs.dead} việc nền không chạy được, cần người xem"] if jobs.dead else []
    problems += [f"{spooled} phản ánh đang chờ ở LANGNGHE_SPOOL"] if (spooled := len(spool.waiting())) else []
    problems += [f"Việc nền đến hạn đã chờ {jobs.oldest}: worker có chạy không?"] if jobs.is_stuck else []
    problems += [why for name in settings.MESSAGES if (why := gateways.fault(name))]
    problems += conservation.problems(conservation.totals(), of_log=True)
    problems += conservation.differences(conservation.stored())
    reading = readiness.read(now())
    problems += [*readiness.forbids(reading), *([] if settings.INSTALLATION.demo else readiness.warns(reading))]
    problems += certificate.problems(settings.ADDRESS, now().timestamp())
    problems += [f"Nhật ký công khai: {why}"] if (why := sequencer.fork()) else []
    problems += [] if places and bodies else ["Chưa nạp địa giới và cơ quan: hãy chạy langnghe setup"]
    if arguments.json:
        show_json({"database": connection.vendor, "places": places, "bodies": bodies, "problems": problems})
    else:
        say(f"Cơ sở dữ liệu {connection.vendor}; {places} đơn vị hành chính; {bodies} cơ quan.")
        for line in problems or ["Không có vấn đề nào."]:
            say(line)
    return 1 if problems else 0


def serve(arguments: Namespace) -> int:
    """Serve the pages with a worker beside them; refused on a database that could lose what it acknowledged."""
    weak = durability.weaknesses()
    if weak:
        return fail("Không phục vụ vì cơ sở dữ liệu có thể mất dữ liệu: " + "; ".join(weak))
    if forbidden := readiness.forbids(readiness.read(now())):
        return fail("Không phục vụ. " + " ".join(forbidden))
    if lost := _lost_keys():
        return fail(f"Không phục vụ. {lost}")
    call_command("collectstatic", interactive=False, verbosity=0)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # both children end with this process
    commands = ([sys.executable, "-m", "langnghe", "worker"], _granian(arguments))
    children = [subprocess.Popen(command) for command in commands]  # noqa: S603 our own commands
    say(f"Trang web: http://{arguments.host}:{arguments.port}/ (Ctrl+C để dừng)")
    try:
        return children[-1].wait()
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait()


def _granian(arguments: Namespace) -> list[str]:
    options = ["--host", arguments.host, "--port", str(arguments.port), "--workers", str(arguments.workers)]
    # More threads share one processor: each answer takes longer, and each thread has a database's pages in memory.
    fixed = ["--interface", "wsgi", "--no-ws", "--blocking-threads", "2", "--log-level", "warning"]
    stop = ["--workers-kill-timeout", "20"]  # seconds: one who sends half a request cannot keep a server from stopping
    return [sys.executable, "-m", "granian", *fixed, *stop, *options, "langnghe.wsgi:application"]


def work(arguments: Namespace) -> int:
    from langnghe.cli.working import work as work_on

    return work_on(arguments)


def topics(arguments: Namespace) -> int:
    from langnghe.cli.topics import run as run_topics

    return run_topics(arguments)


def appoint(arguments: Namespace) -> int:
    body = Body.objects.filter(code=arguments.body).first()
    if body is None:
        raise Refused(f"Không có cơ quan mang mã {arguments.body}.")
    password = ask_secret("Mật khẩu (ít nhất 15 ký tự): ", "Gõ lại: ")
    try:
        validate_password(password, Account(username=arguments.account))
    except ValidationError as weak:
        raise Refused(" ".join(weak.messages)) from None
    account = registry.make_account(arguments.account, password, arguments.email)
    registry.appoint(account, body, arguments.role, localdate(settings.CLOCK or now()))
    note("account opened", account, "appointed by the operator")
    say(f"{arguments.account} nay là {Member.Role(arguments.role).label} tại {body}.")
    return 0


def posters(arguments: Namespace) -> int:
    from langnghe.cli.posting import run as print_posters

    return print_posters(arguments)


def admit_client(arguments: Namespace) -> int:
    if arguments.webhook and not gateways.is_safe(arguments.webhook):
        raise Refused("Địa chỉ báo tin phải là https://… (hoặc http:// tới chính máy này), không kèm mật khẩu.")
    key = registry.admit_client(arguments.name, arguments.webhook)
    say("Khóa này chỉ hiện một lần, hãy giao cho hệ thống được phép và không gửi qua thư thường:")
    say(key)
    if arguments.webhook:
        say("Bí mật để kiểm chữ ký của tin báo (xem docs/api.md):")
        say(hooks.secret(Client.objects.get(name=arguments.name)))
    return 0


def output_folder(given: str) -> Path:
    folder = Path(given) if given else installation.home() / "out"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def boundaries(arguments: Namespace) -> int:
    """Keep the outlines of this installation's communes, and say which were not found in the file."""
    from langnghe.registry.boundaries import read  # which brings a geometry library

    path, home = Path(arguments.file), Place.objects.get(key=settings.INSTALLATION.place)
    found = read(path, home, localdate(settings.CLOCK or now()), arguments.field)
    kept = registry.keep_boundaries(found, arguments.source or path.name)
    say(f"Đã nạp ranh giới {kept} xã, phường theo thuộc tính “{found.field}”.")
    told = {"Chưa có ranh giới": found.missing, "Không rõ là nơi nào": found.unknown, "Nằm xa nơi đã biết": found.far}
    for words, names in told.items():
        if names:
            say(f"{words} ({len(names)}): " + "; ".join(names))
    say("Trang đang chạy dùng ranh giới này từ lần khởi động sau, muộn nhất là ngày mai.")
    return 1 if found.missing or found.far else 0
