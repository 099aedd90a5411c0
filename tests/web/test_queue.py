"""The queue: what was said is found with or without diacritics, filters are kept, many cases are moved at once."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from langnghe.cases import actions
from langnghe.cases.desk_models import SavedFilter, VoiceWords
from langnghe.cases.lifecycle import acting
from langnghe.cases.models import Case
from langnghe.core.codes import case_code
from langnghe.core.text import sort_key
from langnghe.registry import law
from langnghe.registry.models import Member, Topic
from langnghe.web.desk import queue
from tests.cast import COMMUNE, OTHER_COMMUNE, Cast, answered, assigned, body, member, moment, received
from tests.web.test_desk import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CLOCK = moment(10)


def listed(member: Any, **query: str) -> set[str]:
    return {row["code"] for row in signed_in(member).get(reverse("queue"), query).context["rows"]}


def bulk(member: Any, *cases: Case, **fields: object) -> Any:
    return signed_in(member).post(reverse("bulk"), {"viec": [case.code for case in cases], **fields}, follow=True)


@pytest.mark.parametrize("words", ["cống tắc", "cong tac", "CỐNG  tắc", "coongs tawcs", "tac thu vu"])
def test_the_desk_finds_what_was_said_however_it_is_typed(cast: Cast, words: str) -> None:
    case, _answer = received(text="Cống trước nhà bị tắc đã hai tháng", place_words="xã Thư Vũ")
    received(text="Đèn đường cháy")
    actions.index_voices()
    assert listed(cast.officer, tim=words) == {case.code}


def test_a_case_that_is_not_public_is_found_by_its_own_desk_alone(cast: Cast) -> None:
    case, _answer = received(text="Cống tắc")
    received(text="Cống tắc", place=law.place(OTHER_COMMUNE))
    actions.index_voices()
    assert listed(cast.officer, tim="cong") == {case.code}
    assert case.code not in listed(cast.other_officer, tim="cong")


@pytest.mark.parametrize("words", ["'", '"', "* OR 1", "\x00", "ngõ", "a" * 400, "%"])
def test_no_words_break_the_search(cast: Cast, words: str) -> None:
    received()
    actions.index_voices()
    assert signed_in(cast.officer).get(reverse("queue"), {"tim": words}).status_code == 200


def test_the_search_is_among_the_newest_and_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("langnghe.cases.searching.MOST_VOICES", 1)
    received(text="Cống tắc")
    newest, _answer = received(text="Cống tắc")
    actions.index_voices()
    assert listed(cast.officer, tim="cong") == {newest.code}
    assert "phản ánh mới nhất" in signed_in(cast.officer).get(reverse("queue"), {"tim": "cong"}).content.decode()


def test_redacted_words_are_found_no_more(cast: Cast) -> None:
    case, _answer = received(text="Nhà ông Bảy đổ rác")
    actions.index_voices()
    actions.redact(case, reason="Theo luật", actor=acting(cast.leader), at=moment(9))
    assert listed(cast.officer, tim="bay", loc="tat-ca") == set() and not VoiceWords.objects.exists()


def test_mine_are_those_given_to_me(cast: Cast) -> None:
    case, *_ = assigned()
    received()
    assert listed(cast.officer, loc="cua-toi") == {case.code}
    assert listed(cast.leader, loc="cua-toi") == set()


def test_a_filter_is_kept_under_its_name_by_its_owner_alone(cast: Cast) -> None:
    client = signed_in(cast.officer)
    said = {"ten": "  Đèn  quá hạn ", "query": "loc=qua-han&linh-vuc=chieu_sang&sau=2026_1&x=1"}
    client.post(reverse("filters"), said)
    saved = SavedFilter.objects.get()
    assert (saved.name, saved.query) == ("Đèn quá hạn", "loc=qua-han&linh-vuc=chieu_sang")
    assert "Đèn quá hạn" in client.get(reverse("queue")).content.decode()
    other = signed_in(cast.leader)
    assert "Đèn quá hạn" not in other.get(reverse("queue")).content.decode()
    other.post(reverse("filters"), {"bo": saved.pk})
    assert SavedFilter.objects.count() == 1
    client.post(reverse("filters"), {"bo": saved.pk})
    assert SavedFilter.objects.count() == 0


@pytest.mark.parametrize("said", [{}, {"ten": "x"}, {"query": "loc=qua-han"}, {"bo": "٣"}, {"bo": "9" * 30}])
def test_a_filter_without_name_or_filter_is_refused_in_words(cast: Cast, said: dict[str, str]) -> None:
    page = signed_in(cast.officer).post(reverse("filters"), said, follow=True).content.decode()
    assert "đặt tên cho bộ lọc" in page and not SavedFilter.objects.exists()


def test_filters_lead_nowhere_else(cast: Cast) -> None:
    answer = signed_in(cast.officer).post(reverse("filters"), {"ten": "x", "query": "//evil.example/?loc=qua-han"})
    assert answer["Location"].startswith(reverse("queue"))


def test_many_cases_are_given_to_an_officer_in_one_go(cast: Cast) -> None:
    cases = [received()[0] for _number in range(3)]
    page = bulk(cast.leader, *cases, verb="assign", officer=cast.officer.account.pk)
    assert "số vụ việc: 3" in page.content.decode()
    assert set(Case.objects.values_list("state", "officer")) == {("assigned", cast.officer.account.pk)}


def test_what_cannot_be_done_is_named_and_the_rest_is_done(cast: Cast) -> None:
    fresh, (done, *_) = received()[0], assigned()
    page = bulk(cast.officer, fresh, done, verb="accept").content.decode()
    assert "số vụ việc: 1" in page and f"{done.code}: Không thể" in page


def test_many_cases_are_merged_into_the_first_and_come_apart_again(cast: Cast) -> None:
    first, second, third = (received()[0] for _number in range(3))
    bulk(cast.officer, first, second, third, verb="merge", sure="1")
    assert set(Case.objects.filter(state="merged").values_list("merged_into", flat=True)) == {first.pk}
    second.refresh_from_db()
    assert actions.split(second, actor=acting(cast.officer), at=moment(10)).state == "received"


def test_a_merge_of_many_first_shows_what_goes_into_which_case(cast: Cast) -> None:
    first, second = (received()[0] for _number in range(2))
    page = bulk(cast.officer, first, second, verb="merge", query="loc=moi-den")
    assert not Case.objects.filter(state="merged").exists()
    assert (page.context["into"]["code"], [row["code"] for row in page.context["rows"]]) == (first.code, [second.code])
    form = page.content.decode().split(f'action="{reverse("bulk")}"')[1].split("</form>")[0]
    said: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form):
        said.setdefault(name, []).append(value)
    answer = signed_in(cast.officer).post(reverse("bulk"), said)
    assert answer["Location"] == reverse("queue") + "?loc=moi-den"
    assert set(Case.objects.filter(state="merged").values_list("pk", "merged_into")) == {(second.pk, first.pk)}


def test_one_case_alone_is_not_merged(cast: Cast) -> None:
    assert "từ hai vụ việc" in bulk(cast.officer, received()[0], verb="merge").content.decode()


def test_cases_of_another_desk_are_not_moved_whatever_is_posted(cast: Cast) -> None:
    other, _answer = received(place=law.place(OTHER_COMMUNE))
    page = bulk(cast.officer, other, verb="accept").content.decode()
    assert "Hãy đánh dấu" in page
    other.refresh_from_db()
    assert other.state == "received"


@pytest.mark.parametrize("fields", [{}, {"verb": "close"}, {"verb": "assign"}, {"verb": "assign", "officer": "x"}])
def test_an_unknown_move_is_refused_in_words(cast: Cast, fields: dict[str, str]) -> None:
    case, _answer = received()
    assert "rồi bấm Làm" in bulk(cast.officer, case, **fields).content.decode()


def test_the_print_has_the_words_and_no_contact(cast: Cast) -> None:
    case, _answer = received(text="Cống tắc", contact={"phone": "0912345678"})
    page = signed_in(cast.officer).get(reverse("printed"), {"viec": [case.code, "khong"]}).content.decode()
    assert "Cống tắc" in page and case.code in page and "0912345678" not in page


def came(member: Any, **asked: object) -> dict[str, Any]:
    return signed_in(member).get(reverse("arrivals"), asked).json()


def test_one_that_comes_while_another_leaves_is_seen_by_the_open_page(cast: Cast) -> None:
    first, _answer = received()
    before = came(cast.officer)
    actions.accept(first, actor=acting(cast.officer), at=moment(9))
    second, _answer = received()
    after = came(cast.officer, tu=before["last"])
    assert (before["came"], after["came"]) == ([str(first.steps.get(verb="receive").pk)], [str(second.steps.get().pk)])


def test_one_that_is_handed_over_is_seen_by_the_open_page_however_many_wait(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("langnghe.web.desk.queue.TOLD_AGAIN", 1)
    case, _answer = received()
    for _other in range(3):
        received()
    before = came(cast.province_officer)
    actions.refer_up(case, actor=acting(cast.officer), reason="Vượt thẩm quyền của xã", at=moment(9))
    for _other in range(3):
        received()
    assert came(cast.province_officer)["came"] == before["came"] == []
    assert came(cast.province_officer, tu=before["last"])["came"] == [str(case.steps.get(verb="refer_up").pk)]


def test_what_only_happens_to_a_waiting_case_is_no_arrival(cast: Cast) -> None:
    case, _answer = received()
    before = came(cast.officer)
    actions.publish(case, title="Đèn cháy", summary="Đèn cháy.", actor=acting(cast.officer), at=moment(9))
    assert came(cast.officer, tu=before["last"])["came"] == before["came"]


@pytest.mark.parametrize("since", ["", "x", "-1", "9" * 18, "9" * 40, "²", "٣"])
def test_any_number_asked_from_is_answered(cast: Cast, since: str) -> None:
    case, _answer = received()
    assert came(cast.officer, tu=since)["came"] == [str(case.steps.get().pk)]


def test_after_work_on_many_the_list_is_filtered_as_before(cast: Cast) -> None:
    case, _answer = received()
    answer = bulk(cast.officer, case, verb="accept", query="loc=moi-den&linh-vuc=x")
    assert answer.redirect_chain == [(reverse("queue") + "?loc=moi-den&linh-vuc=x", 302)]


@pytest.mark.parametrize(("fields", "words"), [({}, "chọn việc cần làm"), ({"verb": "assign"}, "chọn giao cho ai")])
def test_without_a_choice_the_list_comes_back_with_its_marks(cast: Cast, fields: dict[str, str], words: str) -> None:
    marked, _other = received()[0], received()[0]
    page = bulk(cast.officer, marked, query="loc=moi-den", **fields)
    ticked = re.findall(r'name="viec" value="([^"]+)" checked', page.content.decode())
    assert ticked == [marked.code] and words in page.content.decode()
    assert page.context["tab"] == "moi-den" and page.context["query"] == "loc=moi-den"


def test_marks_do_not_go_along_to_the_next_page(cast: Cast) -> None:
    cases = [received()[0] for _number in range(51)]
    page = bulk(cast.officer, cases[0], query="loc=moi-den")
    assert page.context["marked"] == [cases[0].code]
    assert re.fullmatch(r"\?loc=moi-den&sau=[\d_-]+", page.context["pager"]["next_href"])


def test_marked_cases_are_printed_and_no_token_stands_in_the_address(cast: Cast) -> None:
    case, _answer = received()
    page = bulk(cast.officer, case, verb="accept", print="1")
    assert page.redirect_chain == [(f"{reverse('printed')}?viec={case.code}", 302)]
    case.refresh_from_db()
    assert case.state == "received"


def test_a_topic_that_another_process_has_just_made_is_shown(cast: Cast) -> None:
    case, _answer = received()
    known = law.topics()
    made = Topic.objects.create(code="moi_lap", name_vi="Lĩnh vực mới lập", name_en="New", group="khac")
    Case.objects.filter(pk=case.pk).update(topic=made)
    assert law.topics() is known and made.code not in known
    assert "Lĩnh vực mới lập" in signed_in(cast.officer).get(reverse("queue")).content.decode()


def test_topics_stand_in_the_order_of_the_vietnamese_alphabet(cast: Cast) -> None:
    names = [topic.name_vi for topic in signed_in(cast.officer).get(reverse("queue")).context["topics"]]
    assert names == sorted(names, key=sort_key) and names != sorted(names)


def test_a_receiver_has_to_be_chosen_and_is_not_called_optional(cast: Cast) -> None:
    case, _answer = received()
    page = signed_in(cast.officer).get(reverse("desk_case", args=[case.code]), {"lam": "refer"}).content.decode()
    assert ">Chuyển đến</label>" in page


def test_taking_back_from_the_public_twice_is_one_step(cast: Cast) -> None:
    case, _answer = received()
    actions.publish(case, title="Cống tắc", summary="", actor=acting(cast.officer), at=moment(10))
    address, said = reverse("move", args=[case.code, "unpublish"]), {"reason": "Nêu tên người", "seen": "on"}
    assert [signed_in(cast.officer).post(address, said).status_code for _number in range(2)] == [302, 409]
    assert case.steps.filter(verb="unpublish").count() == 1


@pytest.mark.parametrize(("times", "words"), [(1, "handed over once"), (2, "handed over 2 times")])
def test_one_is_not_said_in_the_plural(cast: Cast, times: int, words: str) -> None:
    Case.objects.filter(pk=received()[0].pk).update(handovers=times)
    client = signed_in(cast.officer)
    client.cookies["django_language"] = "en"
    assert words in client.get(reverse("queue")).content.decode()


def tabs(member: Any, **query: str) -> dict[str, Any]:
    return {str(tab["name"]): tab for tab in signed_in(member).get(reverse("queue"), query).context["tabs"]}


def narrowings(cast: Cast) -> list[tuple[Member, dict[str, str]]]:
    here, lamps = {"noi": COMMUNE}, {"linh-vuc": "chieu_sang"}
    front = member("front", body("front_commune"), "supervisor")
    return [
        *((who, query) for who in (cast.officer, front) for query in ({}, lamps, {"linh-vuc": "rac_thai"})),
        *((who, query) for who in (cast.province_officer, cast.supervisor) for query in (here, here | lamps)),
        (cast.province_officer, lamps),
    ]


def test_a_tab_says_how_many_cases_it_lists_under_the_other_filters(cast: Cast) -> None:
    received()
    received(moment(1))
    assigned()
    answered()
    Case.objects.filter(pk=received()[0].pk).update(topic=law.topics()["rac_thai"], officer=cast.officer.account)
    for holder in (cast.committee, cast.province_officer.body):
        Case.objects.filter(pk=answered()[0].pk).update(holder=holder)
    for state in ("closed", "withdrawn", "merged", "sealed"):
        Case.objects.filter(pk=received()[0].pk).update(state=state, settled=moment(9).date())
    for who, query in narrowings(cast):
        shown = [tab for tab in tabs(who, **query).values() if "loc=" in tab["href"]]
        assert len(shown) == (8 if who.role == "supervisor" else 9)
        assert [tab["count"] for tab in shown] == [str(len(found_by(who, tab["href"]))) for tab in shown]


def test_of_very_many_done_cases_a_tab_says_how_many_at_least(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "MOST_COUNTED", 2)
    for _number in range(2):
        answered()
    assert (tabs(cast.officer)["Đã trả lời"]["count"], tabs(cast.officer)["Tất cả"]["count"]) == ("2", "2")
    answered()
    assert (tabs(cast.officer)["Đã trả lời"]["count"], tabs(cast.officer)["Tất cả"]["count"]) == ("2+", "2+")
    for _number in range(3):
        received()
    assert (tabs(cast.officer)["Đã kết thúc"]["count"], tabs(cast.officer)["Đang mở"]["count"]) == ("0", "3")


def found_by(member: Any, href: str) -> list[Any]:
    return list(signed_in(member).get(reverse("queue") + href).context["rows"])


def test_what_the_tabs_say_of_the_done_is_counted_by_indexes_alone(cast: Cast) -> None:
    received()
    for who, query in narrowings(cast):
        client = signed_in(who)
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("queue"), query)
        (count,) = (query["sql"] for query in asked if "UNION ALL" in query["sql"])
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {count}")
                ways = [way for *_numbers, way in cursor.fetchall() if re.search(r"cases_case|\bU0\b", way)]
            counted = ways if not query else ways[1:]
            assert len(ways) == 3 and all("COVERING INDEX" in way for way in counted), (who.body, query, ways)


def test_words_sought_go_along_from_tab_to_tab_without_counts(cast: Cast) -> None:
    received(text="Cống tắc")
    actions.index_voices()
    tab = tabs(cast.officer, tim="cong")["Đang mở"]
    assert (tab["href"], tab["count"]) == ("?loc=dang-mo&tim=cong", "")


def test_what_the_browser_remembers_of_the_list_has_no_words_in_it(cast: Cast) -> None:
    asked = {"loc": "moi-den", "linh-vuc": "rac_thai", "tim": "nhà ông Bảy"}
    page = signed_in(cast.officer).get(reverse("queue"), asked).content.decode()
    assert 'data-list="loc=moi-den&amp;linh-vuc=rac_thai"' in page


def hinted(member: Any, sought: str) -> tuple[str, str]:
    """Return what the list says of the number, and the case it offers."""
    hint = signed_in(member).get(reverse("queue"), {"tim": sought}).context["hint"]
    return (hint.words, hint.case.code if hint.case else "") if hint else ("", "")


@pytest.mark.parametrize("typed", ["1038", "vv1038", "VV-001038", "VV 1038"])
def test_a_number_without_its_last_digit_leads_to_the_case(cast: Cast, typed: str) -> None:
    case = numbered(1038)
    words, offered = hinted(cast.officer, typed)
    assert "VV-000123-4" in words and offered == case.code


def test_a_wrong_check_digit_is_said_and_the_case_offered(cast: Cast) -> None:
    case = numbered(1038)
    wrong = case.code[:-1] + str((int(case.code[-1]) + 1) % 10)
    words, offered = hinted(cast.officer, wrong)
    assert "Chữ số cuối không khớp" in words and offered == case.code


def test_a_number_of_another_desk_is_offered_no_more_than_one_of_nobody(cast: Cast) -> None:
    numbered(1038, place=law.place(OTHER_COMMUNE))
    told = {hinted(cast.officer, code) for code in (case_code(1038), case_code(1039))}
    assert len(told) == 1 and {offered for _words, offered in told} == {""}
    assert hinted(cast.officer, "1038") == hinted(cast.officer, "1048")


def test_digits_found_as_words_get_no_hint(cast: Cast) -> None:
    received(text="Đèn ngõ 977 cháy")
    actions.index_voices()
    assert hinted(cast.officer, "977") == hinted(cast.officer, "ngo 977") == ("", "")


def test_a_search_takes_at_most_twelve_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    numbered(1038, text="Đèn ngõ 1038 cháy")
    actions.index_voices()
    client = signed_in(cast.officer)
    for sought in ("1038", "cháy"):
        client.get(reverse("queue"), {"tim": sought})
        with django_assert_max_num_queries(12):
            client.get(reverse("queue"), {"tim": sought})


def numbered(number: int, **fields: Any) -> Case:
    """Return a case of this number, like one just received."""
    case, _answer = received(**fields)
    case.pk = number
    case.save(force_insert=True)
    return case
