"""One draft, two windows: what one saved is never replaced from the other without a word, and neither's words are lost."""

import pytest

from agencies.models import KeptForm
from escalation.models import Dispute, Draft
from tests.cast import Cast
from tests.web.page import Page
from tests.web.signed_in import Visitor
from tests.web.test_log import IMPACT, answered
from tests.world import World

pytestmark = pytest.mark.django_db
FIRST, SECOND = "He is not safe at home.", "He is not safe at his aunt’s."


@pytest.fixture
def raiser(cast: Cast, world: World) -> Visitor:
    return Visitor(cast.raiser, world.now)


@pytest.fixture
def draft(cast: Cast, raiser: Visitor) -> Dispute:
    return answered(cast, raiser)


def seen(page: Page) -> str:
    return next(one.attrs["value"] for one in page.all("input") if one.attrs.get("name") == "seen")


def test_the_older_window_brings_its_words_back_and_says_that_the_other_one_saved(raiser: Visitor, draft: Dispute) -> None:
    path = f"/log/{draft.reference}/impact/"
    older = seen(raiser.page(path))
    assert raiser.post(path, {**IMPACT, "impact": FIRST, "seen": older}).status_code == 302
    answer = raiser.post(path, {**IMPACT, "impact": SECOND, "seen": older})
    assert answer.headers["Location"] == path
    assert raiser.post(path, {**IMPACT, "impact": SECOND, "seen": older}).headers["Location"] == path, "the second of two clicks"
    assert Draft.objects.get().answers["impact"] == FIRST
    page = raiser.page(path)
    assert "This page was saved in another window" in page.one("main").text
    assert next(one.text for one in page.all("textarea") if one.attrs["name"] == "impact") == SECOND
    assert raiser.post(path, {**IMPACT, "impact": SECOND, "seen": seen(page)}).status_code == 302
    assert Draft.objects.get().answers["impact"] == SECOND
    assert not KeptForm.objects.exists()


def test_another_page_saved_meanwhile_stands_in_nobodys_way(raiser: Visitor, draft: Dispute) -> None:
    path = f"/log/{draft.reference}/impact/"
    older = seen(raiser.page(path))
    raiser.post(f"/log/{draft.reference}/tried/", {"tried": "Another call.", "attempt-TOTAL_FORMS": "0", "attempt-INITIAL_FORMS": "0"})
    assert raiser.post(path, {**IMPACT, "impact": SECOND, "seen": older}).headers["Location"] != path
    assert Draft.objects.get().answers["impact"] == SECOND


def test_the_second_of_two_clicks_goes_on_as_the_first(raiser: Visitor, draft: Dispute) -> None:
    path = f"/log/{draft.reference}/impact/"
    sent = {**IMPACT, "impact": FIRST, "seen": seen(raiser.page(path))}
    assert raiser.post(path, sent).headers["Location"] == raiser.post(path, sent).headers["Location"] == f"/log/{draft.reference}/tried/"


@pytest.mark.parametrize("slug", ["agency", "child", "matter", "impact", "tried", "counterpart"])
def test_every_question_page_says_what_it_had_seen(raiser: Visitor, draft: Dispute, slug: str) -> None:
    assert len(seen(raiser.page(f"/log/{draft.reference}/{slug}/"))) == 16
