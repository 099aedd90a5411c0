"""The button of OpenID Connect in Debian's chromium: out to the provider and back, under the policy of our pages."""

from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount

from tests.browser.test_journey import phone, world  # noqa: F401 fixtures
from tests.cast import Cast
from tests.web.test_openid import SUBJECT, issuer  # noqa: F401 a fixture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_officer_comes_in_by_the_province_s_provider_without_a_script(
    phone: Any,  # noqa: F811
    live_server: Any,
    cast: Cast,
    settings: Any,
    issuer: str,  # noqa: F811
) -> None:
    settings.OPENID = {"issuer": issuer, "client": "langnghe", "secret": "bi-mat", "name": "Cổng của tỉnh"}
    rules = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"] | {"form-action": ["'self'", issuer]}
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": rules}
    SocialAccount.objects.create(user=cast.officer.account, provider=issuer, uid=SUBJECT)
    phone.goto(f"{live_server.url}/dang-nhap?next=/ban-lam-viec/tiep-nhan")
    phone.get_by_role("button", name="Đăng nhập qua Cổng của tỉnh").click()
    phone.wait_for_url(f"{issuer}/**")
    phone.fill("[name=sub]", SUBJECT)
    phone.locator("form:has([name=sub]) button[type=submit], form:has([name=sub]) button").first.click()
    phone.wait_for_url("**/ban-lam-viec/tiep-nhan")
