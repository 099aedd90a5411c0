"""Loads the tables of a release and makes the bodies of a province; makes accounts, members and clients."""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from langnghe.core import tables
from langnghe.core.refusal import Refused
from langnghe.ledger.actions import append
from langnghe.registry import law, place_text, release_rows, rights
from langnghe.registry.bodies import Design, designs
from langnghe.registry.boundaries import Boundaries
from langnghe.registry.history import entry
from langnghe.registry.models import (
    Account,
    Body,
    Boundary,
    Client,
    Competence,
    Holiday,
    Invitation,
    Member,
    Origin,
    Place,
    Population,
    RegisterChange,
    ReplyTemplate,
    Rule,
    SignInFailure,
    StaffSession,
    Succession,
    Term,
    Topic,
    VaguePhrase,
)
from langnghe.registry.register_list import REGISTERS, Register
from langnghe.registry.registers import Faulty, Plan, planned, texts

Progress = Callable[[int, int], None]
BATCH = 500
INVITED_FOR = timedelta(days=7)
FARTHEST = timedelta(days=366)  # that somebody stands in ahead; a year typed wrongly lies farther
DIGITS = 19  # one more than fit 64 bits


def _quiet(done: int, total: int) -> None:
    """Show nothing."""


@transaction.atomic
def load_places(progress: Progress = _quiet) -> int:
    """Bring the places and successions of the release into the database; returns how many places it holds."""
    rows = tables.rows("places")
    known = dict(Place.objects.values_list("key", "pk"))
    fresh = [row for row in rows if row["key"] not in known]
    for level in (Place.Level.PROVINCE, Place.Level.DISTRICT, Place.Level.COMMUNE):
        batch = [release_rows.place(row, known) for row in fresh if row["level"] == level]
        Place.objects.bulk_create(batch, batch_size=BATCH)
        known.update((place.key, place.pk) for place in batch)
        progress(len(known), len(rows))
    _load_successions(known)
    law.forget()
    return len(known)


def _load_successions(known: dict[str, int]) -> None:
    rows = [
        Succession(old_id=known[row["old"]], new_id=known[row["new"]], kind=row["kind"], source=row["source"])
        for row in tables.rows("successors")
        if row["new"]
    ]
    Succession.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


@transaction.atomic
def load_law() -> None:
    """Bring the registers of the release in; an operator's own rows stay as they are."""
    _mend(Topic, "topics", ("name_vi", "name_en", "group", "keywords"))
    _mend(Rule, "rules", ("value", "unit", "note_vi", "note_en"))
    topics = dict(Topic.objects.values_list("code", "pk"))
    _replace(Competence, (release_rows.competence(row, topics) for row in tables.rows("competence")))
    _replace(Term, (release_rows.term(row) for row in tables.rows("terms")))
    _replace(Holiday, (release_rows.holiday(row) for row in tables.rows("holidays")))
    peopled = tables.rows("population")
    places = dict(Place.objects.filter(key__in=[row["place"] for row in peopled]).values_list("key", "pk"))
    _replace(Population, (release_rows.population(row, places) for row in peopled if row["place"] in places))
    _replace(ReplyTemplate, (release_rows.template(row, topics) for row in tables.rows("reply_templates")))
    _replace(VaguePhrase, (release_rows.phrase(row) for row in tables.rows("vague_phrases")))
    law.forget()


def _mend(model: type[Topic | Rule], table: str, columns: Sequence[str]) -> None:
    """Bring lasting things of the release to its present words, but for those that the operator mended."""
    own = set(model._default_manager.filter(origin=Origin.OPERATOR).values_list("code", flat=True))
    for row in tables.rows(table):
        if row["code"] not in own:
            fields = {name: row[name] for name in columns} | release_rows.dated(row)
            model._default_manager.update_or_create(code=row["code"], defaults=fields)


def _replace(model: type[models.Model], rows: Iterable[models.Model]) -> None:
    """Put the release's rows in place of those of the release before; rows of the operator are not touched."""
    model._default_manager.filter(origin=Origin.RELEASE).delete()
    model._default_manager.bulk_create(list(rows), batch_size=BATCH)


