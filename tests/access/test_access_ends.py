"""Access ends with the membership, the post, the cover, the part in the case or the account: at the next request, in every door, with no job between.

The session and the token were there before. Whoever keeps another seat keeps the account, and gets 404 for what is no longer theirs.
"""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from agencies.models import PostHolding, User
from agencies.roles import Role
from agencies.services.accounts import close_account
from agencies.services.cover import end_cover
from agencies.services.members import end_holding, end_membership
from escalation.models import Dispute
from reports.documents.kinds import DocumentKind
from reports.figures import Edition
from reports.periods import read_year
from reports.services import ask_for_report
from tests.api.conftest import Caller
from tests.cast import Cast
from tests.factories import make_cover, make_holding, make_member, make_post, make_user
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db
End = Callable[[Dispute], object]


@pytest.fixture(autouse=True)
def _on_monday_at_ten() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


def elsewhere(cast: Cast, name: str) -> User:
    """Somebody with a seat in an agency that is no party, which stays."""
    user = make_user(name)
    make_member(user, cast.police, Role.PRACTITIONER)
    return user


def by_membership(cast: Cast) -> tuple[User, End]:
    user = elsewhere(cast, "Xenia Cole")
    row = make_member(user, cast.social_care, Role.LEAD)
    return user, lambda _: end_membership(actor=None, membership=row, now=MONDAY)


def by_post(cast: Cast) -> tuple[User, End]:
    user = elsewhere(cast, "Yusuf Dar")
    make_holding(make_post(cast.social_care, 2, "Named professional", is_lead=True), user)
    return user, lambda _: end_holding(PostHolding.objects.get(user=user), MONDAY)


def by_cover(cast: Cast) -> tuple[User, End]:
    cover = make_cover(cast.receiver, cast.other_practitioner, MONDAY.date(), MONDAY.date())
    return cast.other_practitioner, lambda _: end_cover(actor=None, cover=cover, now=MONDAY)


def by_conflict(cast: Cast) -> tuple[User, End]:
    user = cast.receiving_lead
    return user, lambda dispute: Dispute.objects.filter(pk=dispute.pk).update(conflicts=[str(user.pk)])


def by_role_in_the_partnership(cast: Cast) -> tuple[User, End]:
    user = elsewhere(cast, "Zadie Wren")
    row = make_member(user, cast.partnership, Role.BUSINESS_UNIT)
    return user, lambda _: end_membership(actor=None, membership=row, now=MONDAY)


def by_account(cast: Cast) -> tuple[User, End]:
    return cast.receiver, lambda _: close_account(actor=None, user=cast.receiver, now=MONDAY)


def pages(dispute: Dispute) -> list[str]:
    reference, kind = dispute.reference, DocumentKind.ESCALATION_RECORD.slug
    return [reverse("case", args=[reference]), reverse("log-sent", args=[reference])] + [reverse("document-pdf", args=[reference, kind])]


def calls(dispute: Dispute) -> list[str]:
    reference, kind = dispute.reference, DocumentKind.ESCALATION_RECORD.value
    named = [reverse(f"api:{name}", args=[reference]) for name in ("dispute", "events", "clocks", "children")]
    return [*named, reverse("api-documents:document", args=[reference, kind])]


ENDS = [by_membership, by_post, by_cover, by_conflict, by_role_in_the_partnership]


@pytest.mark.parametrize("how", ENDS)
def test_the_session_and_the_token_that_were_there_open_it_no_more(cast: Cast, how: Callable[[Cast], tuple[User, End]]) -> None:
    dispute = World(cast).sent()
    user, end = how(cast)
    browser, program = Client(), Caller(user).client
    browser.force_login(user)
    assert [browser.get(pages(dispute)[0]).status_code, program.get(calls(dispute)[0]).status_code] == [200, 200]
    end(dispute)
    found = [browser.get(address).status_code for address in pages(dispute)] + [program.get(address).status_code for address in calls(dispute)]
    assert set(found) == {404}
    assert [browser.get(reverse("my-work")).status_code, program.get("/api/v1/me/").status_code] == [200, 200]


def test_a_closed_account_is_out_of_every_door(cast: Cast) -> None:
    dispute = World(cast).sent()
    user, end = by_account(cast)
    browser, program = Client(), Caller(user).client
    browser.force_login(user)
    assert [browser.get(pages(dispute)[0]).status_code, program.get(calls(dispute)[0]).status_code] == [200, 200]
    end(dispute)
    assert {browser.get(address).status_code for address in pages(dispute)} == {302}
    assert {program.get(address).status_code for address in calls(dispute)} == {401}


def test_a_report_that_was_made_is_downloaded_no_more(cast: Cast) -> None:
    user, end = by_role_in_the_partnership(cast)
    report, _ = ask_for_report(partnership=cast.partnership, year=read_year("2025"), edition=Edition.INTERNAL, asked_by=user, now=MONDAY)
    browser, program = Client(), Caller(user).client
    browser.force_login(user)
    address, data = reverse("report-download", args=[report.pk]), reverse("api-documents:year", args=[2025])
    assert (browser.get(address).status_code, program.get(data).status_code) == (302, 200)
    end(World(cast).log())
    assert (browser.get(address).status_code, program.get(data).status_code) == (403, 403)
