"""Published cases found by their words: how people type them, what leaves the search, what never enters it."""

import pytest
from django.db import connection
from django.test import Client

from langnghe.cases import actions
from langnghe.cases.lifecycle import acting
from langnghe.cases.models import Case, PublicWords
from langnghe.cases.searching import find, key
from tests.cast import Cast, answered, ensure_world, moment, received
from tests.web.test_public_cases import page, public_case, publish

pytestmark = pytest.mark.django_db
LIGHT = "Đèn đường trước nhà văn hóa cháy, tối om."


def titles(client: Client, query: str) -> str:
    answer = client.get(f"/vu-viec?{query}")
    assert answer.status_code == 200
    return page(answer)


@pytest.mark.parametrize(
    "typed", ["đèn đường", "den duong", "DEN ĐƯỜNG", "dden dduwowngf", "nhà văn hoá", "toi om", "đường đèn", "tổ 5"]
)
def test_found_however_it_is_typed(client: Client, typed: str) -> None:
    case = public_case(text=LIGHT, shows_text=True)
    assert case.code in titles(client, f"tim={typed}")


def test_all_words_must_be_there(client: Client) -> None:
    case = public_case(text=LIGHT, shows_text=True)
    assert case.code not in titles(client, "tim=đèn đường ngập nước")


def test_words_not_shown_are_not_found(client: Client) -> None:
    case = public_case(text="Nhà tôi cạnh quán phở Thìn.", shows_text=False)
    assert case.code not in titles(client, "tim=quán phở Thìn")
    assert case.code in titles(client, "tim=hỏng")


@pytest.mark.parametrize(
    "query", ['"', "'", "*", "a AND", "NEAR(a b)", "-den", "den*", "(", ":", "%00", "\\", "{a}:b", "den | x", "!x"]
)
def test_signs_of_query_languages_are_only_signs(client: Client, query: str) -> None:
    public_case(text=LIGHT, shows_text=True)
    assert client.get("/vu-viec", {"tim": query}).status_code == 200


def test_a_long_query_is_kept_and_told(client: Client) -> None:
    assert "ít chữ hơn" in page(client.get("/vu-viec", {"tim": "a " * 150}))


def test_more_words_than_are_sought_still_find() -> None:
    case = public_case(text=LIGHT + " " + " ".join(f"chu{n}" for n in range(40)), shows_text=True)
    assert find(" ".join(f"chu{n}" for n in range(40))) == [case.pk]


def test_narrowed_by_place_and_topic(client: Client) -> None:
    case = public_case(text=LIGHT, shows_text=True)
    place, topic = case.place.key, case.topic.code
    assert case.code in titles(client, f"tim=den&noi={place}&linh_vuc={topic}")
    assert find("den", key("place", "khong-co-noi-nay")) == []
    assert find("den", key("topic", topic)) == [case.pk]


def test_the_answer_is_found_once_published() -> None:
    case = answered()[0]
    publish(case)
    text = case.replies.get().text
    assert find(text) == [case.pk]


@pytest.mark.parametrize("verb", ["unpublish", "redact"])
def test_what_is_taken_back_leaves_at_once(verb: str) -> None:
    case = public_case(text=LIGHT, shows_text=True)
    assert find("den duong") == [case.pk]
    who = acting(Cast().leader) if verb == "redact" else acting(Cast().officer)
    getattr(actions, verb)(case, reason="Luật Bảo vệ dữ liệu cá nhân", actor=who, at=moment())
    assert find("den duong") == []
    assert not PublicWords.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_taken_words_leave_the_file_of_the_index() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("FTS5 is SQLite's")
    ensure_world()
    cases = [public_case(text=f"{LIGHT} {word}", shows_text=True) for word in ("fjord", "quokka", "zebra")]
    assert b"quokka" in bytes_of_the_index()
    actions.redact(cases[1], reason="Luật", actor=acting(Cast().leader), at=moment())
    actions.tidy_words(moment())
    assert b"quokka" not in bytes_of_the_index()
    assert find("zebra") == [cases[2].pk]


def bytes_of_the_index() -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT block FROM cases_publicwords_index_data")
        return b"".join(bytes(block) for (block,) in cursor.fetchall())


def test_cases_of_an_earlier_release_are_indexed() -> None:
    cases = [public_case(text=LIGHT, shows_text=True) for _each in range(3)]
    PublicWords.objects.filter(pk__in=[case.pk for case in cases[1:]]).delete()
    assert find("den") == [cases[0].pk]
    assert actions.index_words() == 2
    assert find("den") == [case.pk for case in reversed(cases)]
    assert actions.index_words() == 0


def test_words_of_one_who_joined_wait_for_an_officer(client: Client) -> None:
    case = public_case(text=LIGHT, shows_text=True)
    received(text="Nguyễn Văn Xấu là kẻ trộm đèn.", shows_text=True, joins=case, key="khac")
    assert "kẻ trộm" not in page(client.get(f"/vu-viec/{case.code}"))
    assert find("ke trom") == []
    publish(Case.objects.get(pk=case.pk))
    assert "kẻ trộm" in page(client.get(f"/vu-viec/{case.code}"))
    assert find("ke trom") == [case.pk]