@transaction.atomic
def load_bodies(province: Place, progress: Progress = _quiet) -> int:
    """Make the bodies of a province, its districts and communes from the table body_types; returns how many."""
    wanted = designs(province)
    codes = {code for design in wanted for code in (design.code, design.superior, design.successor)}
    known = dict(Body.objects.filter(code__in=codes).values_list("code", "pk"))
    waiting = [design for design in wanted if design.code not in known]
    while waiting:
        still = {design.code for design in waiting}
        ready = [design for design in waiting if not {design.superior, design.successor} & still]
        fresh = [_related(design, known) for design in ready]
        Body.objects.bulk_create(fresh, batch_size=BATCH)
        known.update((body.code, body.pk) for body in fresh)
        waiting = [design for design in waiting if design.code not in known]
        progress(len(wanted) - len(waiting), len(wanted))
    law.forget()
    return len(wanted)


def _related(design: Design, known: dict[str, int]) -> Body:
    """Return the body with its superior and successor; a successor stands only if its province was loaded before."""
    body = design.body()
    body.superior_id, body.successor_id = known.get(design.superior), known.get(design.successor)
    return body


def make_account(username: str, password: str | None, email: str = "") -> Account:
    """Return the account, made if missing; without a password nobody can sign in to it."""
    account = Account.objects.filter(username=username).first() or Account(username=username)
    account.set_password(password) if password else account.set_unusable_password()
    account.email = email or account.email
    account.save()
    return account


def appoint(account: Account, body: Body, role: str, since: date) -> Member:
    return Member.objects.create(account=account, body=body, role=role, valid_from=since)


@transaction.atomic
def invite(username: str, body: Body, role: str, *, by: Member, at: datetime) -> str:
    """Return the code by which somebody joins a body within a week; it is shown this once and kept only as a hash.

    Leaders invite officers to their own body, the province's commission anybody anywhere.
    """
    if not may_manage(by, body, role):
        raise Refused(_("Bạn không mời được người vào vai trò này."))
    if Account.objects.filter(username__iexact=username).exists():
        told = _(
            "Tên đăng nhập này đã có: hãy chọn tên khác. Nếu là cùng một người, ban tham mưu cho vai trò ở bảng "
            "Thành viên."
        )
        raise Refused(told)
    waiting = Invitation.objects.filter(username__iexact=username, used_at=None, until__gt=at)
    if waiting.exists():
        raise Refused(_("Đã có lời mời đang chờ cho tên này. Hãy rút lời mời ấy trước, hoặc chọn tên khác."))
    code = secrets.token_urlsafe(18)
    Invitation.objects.create(
        code_hash=_hash(code), username=username, body=body, role=role, by=by.account, until=at + INVITED_FOR
    )
    return code


def may_manage(by: Member, body: Body, role: str) -> bool:
    """Return whether the member may bring people into the role at the body, and let them go.

    Never who only stands in: what lasts is not decided on leave.
    """
    if by.stands_in_id is not None:
        return False
    if rights.allows(by, "run_site"):
        return True
    return rights.allows(by, "manage_people") and by.body == body and role == Member.Role.OFFICER


def invited(code: str, *, at: datetime) -> models.QuerySet[Invitation]:
    """Return the invitation with this code, if it holds."""
    return Invitation.objects.filter(code_hash=_hash(code), used_at=None, until__gt=at)


@transaction.atomic
def accept_invitation(code: str, password: str, *, at: datetime) -> Account:
    """Make the invited account with its own password, and its role from that day on; once, while the code holds."""
    row = invited(code, at=at).select_for_update().first()
    if row is None or Account.objects.filter(username__iexact=row.username).exists():
        raise Refused(_("Mã mời chưa đúng, đã dùng hoặc đã hết hạn. Hãy xin mã mới."))
    account = make_account(row.username, password)
    appoint(account, row.body, row.role, localdate(at))
    Invitation.objects.filter(pk=row.pk).update(used_at=at)
    return account


@transaction.atomic
def withdraw_invitation(pk: int, *, by: Member) -> None:
    row = Invitation.objects.select_related("body").filter(pk=pk, used_at=None).first()
    if row is None or not may_manage(by, row.body, row.role):
        raise Refused(_("Không có lời mời này."))
    row.delete()


def _hash(code: str) -> bytes:
    return hashlib.sha256(code.strip().encode(errors="replace")).digest()


