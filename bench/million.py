"""Fills an installation with as many voices as wished, by SQL alone, as a half-year of one province might leave it.

104 communes; one of them, the busy one, has 3 in 100 cases and a tenth of its own still open; elsewhere 3 in 100
are open. Four of five open cases are from the last twenty days. Everything follows from the number of the case.
"""

import os
import shutil
from datetime import date, datetime
from pathlib import Path

from django.conf import settings

from bench import ground
from bench.stopwatch import say, timed
from langnghe import installation

SINCE, UNTIL = date(2026, 1, 1), date(2026, 6, 30)
CLOCK = "2026-06-30T09:00:00+07:00"
BUSY = 0
OFFICER, LEADER, COMMISSION = "bench-officer", "bench-leader", "bench-commission"

NUMBERS = """
CREATE TEMP TABLE n AS WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < {count}),
  a AS (SELECT i, (i * 2654435761) % 1000 AS h,
    CASE WHEN i % 100 < 3 THEN 0 ELSE 1 + (i * 7919) % 103 END AS slot FROM c),
  b AS (SELECT i, h, slot, h < CASE WHEN slot = 0 THEN 100 ELSE 30 END AS open FROM a)
SELECT i, h, slot, open, h % 29 AS t,
  CASE WHEN open AND h % 5 > 0 THEN 161 + h % 20 ELSE (i - 1) * 181 / {count} END AS d,
  substr('feedback  petition  aspirationsuggestion', 1 + 10 * (i % 4), 10) AS kind,
  CASE i % 4 WHEN 0 THEN 'web' WHEN 1 THEN 'zalo' WHEN 2 THEN 'reception' ELSE 'api' END AS channel FROM b
"""
RAW = """
INSERT INTO cases_rawintake (id, channel, key, digest, payload, key_name, received_at, outcome)
SELECT i, channel, 'bench-' || i, randomblob(32), randomblob(160), '',
  date('2026-01-01', '+' || d || ' days') || ' 02:00:00', 'voice'
FROM n
"""
CASES = """
INSERT INTO cases_case (id, kind, channel, state, spot, spot_key, scope, title, summary, is_public, received, accepted,
  due, term_code, condition, overdue_noted, settled, outcome, handovers, reopened, people, holder_id, officer_id,
  place_id, topic_id)
SELECT i, trim(kind), channel, CASE WHEN NOT open THEN CASE WHEN h % 3 = 0 THEN 'answered' ELSE 'closed' END
    ELSE CASE i % 5 WHEN 0 THEN 'received' WHEN 1 THEN 'accepted' WHEN 2 THEN 'assigned' WHEN 3 THEN 'drafted'
      ELSE 'approved' END END,
  CASE WHEN i % 3 = 0 THEN 'ngõ ' || h ELSE '' END, CASE WHEN i % 3 = 0 THEN 'ngo ' || h ELSE '' END, '',
  CASE WHEN i % 10 < 7 THEN 'Việc số ' || i || ' tại ngõ ' || h ELSE '' END, 'Nội dung công khai của việc số ' || i,
  i % 10 < 7, date('2026-01-01', '+' || d || ' days'), date('2026-01-01', '+' || (d + 1) || ' days'),
  date('2026-01-01', '+' || (d + 7) || ' days'), '', 'normal',
  (open OR h % 8 = 7) AND d + 7 < 181 AND h % 50 > 0,
  CASE WHEN NOT open THEN date('2026-01-01', '+' || (d + 1 + h % 8) || ' days') END,
  CASE WHEN NOT open THEN CASE i % 5 WHEN 0 THEN 'no_money' WHEN 1 THEN 'advised' ELSE 'done' END ELSE '' END,
  h % 25 = 0, h % 100 = 7, CASE WHEN h % 200 = 9 THEN 12 ELSE 1 END, s.body_id,
  CASE WHEN i % 5 > 1 AND n.slot = 0 THEN {officer} END, s.place_id, t.topic_id
FROM n JOIN slots s ON s.slot = n.slot JOIN topics t ON t.slot = n.t
"""
VOICES = """
INSERT INTO cases_voice (id, kind, channel, text, shows_text, is_shown, received_at, day, receipt_hash, people,
  place_words, case_id, raw_id, in_index, is_private, may_call_back, sender, notices, reach)
SELECT i, trim(kind), channel,
  'Đèn đường ngõ ' || h || ' cháy đã lâu, buổi tối cả xóm đi lại rất khó khăn. Việc số ' || i, i % 2,
  i % 2 AND i % 10 < 7,
  date('2026-01-01', '+' || d || ' days') || ' 02:00:00', date('2026-01-01', '+' || d || ' days'), randomblob(32),
  CASE WHEN h % 200 = 9 THEN 12 ELSE 1 END, '', i, i, 1, 0, 0, 'self', 'none', 'none' FROM n
"""
WORDS = """
INSERT INTO cases_publicwords (case_id, words)
SELECT i, 'viec so ' || i || ' tai ngo ' || h || ' noi dung cong khai cua viec so ' || i ||
  CASE h % 5 WHEN 0 THEN ' den duong chay da lau' WHEN 1 THEN ' cong tac nuoc tran ra duong'
    WHEN 2 THEN ' rac do trom canh muong' WHEN 3 THEN ' mat dien luc chieu toi' ELSE ' o ga sau mat duong' END
FROM n WHERE i % 10 < 7
"""
SAID = """
INSERT INTO cases_voicewords (voice_id, words)
SELECT i, 'place' || p.key || ' viec so ' || i || ' ngo ' || h ||
  CASE h % 5 WHEN 0 THEN ' den duong chay da lau' WHEN 1 THEN ' cong tac nuoc tran ra duong'
    WHEN 2 THEN ' rac do trom canh muong' WHEN 3 THEN ' mat dien luc chieu toi' ELSE ' o ga sau mat duong' END
FROM n JOIN slots s ON s.slot = n.slot JOIN registry_place p ON p.id = s.place_id
"""
REPLIES = """
INSERT INTO cases_reply (state, text, outcome, proof, promise_text, drafted_at, published, body_id, case_id)
SELECT 'published', 'Đã cử người đến xử lý, kính báo ông bà được biết.', outcome, 'Ảnh chụp', '',
  settled || ' 03:00:00', settled, holder_id, id FROM cases_case WHERE settled IS NOT NULL
"""
STEP = """
INSERT INTO cases_step (case_id, verb, at, day, role, state, reason, document_no, days, kind, channel, level, due,
  on_time, outcome, cause, stars, people, digest, salt, body_id, place_id, topic_id)
SELECT c.id, '{verb}', {day} || ' {time}', {day}, '{role}', '{state}', '', '', 0, c.kind, c.channel, 'commune', c.due,
  {on_time}, {outcome}, {cause}, {stars}, c.people, X'', randomblob(16), c.holder_id, c.place_id, c.topic_id
FROM cases_case c JOIN n ON n.i = c.id WHERE {where}
"""
NEVER = "NULL"
PLAIN = {"role": "officer", "on_time": NEVER, "outcome": "''", "cause": "''", "stars": NEVER, "time": "02:00:00"}
STEPS = (
    {"verb": "receive", "role": "resident", "state": "received", "day": "c.received", "where": "1",
     "cause": "CASE WHEN h % 90 = 3 THEN 'never_local' ELSE '' END"},
    {"verb": "accept", "state": "accepted", "day": "c.accepted", "where": "c.state <> 'received'"},
    {"verb": "assign", "state": "assigned", "day": "c.accepted", "where": "c.state NOT IN ('received', 'accepted')"},
    {"verb": "refer", "state": "received", "day": "c.accepted", "where": "c.handovers > 0"},
    {"verb": "overdue", "role": "system", "state": "assigned", "day": "c.due", "where": "c.overdue_noted"},
    {"verb": "recur", "role": "system", "state": "received", "day": "c.received", "where": "h % 50 = 11"},
    {"verb": "reply", "state": "answered", "day": "c.settled", "time": "03:00:00", "where": "c.settled IS NOT NULL",
     "on_time": "c.settled <= c.due", "outcome": "c.outcome"},
    {"verb": "rate", "role": "resident", "state": "answered", "day": "c.settled", "time": "04:00:00",
     "where": "c.settled IS NOT NULL AND h % 5 = 0", "stars": "1 + i % 5", "outcome": "c.outcome"},
    {"verb": "reopen", "role": "resident", "state": "accepted", "day": "c.settled", "time": "05:00:00",
     "where": "c.reopened > 0 AND c.settled IS NOT NULL"},
    {"verb": "close", "state": "closed", "day": "c.settled", "time": "06:00:00", "where": "c.state = 'closed'"},
)  # fmt: skip
RECEPTIONS = """
INSERT INTO engagements_engagement (kind, body_id, day, planned_at, chair, held, held_at, people, salt, origin)
SELECT 'reception', body_id, date('2026-01-01', '+' || (7 * w.i) || ' days'), '2026-01-01 01:00:00', 'Chủ tịch UBND',
  CASE WHEN w.i % 9 THEN date('2026-01-01', '+' || (7 * w.i) || ' days') END,
  CASE WHEN w.i % 9 THEN date('2026-01-01', '+' || (7 * w.i) || ' days') || ' 09:00:00' END, w.i % 12,
  randomblob(16), ''
FROM slots, (SELECT i FROM n WHERE i <= 25) w
"""


