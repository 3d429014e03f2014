"""With which words a form begins: with none that whoever opens it may not read."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from agencies.models import User
from escalation import policy
from escalation.engine.case import load
from escalation.models import Dispute
from escalation.states import Answer, Outcome, Verb
from escalation.web.access import verb_url
from tests.api.conftest import Caller
from tests.cast import Cast
from tests.web.page import Page
from tests.web.signed_in import Visitor
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db
# Stands in all that somebody types here, so that each page that shows any of it is found.
TYPED = "Kestrel"
OUTCOME = f"{TYPED}: social care assesses."
LEFT = f"{TYPED}: the report."
SOON = MONDAY + timedelta(days=3)


def secret(what: str) -> str:
    return f"{TYPED}: {what}."


def answered(world: World, cast: Cast) -> Dispute:
    """Social care answered, the police did not; each line has words of its own."""
    dispute = world.sent(
        cast.social_care, cast.police, what=secret("what"), impact=secret("impact"), outcome_sought=secret("sought"), tried=secret("tried")
    )
    world.do(dispute, Verb.ADD_ACTION, cast.own_manager, what="Visit.", agency=cast.social_care.pk, due_at=SOON, owner=cast.other_practitioner.pk)
    world.do(dispute, Verb.ADD_ACTION, cast.own_manager, what=secret("action"), agency=cast.police.pk, due_at=SOON, owner=cast.police_manager.pk)
    world.do(dispute, Verb.ADD_NOTE, cast.receiver, text=secret("note"))
    world.do(dispute, Verb.RESPOND, cast.receiver, answer=Answer.AGREES, reasons=secret("reasons"), actions=secret("does"), safety=secret("safety"))
    return dispute


def accepted(world: World, cast: Cast) -> Dispute:
    """And that response was accepted."""
    dispute = answered(world, cast)
    world.do(dispute, Verb.ACCEPT, cast.own_manager, wording=OUTCOME, kind=Outcome.AGREED_ACTION, agency=cast.social_care.pk, outstanding=LEFT)
    return dispute


def proposed(world: World, cast: Cast) -> Dispute:
    """And one wording for both was put."""
    dispute = accepted(world, cast)
    world.do(dispute, Verb.PROPOSE_TIMETABLE, cast.police_manager, due_at=SOON, reason=secret("date"))
    world.do(dispute, Verb.RESPOND, cast.police_manager, answer=Answer.DISAGREES, reasons=secret("police"))
    world.do(dispute, Verb.PROPOSE_OUTCOME, cast.own_manager, wording=secret("both"), kind=Outcome.AGREED_ACTION, outstanding=secret("open"))
    return dispute


def resolved(world: World, cast: Cast) -> Dispute:
    """And both confirmed it."""
    dispute = proposed(world, cast)
    for each in (cast.receiver, cast.police_manager):
        world.do(dispute, Verb.CONFIRM_OUTCOME, each)
    return dispute


def propose_form(world: World, dispute: Dispute, who: User) -> Page:
    return Visitor(who, world.now).page(verb_url(dispute.reference, Verb.PROPOSE_OUTCOME))


def test_the_business_unit_that_may_not_read_yet_words_the_outcome_from_nothing_and_the_raising_side_from_what_was_accepted(
    world: World, cast: Cast
) -> None:
    dispute = accepted(world, cast)
    (case,) = load([dispute.pk], now=world.now, lock=False)
    assert not policy.reads_narrative(world.person(cast.business_unit), case)
    page = propose_form(world, dispute, cast.business_unit)
    assert [page.one("textarea", name=name).text for name in ("wording", "outstanding")] == ["", ""]
    page = propose_form(world, dispute, cast.own_manager)
    assert [page.one("textarea", name=name).text for name in ("wording", "outstanding")] == [f"Northshire Social Care: {OUTCOME}", LEFT]


@pytest.mark.parametrize("come_to", [answered, accepted, proposed, resolved])
def test_no_page_of_what_one_may_do_has_words_that_its_reader_may_not_read(
    world: World, cast: Cast, come_to: Callable[[World, Cast], Dispute]
) -> None:
    dispute = come_to(world, cast)
    (case,) = load([dispute.pk], now=world.now, lock=False)
    shown = set[str]()
    for reader in (cast.business_unit, cast.other_practitioner, cast.administrator, cast.subgroup_chair):
        person = world.person(reader)
        assert not policy.reads_narrative(person, case)
        visitor = Visitor(reader, world.now)
        for verb in policy.actions_for(person, case):
            answer = visitor.get(verb_url(dispute.reference, verb))
            assert TYPED not in answer.content.decode(), f"{reader.name} reads it at {verb}"
            if answer.status_code == 200:
                shown.add(verb)
        for path in (f"/d/{dispute.reference}/", "/"):
            assert TYPED not in visitor.get(path).content.decode(), f"{reader.name} reads it at {path}"
        assert TYPED not in Caller(reader).get(f"disputes/{dispute.reference}/").content.decode()
    assert {Verb.ADD_NOTE, Verb.READ_EARLY} <= shown
    assert TYPED in Visitor(cast.own_manager, world.now).get(f"/d/{dispute.reference}/").content.decode()
