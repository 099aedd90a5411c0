"""An old backup put back and a past row edited: neither goes unnoticed."""

import json
import random
import shutil

from django.db import connection

from langnghe.ledger import sequencer
from tests.faults import client
from tests.faults.ground import Ground, Site
from tests.faults.history import Verdict

EDITS = (
    "UPDATE cases_step SET due = '2027-01-31' WHERE id = {row}",
    "UPDATE cases_step SET verb = 'close' WHERE id = {row}",
    "UPDATE cases_step SET day = '2026-06-01' WHERE id = {row}",
    "UPDATE cases_rawintake SET payload = zeroblob(60) WHERE id = {row}",
    "UPDATE ledger_logentry SET due = '2027-01-31' WHERE id = {row}",
    "DELETE FROM cases_step WHERE id = {row}",
)


def edit_a_row(ground: Ground, times: int, seed: int) -> Verdict:
    """Edit or delete a past row by SQL, past all actions: `langnghe verify` tells of it, and before it did not."""
    found = Verdict()
    with ground.site() as site:
        site.run(client.day, "day", 9)
        before = site.check()
        for round_ in range(seed, seed + times):
            row = random.Random(round_).randrange(1, 9)
            found.problems += _edited(site, EDITS[round_ % len(EDITS)].format(row=row))
            found.counts["edits"] += 1
        return found + before


def _edited(site: Site, statement: str) -> list[str]:
    """Return what is wrong with how verify sees a database on which the statement was run; undo it."""
    database = site.home / "langnghe.sqlite3"
    kept = site.home / "kept.sqlite3"
    shutil.copy(database, kept)
    site.enter()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys=OFF")
        cursor.execute(statement)
        changed = cursor.rowcount
    connection.close()
    done = site.command("verify", "--json")
    kept.replace(database)
    if changed != 1:
        return [f"{changed} rows changed by {statement}"]
    told = done.returncode == 1 and json.loads(done.stdout)["differences"]
    return [] if told else [f"verify ({done.returncode}) did not see {statement} {done.stderr}"]


def restore_an_old_backup(ground: Ground, times: int, seed: int) -> Verdict:
    """Put back a database from before the last checkpoint: nothing is signed, and `langnghe check` says why."""
    found = Verdict()
    for round_ in range(seed, seed + times):
        with ground.site() as site:
            database, kept = site.home / "langnghe.sqlite3", site.home / "kept.sqlite3"
            site.run(client.day, "before", 3)
            site.check()  # the last connection writes the log of SQLite into the file
            shutil.copy(database, kept)
            site.run(client.day, "after", random.Random(round_).randrange(1, 9))
            verdict = site.check()
            kept.replace(database)
            site.run(_refuses_to_sign)
            verdict.problems += [] if "bản cũ hơn" in site.command("check").stdout else ["check does not name it"]
            verdict.counts["restores"] += 1
            found += verdict
    return found


def _refuses_to_sign(site: Site) -> None:
    assert client.send(site, client.voice("after the restore"))
    try:
        sequencer.run()
    except sequencer.Forked:
        return
    raise AssertionError("a smaller tree was signed")