def home(voices: int) -> Path:
    """Enter the installation with that many voices, made at the first time and kept in ground.CACHE."""
    folder = ground.CACHE / f"voices-{voices}"
    ready = folder / "ready"
    os.environ.pop("DATABASE_URL", None)
    if not ready.exists() or ready.read_text() != ground.schema():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        ground.enter(folder)
        ground.lay()
        installation.store(installation.Installation(place=ground.PROVINCE, clock=CLOCK))  # the pages' today
        settings.CLOCK = datetime.fromisoformat(CLOCK)  # this process read its settings before
        with timed(f"made {voices} voices in {folder}"):
            _fill(voices)
        ready.write_text(ground.schema())
        return folder
    say(f"found {voices} voices in {folder}")
    ground.enter(folder)
    return folder


def _fill(voices: int) -> None:
    from django.db import connection

    officer = _staff()
    with connection.cursor() as cursor:
        for pragma in ("synchronous = OFF", "foreign_keys = OFF", "temp_store = MEMORY"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
            " AND (tbl_name LIKE 'cases_%' OR tbl_name LIKE 'engagements_%')"
        )
        indexes = cursor.fetchall()
        for name, _sql in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        for number, statement in enumerate(_statements(voices, officer)):
            with timed(f"  {number} {statement.split('(')[0].strip()[:40]}"):
                cursor.execute(statement)
        with timed("  indexes"):
            for _name, sql in indexes:
                cursor.execute(sql)
    from langnghe.situation.actions import retally

    with timed("  tallies"):
        retally(datetime.fromisoformat(CLOCK))
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _statements(voices: int, officer: int) -> list[str]:
    steps = [STEP.format(**(PLAIN | step)) for step in STEPS]
    start = [_slots(), _topics(), NUMBERS.format(count=voices)]
    return [*start, RAW, CASES.replace("{officer}", str(officer)), VOICES, WORDS, SAID, REPLIES, *steps, RECEPTIONS]


