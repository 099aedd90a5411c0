"""`langnghe import` killed in the middle of a file and run again: each row exactly once."""

import random
import subprocess
import sys

from bench.books import MAPPING
from langnghe.cases.models import Case, RawIntake, Step, Voice
from tests.faults import tracing
from tests.faults.ground import ROOT, Ground, Site
from tests.faults.history import Verdict

ROWS = 1700  # more than three batches


def kill_import(ground: Ground, times: int, seed: int, kind: str = "sqlite") -> Verdict:
    """Kill the import three times at a random call or moment, then let it end; count the rows."""
    found = Verdict()
    for round_ in range(seed, seed + times):
        dice = random.Random(round_)
        with ground.site(kind) as site:
            words = _file(site)
            kills = sum(_killed(site, words, dice) for _time in range(3))
            done = site.command(*words)
            verdict = _verdict(site)
            verdict.counts.update(imports=1, kills=kills)
            verdict.problems += [] if done.returncode == 0 else [done.stdout + done.stderr]
            found += verdict
    return found


def _file(site: Site) -> tuple[str, ...]:
    """Write a table and its mapping, and return the words of the command."""
    table, mapping = site.home / "table.csv", site.home / "mapping.toml"
    lines = [f"M{n},08/06/2026,Hưng Yên,Đèn đường số {n} cháy,phản ánh,," for n in range(ROWS)]
    table.write_text("Mã,Ngày,Địa danh,Nội dung,Loại,Lĩnh vực,Điện thoại\n" + "\n".join(lines) + "\n")
    mapping.write_text(MAPPING)
    return "import", str(table), "--mapping", str(mapping), "--place", "n13264"


def _killed(site: Site, words: tuple[str, ...], dice: random.Random) -> bool:
    """Start the command, and kill it at its n-th write into the database or flush; True when it was not done before."""
    command = [sys.executable, "-m", "langnghe", *words]
    silent = subprocess.DEVNULL
    child = subprocess.Popen(command, env=site.environment(), stdout=silent, stderr=silent, cwd=ROOT)
    call = dice.choice(["pwrite64", "fdatasync"] if not site.url else ["sendto", "recvfrom"])
    try:
        tracer = tracing.kill_at(child.pid, call, dice.randrange(1, {"pwrite64": 900, "fdatasync": 5}.get(call, 60)))
        code = child.wait()
        tracer.wait()
    finally:
        child.kill()
        child.wait()
    return code < 0


def _verdict(site: Site) -> Verdict:
    """Read the rows of the file as voices that were acknowledged when the command ended well."""
    verdict = site.check()  # the clients' history is empty: every voice of the file would be a phantom
    site.enter()
    numbers = [text.rsplit(" ", 2)[1] for text in Voice.objects.values_list("text", flat=True)]
    held, wanted = set(numbers), {str(number) for number in range(ROWS)}
    counts = {model.objects.count() for model in (Voice, RawIntake, Case, Step)}
    verdict.acknowledged, verdict.lost, verdict.phantom = ROWS, len(wanted - held), len(held - wanted)
    verdict.problems += [] if counts == {ROWS} else [f"voices, payloads, cases, steps: {counts}"]
    return verdict