@transaction.atomic
def stand_in(member: Member, colleague: Account, *, since: date, until: date, at: datetime) -> Member:
    """Let a colleague of the same body act in the member's role between two days, both counted; once for each day.

    Refused to who only stands in themselves, and for longer than the member's own role lasts.
    """
    member = Member.objects.select_for_update().get(pk=member.pk)  # of two at once, the second finds the first
    if member.stands_in_id is not None:
        raise Refused(_("Người đang làm thay không cử tiếp người khác. Hãy đổi sang vai của chính mình."))
    if until < since or since < localdate(at):
        raise Refused(_("Khoảng ngày phải từ hôm nay trở đi và bắt đầu trước khi kết thúc."))
    if until > localdate(at) + FARTHEST:
        raise Refused(_("Người thay chỉ cử trước nhiều nhất một năm; hãy xem lại năm đã ghi."))
    if member.valid_to is not None and until > member.valid_to:
        last = {"day": f"{member.valid_to:%d/%m/%Y}"}
        raise Refused(_("Vai của chính ông/bà hết vào ngày %(day)s: không cử người thay lâu hơn.") % last)
    here = member.body.members.filter(account=colleague)
    if colleague == member.account or not here.on(since).exists():
        raise Refused(_("Người thay phải là người khác cùng cơ quan."))
    begun = here.filter(models.Q(valid_from=None) | models.Q(valid_from__lte=until), role=member.role)
    if begun.filter(models.Q(valid_to=None) | models.Q(valid_to__gte=since)).exists():
        raise Refused(_("Người này đã có vai ấy trong những ngày đã chọn; không cần cử nữa."))
    row = Member(account=colleague, body=member.body, role=member.role, stands_in=member)
    row.valid_from, row.valid_to = since, until
    row.save()
    _note_member(row, {}, by=member, at=at)
    return row


@transaction.atomic
def end_stand_in(row: Member, *, by: Account, at: datetime) -> None:
    """Take a delegation back: it ends with the day before; by who gave it."""
    given = Member.objects.filter(pk=row.pk, stands_in__account=by, valid_to__gte=localdate(at))
    found = given.select_related("stands_in").select_for_update(of=("self",)).first()
    if found is None or found.stands_in is None:
        raise Refused(_("Không có lần cử thay nào như vậy đang chờ hay đang chạy."))
    before = texts(REGISTERS["thanh-vien"], found)
    found.valid_to = localdate(at) - timedelta(days=1)
    found.save(update_fields=["valid_to"])
    _note_member(found, before, by=found.stands_in, at=at)


def _note_member(row: Member, before: dict[str, str], *, by: Member, at: datetime) -> None:
    register = REGISTERS["thanh-vien"]
    _note_change(register, row.account.username, (before, texts(register, row)), by=by, at=at)


@transaction.atomic
def end_membership(member: Member, *, by: Member, today: date) -> None:
    """Let somebody's role end with the day before, with who stands in for it, and all their sessions at once."""
    if not may_manage(by, member.body, member.role) or by.account == member.account:
        raise Refused(_("Bạn không cho người này thôi vai trò được."))
    Member.objects.filter(pk=member.pk).update(valid_to=today - timedelta(days=1))
    _end_stand_ins(member, today - timedelta(days=1))
    end_sessions(member.account)


def _end_stand_ins(member: Member, last: date) -> None:
    """Let nobody stand in for the member after the member's last day, nor the member for others of the body."""
    theirs = models.Q(stands_in=member)
    if member.stands_in_id is None:
        theirs |= models.Q(account=member.account, body=member.body, stands_in__isnull=False)
    Member.objects.filter(theirs, valid_to__gt=last).update(valid_to=last)


@transaction.atomic
def lose_second_factor(member: Member, *, by: Member, today: date) -> None:
    """Forget all the second factors of somebody who has lost them, and end their sessions.

    They set up a new one after their next password. Refused unless each role of theirs is `by`'s to give.
    """
    held = Member.objects.on(today).filter(account=member.account).select_related("body__place")
    if by.account == member.account or not all(may_manage(by, row.body, row.role) for row in held):
        raise Refused(_("Người này còn vai trò mà bạn không quản lý: hãy nhờ ban tham mưu công tác dân vận."))
    Authenticator.objects.filter(user=member.account).delete()
    end_sessions(member.account)