def _slots() -> str:
    """Return the statement that numbers the communes and their committees."""
    return (
        "CREATE TEMP TABLE slots AS SELECT row_number() OVER (ORDER BY p.key) - 1 AS slot, "  # noqa: S608
        "p.id AS place_id, b.id AS body_id "
        "FROM registry_place p JOIN registry_place a ON a.id = p.parent_id JOIN registry_body b ON b.place_id = p.id "
        f"WHERE a.key = '{ground.PROVINCE}' AND b.type = 'committee_commune' AND b.valid_to IS NULL"
    )


def _topics() -> str:
    rows = "SELECT row_number() OVER (ORDER BY id) - 1 AS slot, id AS topic_id FROM registry_topic"
    return f"CREATE TEMP TABLE topics AS {rows}"


def _staff() -> int:
    """Appoint an officer and a leader at the busy body, and a reviewer; return the officer's account."""
    from langnghe.registry import actions
    from langnghe.registry.models import Body, Place

    place = Place.objects.filter(parent__key=ground.PROVINCE).order_by("key")[BUSY]
    body = Body.objects.get(type="committee_commune", place=place, valid_to=None)
    for name, role in ((OFFICER, "officer"), (LEADER, "leader")):
        actions.appoint(actions.make_account(name, None), body, role, SINCE)
    commission = Body.objects.get(type="engagement_commission", place__key=ground.PROVINCE, valid_to=None)
    actions.appoint(actions.make_account(COMMISSION, None), commission, "commission", SINCE)
    return body.members.get(role="officer").account_id
