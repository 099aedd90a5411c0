"""A reorganisation on screen: 1 July 2025 again, with what merges, splits, is renamed, and what waits for a person."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from nacl.pwhash import argon2id

from langnghe.cases import actions
from langnghe.cases import history as case_history
from langnghe.cases import jobs as _jobs  # noqa: F401 registers its jobs
from langnghe.cases.actions.sealed_steps import NewStage
from langnghe.cases.lifecycle import acting
from langnghe.cases.models import Case, Step
from langnghe.cases.reorganisation import Reorganisation, Transfer
from langnghe.cases.sealed import boxes
from langnghe.cases.sealed.models import SealedEvent
from langnghe.commitments import actions as commitments
from langnghe.commitments import history as commitment_history
from langnghe.commitments.models import Commitment
from langnghe.core.refusal import Refused
from langnghe.ledger.verify import differences
from langnghe.registry import actions as registry
from langnghe.registry import law
from langnghe.registry.models import Body, Member, Place, Succession
from langnghe.web.desk.reorganisation_forms import units
from tests.cases.sealed.doing import CANARY, PASSPHRASE, denunciation, done, keep, recipient, recovery
from tests.cases.test_joint import ask
from tests.cast import Cast, body, member, moment, received, run_next_job
from tests.web.test_public_cases import page

pytestmark = pytest.mark.django_db
BEFORE, AFTER = moment(23, 6, 2025), moment(2, 7, 2025)
DIVIDED = "o12004"


@pytest.fixture(autouse=True)
def day(settings: Any) -> Any:
    settings.CLOCK = AFTER
    law.forget()
    yield
    law.forget()


@pytest.fixture
def keeper(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.commission.account)
    return client


def old_communes(kind: str, province: str, most: int) -> list[str]:
    rows = Succession.objects.filter(kind=kind, old__level="commune", new__level="commune")
    rows = rows.filter(old__parent__parent__key=province).order_by("old__key")
    return list(rows.values_list("old__key", flat=True).distinct()[:most])


def planned(client: Client, moves: str, day: str = "2025-07-01") -> Reorganisation:
    said = {"title": "Sắp xếp 2025", "document_no": "NQ 1/2025", "day": day, "moves": moves}
    answer = client.post(reverse("reorganisation_new"), said)
    assert answer.status_code == 302, answer.context["form"].errors
    return Reorganisation.objects.latest("pk")


def decide(client: Client, plan: Reorganisation, verb: str, **said: object) -> Any:
    return client.post(reverse("decide_reorganisation", args=[plan.pk, verb]), said, follow=True)


def applied(client: Client, plan: Reorganisation) -> Any:
    decide(client, plan, "ap-dung")
    while run_next_job(AFTER):
        pass
    return client.get(reverse("reorganisation", args=[plan.pk]))


def case_at(place: str, **changes: object) -> Case:
    return received(BEFORE, place=law.place(place), **changes)[0]


def test_on_1_july_2025_every_case_of_an_old_commune_arrives_once_at_the_new_one(keeper: Client) -> None:
    olds = old_communes("whole", "o34", 12)
    cases = [case_at(place) for place in olds]
    assert {case.holder.place.key for case in cases} == set(olds)
    first = keeper.get(reverse("reorganisation_new"), {"tinh-cu": "o34"})
    plan = planned(keeper, first.context["form"].initial["moves"])
    preview = keeper.get(reverse("reorganisation", args=[plan.pk])).context
    assert [figure["value"] for figure in preview["figures"]][1:] == ["12", "0", "0"]
    result = applied(keeper, plan)
    for case in cases:
        before = case.holder
        case.refresh_from_db()
        assert case.holder.place == Succession.objects.get(old=before.place).new
        assert case.holder.type == before.type and case.handovers == 0
    assert Step.objects.filter(verb="inherit").count() == 12
    assert "Khớp: không mất vụ việc nào" in page(result)
    assert result.context["balance"] | {"before": 12, "after": 12, "stock": 12} == result.context["balance"]
    assert actions.inherit_all(AFTER) == 0


def test_a_commitment_goes_to_the_successor_and_its_log_stays_true(keeper: Client) -> None:
    (old,) = old_communes("whole", "o34", 1)
    promised = {"body": body("committee_commune", old), "place": law.place(old), "text": "Sửa", "origin": "VV"}
    promise = commitments.commit(**promised, due=date(2025, 9, 1), account=None, at=BEFORE)  # type: ignore[arg-type]
    applied(keeper, planned(keeper, f"{old} → {Succession.objects.get(old__key=old).new.key}"))
    promise.refresh_from_db()
    assert promise.body == Body.objects.get(code=f"committee_commune.{old}").successor
    assert [step.verb for step in promise.steps.order_by("pk")] == ["made", "inherit"]
    assert list(differences([*commitment_history.entries(), *case_history.entries()])) == []


def test_the_part_that_an_ended_body_owes_is_owed_by_who_follows_it(keeper: Client) -> None:
    (old,) = old_communes("whole", "o34", 1)
    asked = ask(case_at(old), body("police_commune", old), due=date(2025, 6, 27), at=BEFORE)
    new = Succession.objects.get(old__key=old).new
    applied(keeper, planned(keeper, f"{old} → {new.key}"))
    asked.refresh_from_db()
    assert (asked.state, asked.body) == ("asked", law.body_at("police_commune", new))
    assert asked.case.steps.filter(verb="inherit_part", to_body=asked.body).exists()


def divided(keeper: Client) -> tuple[Reorganisation, list[Place]]:
    heirs = [row.new for row in Succession.objects.filter(old__key=DIVIDED).select_related("new").order_by("pk")]
    return planned(keeper, f"{DIVIDED} → {'; '.join(heir.key for heir in heirs)}"), heirs


def test_of_several_heirs_the_spot_says_which_and_else_a_person(keeper: Client) -> None:
    plan, heirs = divided(keeper)
    assert len(heirs) > 1
    told = case_at(DIVIDED, spot=f"gần trụ sở {heirs[1].name}")
    silent, other = case_at(DIVIDED), case_at(DIVIDED)
    result = applied(keeper, plan)
    told.refresh_from_db()
    assert told.holder.place == heirs[1]
    assert [row["transfer"].case for row in result.context["asked"]] == [other, silent]
    assert set(result.context["asked"][0]["heirs"]) == set(heirs)
    waiting = Transfer.objects.get(case=silent)
    decide(keeper, plan, "chon", viec=waiting.pk, noi=heirs[0].key)
    decide(keeper, plan, "chon", tu=DIVIDED, noi=heirs[1].key)
    holders = [Case.objects.get(pk=case.pk).holder.place for case in (silent, other)]
    assert holders == [heirs[0], heirs[1]]
    assert not Transfer.objects.exclude(state="moved").exists()


def test_what_waits_is_kept_by_the_province_at_night_and_can_still_be_given_to_an_heir(keeper: Client) -> None:
    plan, heirs = divided(keeper)
    case = case_at(DIVIDED)
    applied(keeper, plan)
    actions.inherit_all(AFTER)
    decide(keeper, plan, "chon", viec=Transfer.objects.get().pk, noi=heirs[0].key)
    assert Case.objects.get(pk=case.pk).holder.place == heirs[0]


def test_what_was_given_elsewhere_meanwhile_is_left_there(keeper: Client) -> None:
    plan, heirs = divided(keeper)
    case = case_at(DIVIDED)
    applied(keeper, plan)
    actions.withdraw(case, reason="", actor=actor_of(case), at=AFTER)
    decide(keeper, plan, "chon", viec=Transfer.objects.get().pk, noi=heirs[0].key)
    assert Transfer.objects.get().state == "left"


def actor_of(case: Case) -> Any:
    from langnghe.cases.lifecycle import RESIDENT, Actor

    return Actor(RESIDENT, voice=case.voices.get())


def test_a_unit_of_today_is_renamed_with_its_desks_and_its_cases(keeper: Client, cast: Cast) -> None:
    case, _answer = received(AFTER)
    commune = cast.commune
    plan = planned(keeper, f"{commune.key} → Xã Tên Mới (99991)", day="2025-07-02")
    applied(keeper, plan)
    case.refresh_from_db()
    commune.refresh_from_db()
    new = Place.objects.get(key="n99991")
    assert (commune.valid_to, new.name, new.parent_id) == (date(2025, 7, 1), "Xã Tên Mới", commune.parent_id)
    assert (case.holder.place, case.holder.type) == (new, "committee_commune")
    assert "Xã Tên Mới" in case.holder.name.title() or "Tên Mới" in case.holder.name


def test_a_draft_can_be_changed_and_deleted_and_an_applied_plan_cannot(keeper: Client) -> None:
    plan, _heirs = divided(keeper)
    address = reverse("reorganisation_edit", args=[plan.pk])
    initial = keeper.get(address).context["form"].initial
    keeper.post(address, initial | {"title": "Tên khác"})
    plan.refresh_from_db()
    assert plan.title == "Tên khác" and plan.moves.count() == len(_heirs)
    decide(keeper, plan, "xoa")
    assert not Reorganisation.objects.exists()
    plan, _heirs = divided(keeper)
    applied(keeper, plan)
    assert "không sửa hay xóa được nữa" in page(decide(keeper, plan, "xoa"))
    with pytest.raises(Refused):
        actions.delete_reorganisation(plan)
    assert keeper.get(reverse("reorganisation_edit", args=[plan.pk])).status_code == 404


def test_a_plan_is_not_applied_before_its_day(keeper: Client) -> None:
    tomorrow = (AFTER + timedelta(1)).date().isoformat()
    plan = planned(keeper, "n11953 → n12004", day=tomorrow)
    assert "Chưa đến ngày sắp xếp" in page(decide(keeper, plan, "ap-dung"))
    plan.refresh_from_db()
    assert plan.state == "draft"


@pytest.mark.parametrize(
    ("moves", "why"),
    [
        ("Xã A", "đơn vị cũ → đơn vị mới"),
        ("Xã Không Có → n12004", "không có đơn vị"),
        ("n12004 → n12004", "là một"),
        (f"{DIVIDED} → n12004\n{DIVIDED} → n12004", "hai lần"),
        (f"{DIVIDED} → Xã Khác (12004)", "mã 12004 đã là của"),
        (f"{DIVIDED} → o12001", "Dòng 1: nơi nhận “Xã Tân Quang (o12001)” không có hiệu lực vào ngày 01/07/2025"),
        ("n11953 → n12004", "Dòng 1: “Phường Phố Hiến (n11953)” chưa có hoặc đã kết thúc trước ngày 01/07/2025"),
    ],
)
def test_lines_that_cannot_be_read_are_named_and_kept(keeper: Client, moves: str, why: str) -> None:
    said = {"title": "A", "document_no": "1", "day": "2025-07-01", "moves": moves}
    answer = keeper.post(reverse("reorganisation_new"), said)
    assert answer.status_code == 422 and why in page(answer)
    assert moves.splitlines()[0].split(" →")[0] in page(answer)


@pytest.mark.parametrize("second", ["n13264 → n11953", "n13264 → n12004"])
def test_an_heir_that_the_plan_itself_ends_is_refused_by_its_line(keeper: Client, second: str) -> None:
    said = {"title": "A", "document_no": "1", "day": "2025-07-02", "moves": f"n11953 → n13264\n\n{second}"}
    answer = keeper.post(reverse("reorganisation_new"), said)
    assert answer.status_code == 422
    assert "Dòng 1: nơi nhận “Xã Thư Vũ (n13264)” cũng được ghi là đơn vị cũ" in page(answer)
    assert ("Dòng 3: nơi nhận" in page(answer)) == second.endswith("n11953")


def test_a_day_before_the_old_unit_ended_by_the_tables_is_refused(keeper: Client) -> None:
    said = {"title": "A", "document_no": "1", "day": "2020-01-01", "moves": f"{DIVIDED} → Xã Mới (99991)"}
    answer = keeper.post(reverse("reorganisation_new"), said)
    assert answer.status_code == 422 and "kết thúc ngày 30/06/2025 theo danh mục" in page(answer)


def test_a_draft_whose_heir_has_ended_since_is_not_applied(keeper: Client) -> None:
    plan = planned(keeper, "n11953 → n13264", day="2025-07-02")
    Place.objects.filter(key="n13264").update(valid_to=date(2025, 7, 1))
    assert "không có hiệu lực vào ngày 02/07/2025" in page(decide(keeper, plan, "ap-dung"))
    assert Place.objects.get(key="n11953").valid_to is None


def test_heirs_of_one_name_are_offered_with_their_codes(keeper: Client) -> None:
    plan, heirs = divided(keeper)
    Place.objects.filter(pk__in=[heir.pk for heir in heirs]).update(name="Xã Trùng Tên")
    case_at(DIVIDED)
    draft = page(keeper.get(reverse("reorganisation", args=[plan.pk])))
    result = page(applied(keeper, plan))
    assert all(f"Xã Trùng Tên ({heir.key})" in draft and f"Xã Trùng Tên ({heir.key})" in result for heir in heirs)


@pytest.mark.parametrize(("day", "era"), [("2025-07-01", "o"), ("2026-07-15", "n")])
def test_of_two_units_of_one_name_the_one_in_force_before_the_day_is_meant(keeper: Client, day: str, era: str) -> None:
    ended: Counter[str] = Counter()
    present: Counter[str] = Counter()
    for unit in units():
        (present if unit.key.startswith("n") else ended)[unit.name] += unit.level == "commune"
    name = next(name for name, count in sorted(present.items()) if count == 1 and ended[name] == 1)
    move = planned(keeper, f"{name} → Xã Tên Mới (99991)", day=day).moves.get()
    assert (move.old.name, move.old.key[0]) == (name, era)


def test_a_plan_of_the_first_day_there_is_does_not_break(keeper: Client) -> None:
    said = {"title": "A", "document_no": "1", "day": "0001-01-01", "moves": "Xã Không Có → n12004"}
    assert keeper.post(reverse("reorganisation_new"), said).status_code == 422


def test_moving_goes_on_where_it_stopped(keeper: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("langnghe.cases.actions.reorganising.BATCH", 2)
    cases = [case_at(place) for place in old_communes("whole", "o34", 5)]
    plan = planned(
        keeper, keeper.get(reverse("reorganisation_new"), {"tinh-cu": "o34"}).context["form"]["moves"].value()
    )
    decide(keeper, plan, "ap-dung")
    run_next_job(AFTER)
    half = page(keeper.get(reverse("reorganisation", args=[plan.pk])))
    assert "2/5" in half and Step.objects.filter(verb="inherit").count() == 2
    while run_next_job(AFTER):
        pass
    plan.refresh_from_db()
    assert (plan.state, plan.open_before, plan.open_after) == ("applied", 5, 5)
    assert Step.objects.filter(verb="inherit").values("case").distinct().count() == len(cases)


def test_the_list_of_plans(keeper: Client) -> None:
    plan, _heirs = divided(keeper)
    assert plan.title in page(keeper.get(reverse("reorganisations")))
    assert not Commitment.objects.exists()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boxes, "OPERATIONS", argon2id.OPSLIMIT_MIN)
    monkeypatch.setattr(boxes, "MEMORY", argon2id.MEMLIMIT_MIN)


def staffed(place: str) -> Member:
    return member(f"truong-{place}", body("committee_commune", place), "leader")


def test_members_and_sealed_records_go_with_their_keys_to_the_one_heir(keeper: Client, quick: None) -> None:
    leader = staffed("n11953")
    key = recipient(leader, at=AFTER)
    recovery(AFTER)
    record = keep(denunciation(body=leader.body, day=AFTER.date()), at=AFTER)
    plan = planned(keeper, "n11953 → n13264", day="2025-07-02")
    draft = page(keeper.get(reverse("reorganisation", args=[plan.pk])))
    assert "1 vai trò ở các cơ quan kết thúc: 1 sang cơ quan cùng loại ở đơn vị nhận từ ngày 02/07/2025" in draft
    assert "1 hồ sơ khiếu nại, tố cáo chưa xong ở các cơ quan kết thúc: 1 sang cơ quan nhận" in draft
    result = page(applied(keeper, plan))
    assert "1 vai trò đã sang đơn vị nhận" in result and "không còn ai mở được" not in result
    new = leader.account.memberships.get(body=body("committee_commune", "n13264"))
    leader.refresh_from_db()
    assert (leader.valid_to, new.valid_from, new.role) == (date(2025, 7, 1), date(2025, 7, 2), "leader")
    assert new.citation == "NQ 1/2025 Sắp xếp 2025"
    record.refresh_from_db()
    key.refresh_from_db()
    assert record.body == key.body == new.body
    who = acting(new)
    words = actions.read_sealed(record, passphrase=PASSPHRASE, reason="handle", actor=who, at=AFTER)
    assert words["text"] == CANARY
    accept = NewStage("accept", AFTER.date(), "QĐ 1")
    assert actions.advance_sealed(record, accept, actor=who, at=AFTER).verb == "accept"
    assert done(record)[:2] == ["keep", "inherit"]
    assert SealedEvent.objects.filter(verb="inherit", lane_key=key).exists()


def test_of_several_heirs_members_and_sealed_records_wait_for_a_person(keeper: Client, quick: None) -> None:
    leader = staffed("n11953")
    recipient(leader, at=AFTER)
    recovery(AFTER)
    record = keep(denunciation(body=leader.body, day=AFTER.date()), at=AFTER)
    plan = planned(keeper, "n11953 → n13264; n12004", day="2025-07-02")
    draft = page(keeper.get(reverse("reorganisation", args=[plan.pk])))
    assert "1 chờ bạn cho vai trò mới" in draft and "Cơ quan nhận chưa có người nhận khiếu nại, tố cáo có khóa" in draft
    result = page(applied(keeper, plan))
    assert leader.account.username in result and reverse("people") in result
    assert "1 hồ sơ khiếu nại, tố cáo chưa xong còn ở cơ quan đã kết thúc" in result
    assert actions.read_sealed(record, passphrase=PASSPHRASE, reason="handle", actor=acting(leader), at=AFTER)
    other = recipient(staffed("n13264"), at=AFTER)
    client = Client()
    client.force_login(leader.account)
    assert f"{other.account}" in page(client.get(reverse("sealed_record", args=[record.pk])))


def test_a_key_of_who_left_the_ended_body_does_not_come_to_life_again(keeper: Client, quick: None) -> None:
    leader = staffed("n11953")
    key = recipient(leader, at=AFTER)
    Member.objects.filter(pk=leader.pk).update(valid_to=date(2025, 7, 1))
    registry.appoint(leader.account, body("committee_commune", "n13264"), "officer", date(2020, 1, 1))
    applied(keeper, planned(keeper, "n11953 → n13264", day="2025-07-02"))
    key.refresh_from_db()
    assert key.body == leader.body


def test_the_heir_sees_what_the_bodies_it_followed_handed_over(keeper: Client, quick: None, cast: Cast) -> None:
    old, there = staffed("n11953"), staffed("n12004")
    recipient(old, at=AFTER)
    recipient(there, at=AFTER)
    recovery(AFTER)
    record = keep(denunciation(body=old.body, day=AFTER.date()), at=AFTER)
    by = {"actor": acting(old), "at": AFTER}
    actions.advance_sealed(record, NewStage("transfer", AFTER.date(), "5/PC", to=there.body), **by)
    actions.hand_sealed(record, passphrase=PASSPHRASE, **by)
    applied(keeper, planned(keeper, "n11953 → n13264", day="2025-07-02"))
    client = Client()

    def listed(account: Any) -> bool:
        client.force_login(account)
        return record.pk[:8].upper() in page(client.get(reverse("lane"), {"xem": "giao"}))

    assert listed(old.account)
    assert not listed(cast.officer.account)  # of the heir, without a key
    recipient(cast.officer, at=AFTER)
    assert listed(cast.officer.account)
    assert f"{old.body} → {there.body}" in page(client.get(reverse("lane"), {"xem": "giao"}))
    assert not listed(there.account)  # who has it now


def test_who_waits_gets_a_new_role_by_one_link_and_acts_under_it(keeper: Client) -> None:
    leader = staffed("n11953")
    plan = planned(keeper, "n11953 → n13264; n12004", day="2025-07-02")
    result = page(applied(keeper, plan))
    link = f"{reverse('register_new', args=['thanh-vien'])}?account={leader.account.username}&role=leader"
    assert f'href="{link}"' in result
    form = keeper.get(link).context["form"]
    assert (form["account"].value(), form["role"].value()) == (leader.account.username, "leader")
    registry.appoint(leader.account, body("committee_commune", "n13264"), "leader", date(2025, 7, 2))
    assert link not in page(keeper.get(reverse("reorganisation", args=[plan.pk])))
    client = Client()
    client.force_login(leader.account)
    desk = page(client.get(reverse("queue")))
    assert f"Việc của {body('committee_commune', 'n13264')}" in desk
    assert "Vai khác của ông/bà" in desk
    account = page(client.get(reverse("overview")))
    assert f"Ông/bà đang làm với vai: Lãnh đạo, {body('committee_commune', 'n13264')}." in account


def test_who_chooses_the_heir_reads_what_it_is_about_and_nothing_is_chosen_before(keeper: Client) -> None:
    plan, _heirs = divided(keeper)
    case_at(DIVIDED)
    page_ = applied(keeper, plan)
    (row,) = page_.context["asked"]
    case = row["transfer"].case
    assert case.voices.get().text[:20] in page(page_) and reverse("desk_case", args=[case.code]) in page(page_)
    assert "selected" not in page(page_).split("Chờ người chọn nơi nhận")[1]
    told = decide(keeper, plan, "chon", viec=row["transfer"].pk, noi="")
    assert "Hãy chọn một đơn vị nhận" in page(told)
    assert plan.transfers.get(pk=row["transfer"].pk).state == "asked"
