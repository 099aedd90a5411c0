"""Every address of the desk, every role, every kind of case: the door answers as the table of rights says."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import resolve, reverse

from langnghe.cases import actions, filing
from langnghe.cases.lifecycle import acting
from langnghe.cases.models import Attachment, Case
from langnghe.registry import law, rights
from langnghe.registry.models import Member
from langnghe.web.desk import urls
from tests.cases.test_joint import ask
from tests.cast import OTHER_COMMUNE, Cast, body, moment, received
from tests.web.test_desk_reach import OPEN_TO_ALL, WHO, address, client_of

pytestmark = pytest.mark.django_db
POSTED = {
    *("lost_factor", "settle_flags", "withdraw_invitation", "filters", "lane_key", "bulk", "move", "tell_apart"),
    *("hide_photo", "sign_somebody_out", "decide_hotspot", "retry_job", "decide_reorganisation"),
}
OTHERWISE = {"photo": 422, "photo_preview": 404}  # the file of this test is too short to be drawn
MISSING = {  # whose own object is not there in this test
    "let_go",
    *("call", "conclusion", "conclusion_file", "desk_review", "hotspot", "reception", "sample", "sealed_record"),
    *("black_out", "proof_preview"),
    *("ticket", "reorganisation", "reorganisation_edit", "register_row", "proof_paper", "subject_request"),
}
NAMES = sorted({each.name for each in urls.urlpatterns} - OPEN_TO_ALL)


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CLOCK = moment(30)


def made(which: str) -> Case:
    photo = filing.keep(SimpleUploadedFile("anh.jpg", b"\xff\xd8\xff0", "image/jpeg"), moment().date())
    if which == "neighbours":
        return received(files=(photo,), place=law.place(OTHER_COMMUNE))[0]
    case, _answer = received(files=(photo,))
    if which == "invited":
        ask(case, body("committee_commune", OTHER_COMMUNE))
    if which == "merged":
        into, _answer = received()
        actions.merge(case, into=into, actor=acting(Cast().officer), at=moment())
    if which == "sealed":
        Case.objects.filter(pk=case.pk).update(state=Case.State.SEALED)
    return Case.objects.get(pk=case.pk)


def expected(name: str, path: str, member: Member | None, case: Case, which: str) -> int:
    """Return the answer that the table of rights demands of a page asked for with GET."""
    action = resolve(path).func.access  # type: ignore[attr-defined]
    if member is None:
        return 403
    if not rights.allows(member, action):
        return 404
    if name in POSTED:
        return 405
    if "/vu-viec/" in path and (which == "sealed" or not reached(member, action, case)):
        return 404
    return 404 if name in MISSING else OTHERWISE.get(name, 200)


def reached(member: Member, action: str, case: Case) -> bool:
    invited = case.joint_parts.values_list("body", flat=True)
    reads = action == "read_case" and rights.reaches(member, "join_case", case.holder, case.place, set(invited))
    return reads or rights.reaches(member, action, case.holder, case.place)


def member_of(client: Any) -> Member | None:
    account = client.session.get("_auth_user_id")
    return Member.objects.on(moment(30).date()).filter(account=account).select_related("body__place").first()


@pytest.mark.parametrize("which", ["own", "neighbours", "sealed", "merged", "invited"])
@pytest.mark.parametrize("who", [who for who in WHO if who != "anonymous"])
def test_each_page_answers_each_role_as_the_table_says(cast: Cast, who: str, which: str) -> None:
    case, client = made(which), client_of(who)
    Attachment.objects.update(id=1)
    paths = {name: address(name, case) for name in NAMES}
    wanted = {name: expected(name, path, member_of(client), case, which) for name, path in paths.items()}
    assert {name: client.get(path).status_code for name, path in paths.items()} == wanted


@pytest.mark.parametrize("which", ["neighbours", "sealed"])
def test_what_is_out_of_reach_looks_like_what_is_not_there(cast: Cast, which: str) -> None:
    case, client = made(which), client_of("officer")
    pages = [client.get(reverse("desk_case", args=[code])) for code in (case.code, "VV-999999-9", "khong")]
    assert {page.status_code for page in pages} == {404}


def test_an_address_of_forms_leads_to_their_page_and_says_nothing_of_what_is_there(cast: Cast) -> None:
    case, client = made("own"), client_of("officer")
    path = reverse("move", args=[case.code, "accept"])
    page, missing = client.get(path), client.get(path.replace(case.code, "VV-999999-9"))
    assert (page.status_code, page["Allow"]) == (405, "POST")
    assert f'href="{reverse("desk_case", args=[case.code])}"' in page.content.decode()
    told = [re.sub(r'(?<=csrfmiddlewaretoken" value=")\w+', "", each.content.decode()) for each in (page, missing)]
    assert told[1] == told[0].replace(case.code, "VV-999999-9")
    assert client_of("supervisor").get(reverse("bulk")).status_code == 404


def test_a_typed_address_of_a_public_form_leads_on(client: Client) -> None:
    page = client.get(reverse("language"))
    assert page.status_code == 405 and 'href="/"' in page.content.decode()


@pytest.mark.parametrize("name", NAMES)
def test_every_address_names_an_action_of_the_table(name: str, cast: Cast) -> None:
    case, _answer = received()
    assert resolve(address(name, case)).func.access in rights.RIGHTS  # type: ignore[attr-defined]


def test_no_right_of_the_table_is_without_an_address(cast: Cast) -> None:
    case, _answer = received()
    used = {resolve(address(name, case)).func.access for name in NAMES}  # type: ignore[attr-defined]
    assert set(rights.RIGHTS) == used


HOLDERS = "list_cases read_case join_case handle_case list_requests enter_voice receive_citizens see_hotspots "
HOLDERS += "decide_hotspot open_sealed"


@pytest.mark.parametrize(
    ("role", "actions_given"),
    [
        ("officer", HOLDERS),
        ("leader", f"{HOLDERS} decide_case see_overview manage_people"),
        ("supervisor", "list_cases read_case see_overview see_hotspots inspect_case"),
        ("commission", "list_cases read_case see_overview see_hotspots decide_hotspot"),
    ],
)
def test_what_a_role_may_do_at_a_commune(cast: Cast, role: str, actions_given: str) -> None:
    member = Member(role=role, body=cast.committee)
    assert {action for action in rights.RIGHTS if rights.allows(member, action)} == set(actions_given.split())