@transaction.atomic
def note_session(account: Account, key: str, *, at: datetime) -> None:
    """Keep that the account has signed in, by the key of it; those that are over are forgotten."""
    own = StaffSession.objects.filter(account=account)
    own.exclude(key__in=Session.objects.filter(session_key__in=own.values("key")).values("session_key")).delete()
    StaffSession.objects.update_or_create(key=key, defaults={"account": account, "since": at})


@transaction.atomic
def end_sessions(account: Account, but: str = "", only: str = "") -> int:
    """End the account's sessions but the one with this key, or `only` the one of this number; return how many."""
    rows = StaffSession.objects.filter(account=account).exclude(key=but)
    rows = rows.filter(pk=only if only.isascii() and only.isdecimal() and len(only) < DIGITS else 0) if only else rows
    keys = list(rows.values_list("key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    rows.delete()
    return len(keys)


def choose_password(account: Account, password: str) -> None:
    account.set_password(password)
    account.save(update_fields=["password"])


def forget_second_factor(account: Account, *types: str, pk: int = 0) -> None:
    """Forget the account's factors of these types, or the one of them with this key."""
    rows = Authenticator.objects.filter(user=account, type__in=types)
    (rows.filter(pk=pk) if pk else rows).delete()


def spend_code(app: Authenticator, step: int) -> None:
    """Keep with the app's secret the half-minute whose code was used; none up to it counts again."""
    app.data["last"] = step
    app.save(update_fields=["data"])


@transaction.atomic
def begin_try(key: str, kept_for: timedelta, wait_after: Callable[[int], float], at: datetime) -> float:
    """Count a try as failed, until it proves right; or count nothing and return the seconds still to wait.

    Counted before it is checked, so that many sent in one instant do not all pass. `wait_after` gives the seconds from
    the last of so many failures; those that lie further back than `kept_for` are forgotten.
    """
    SignInFailure.objects.filter(last__lt=at - kept_for).delete()
    row, is_new = SignInFailure.objects.select_for_update().get_or_create(key=key, defaults={"last": at})
    if is_new:
        return 0.0
    whole = wait_after(row.count)
    if whole and (left := whole - (at - row.last).total_seconds()) > 0:
        return left
    SignInFailure.objects.filter(key=key).update(count=row.count + 1, last=at)
    return 0.0


@transaction.atomic
def take_back_try(key: str) -> None:
    """Count a try no more, which turned out to be none."""
    SignInFailure.objects.filter(key=key).update(count=models.F("count") - 1)
    SignInFailure.objects.filter(key=key, count=0).delete()


def forget_failures(key: str) -> None:
    SignInFailure.objects.filter(key=key).delete()


@transaction.atomic
def link_identity(account: Account, issuer: str, subject: str) -> None:
    """Let the provider's subject sign in to the account; it may belong to one account only."""
    row, is_new = SocialAccount.objects.get_or_create(provider=issuer, uid=subject, defaults={"user": account})
    if not is_new and row.user_id != account.pk:
        raise Refused(_("Danh tính này đã liên kết với một tài khoản khác."))


def unlink_identity(account: Account) -> None:
    SocialAccount.objects.filter(user=account).delete()


@transaction.atomic
def choose_approval(approves: bool, *, by: Member, at: datetime) -> None:
    """Let a leader say whether the answers of the own body wait for approval, from the next draft on; it is logged."""
    register, body = REGISTERS["co-quan"], Body.objects.select_for_update(of=("self",)).get(pk=by.body_id)
    if body.approves != approves:
        Body.objects.filter(pk=body.pk).update(approves=approves)
        before, after = (texts(register, body) | {"approves": str(each)} for each in (body.approves, approves))
        _note_change(register, body.code, (before, after), by=by, at=at)


def admit_client(name: str, webhook: str = "") -> str:
    """Register another system and return its key, which is shown this once and kept only as a hash."""
    key = secrets.token_urlsafe(32)
    Client.objects.create(name=name, key_hash=hashlib.sha256(key.encode()).digest(), webhook=webhook)
    return key


@transaction.atomic
def keep_boundaries(found: Boundaries, source: str) -> int:
    """Keep the outlines instead of those that the provinces of these places had before; return how many."""
    Boundary.objects.filter(place__parent__in={place.parent_id for place in found.places}).delete()
    rows = zip(found.places, found.outlines, found.borders, strict=True)
    made = [Boundary(place=place, outline=outline, borders=borders, source=source) for place, outline, borders in rows]
    return len(Boundary.objects.bulk_create(made, BATCH))


@transaction.atomic
def change_register(
    register: Register, texts: dict[str, str], old: int | None, *, by: Member, at: datetime
) -> RegisterChange:
    """Write what `planned` foresees, with its entry in the public log; Faulty when the row is not whole."""
    plan = planned(register, texts, old)
    if isinstance(plan.row, Member):
        _appoint(plan, plan.row, by, localdate(at))
    if plan.ended is not None:
        plan.ended.save()
    plan.row.save()
    if isinstance(plan.row, Member) and plan.row.valid_to is not None:
        _end_stand_ins(plan.row, plan.row.valid_to)
    return _note_change(register, plan.named, (plan.before, plan.after), by=by, at=at)


def _note_change(
    register: Register, named: str, texts_: tuple[dict[str, str], dict[str, str]], *, by: Member, at: datetime
) -> RegisterChange:
    """Keep the row as texts before and after, with its entry in the public log."""
    change = RegisterChange(
        register=register.slug,
        row=named[:100],
        before=texts_[0],
        after=texts_[1],
        at=at,
        day=localdate(at),
        account=by.account,
        body=by.body,
        salt=secrets.token_bytes(16),
    )
    change.save(force_insert=True)
    append([entry(change)])
    law.forget()
    return change


def _appoint(plan: Plan, row: Member, by: Member, today: date) -> None:
    """Let the role begin or end as planned, with its sessions; nobody may do so for themselves."""
    if row.account == by.account or not may_manage(by, row.body, row.role):
        raise Faulty({plan.register.key[0]: _("Bạn không tự cho mình một vai trò hay thôi vai trò được.")})
    if row.valid_to is not None and row.valid_to < today:
        end_sessions(row.account)


@transaction.atomic
def make_unit(name: str, code: str, like: Place, since: date, source: str) -> Place:
    """Return a new unit beside another one, with the bodies that a unit of its kind has; that there is, as it is."""
    key = f"n{code}"
    fields: dict[str, Any] = {
        "code": code,
        "level": like.level,
        "type": place_text.commune_type(name) or like.type,
        "name": name,
        "parent": like.parent,
        "lat": like.lat,
    }
    fields |= {"lon": like.lon, "valid_from": since, "citation": source, "confidence": "S"}
    place, fresh = Place.objects.get_or_create(key=key, defaults=fields)
    if fresh:
        load_bodies(place.province)
        for own in Body.objects.filter(place=like, approves=False):  # a body goes on as the one it follows chose
            Body.objects.filter(place=place, type=own.type).update(approves=False)
    return place


@transaction.atomic
def move_members(body: Body, to: Body, day: date, source: str) -> int:
    """Let the roles at a body that ended go on at the one that followed it from the day; return how many.

    An invitation that nobody has used yet is to the body that followed.
    """
    rows = Member.objects.filter(models.Q(valid_to=None) | models.Q(valid_to__gte=day), body=body)
    for row in rows:
        since = max(day, row.valid_from or day)
        fresh = {"valid_from": since, "valid_to": row.valid_to, "citation": source, "confidence": "S"}
        if not Member.objects.on(since).filter(account=row.account_id, body=to, role=row.role).exists():
            Member.objects.create(account_id=row.account_id, body=to, role=row.role, **fresh)
    ended = rows.update(valid_to=day - timedelta(1))
    Invitation.objects.filter(body=body, used_at=None).update(body=to)
    return ended


@transaction.atomic
def reorganise_units(moves: Sequence[tuple[Place, Sequence[Place]]], day: date, source: str) -> None:
    """End units on the day before, with their bodies, and name who took them over; what is so already stays so."""
    for old, heirs in moves:
        last, kind = day - timedelta(1), "whole" if len(heirs) == 1 else "divided"
        if old.valid_to is None or old.valid_to >= day:
            Place.objects.filter(pk=old.pk).update(valid_to=last)
        for heir in heirs:
            Succession.objects.get_or_create(old=old, new=heir, defaults={"kind": kind, "source": source})
        for body in Body.objects.filter(place=old):
            if body.valid_to is None or body.valid_to >= day:
                body.valid_to = last
            if len(heirs) == 1 and body.successor_id is None:
                body.successor = Body.objects.filter(place=heirs[0], type=body.type).on(day).first()
            body.save(update_fields=["valid_to", "successor"])
    law.forget()
