"""A call that is sent again under its key after access ended: it is answered like a new one, and tells nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from agencies.models import Membership, User
from agencies.roles import Role
from escalation.models import Dispute, Event
from escalation.states import EventKind, Verb
from tests.api.conftest import Caller
from tests.cast import Cast
from tests.escalation.learning import ISSUE, learnt
from tests.factories import make_member, make_user
from tests.world import MONDAY, World, answers

pytestmark = pytest.mark.django_db
KEY = {"Idempotency-Key": "k-1"}
Call = Callable[[], Any]
End = Callable[[], object]


def out_of(user: User, agency: Any) -> None:
    Membership.objects.filter(user=user, agency=agency).update(until=MONDAY.date() - timedelta(days=1))


def of_a_verb(world: World, cast: Cast) -> tuple[User, Call, End]:
    user, dispute = make_user("Xenia Cole"), world.sent()
    make_member(user, cast.police, Role.PRACTITIONER)
    make_member(user, cast.social_care, Role.LEAD)
    caller, seen = Caller(user), f"{dispute.stage}.{dispute.revision}"
    return user, lambda: caller.do(dispute, Verb.ADD_NOTE, text="Hello.", key="k-1", seen=seen), lambda: out_of(user, cast.social_care)


def of_logging(world: World, cast: Cast) -> tuple[User, Call, End]:
    make_member(cast.raiser, cast.police, Role.PRACTITIONER)
    caller, body = Caller(cast.raiser), answers(cast.social_care, agency=str(cast.school.pk))
    return cast.raiser, lambda: caller.post("disputes/", body, **KEY), lambda: out_of(cast.raiser, cast.school)


def of_learning(world: World, cast: Cast) -> tuple[User, Call, End]:
    """Its words are kept from whoever has a conflict in the disagreement that it came from."""
    point = learnt(world)
    caller, body = Caller(cast.lead), {"seen": 0, "status": "started"}
    row = Dispute.objects.filter(pk=point.dispute_id)
    return cast.lead, lambda: caller.post(f"learning/{point.pk}/", body, **KEY), lambda: row.update(conflicts=[str(cast.lead.pk)])


@pytest.mark.parametrize("kind", [of_a_verb, of_logging, of_learning])
def test_once_access_ended_a_call_sent_again_is_answered_like_a_new_one(
    world: World, cast: Cast, kind: Callable[[World, Cast], tuple[User, Call, End]]
) -> None:
    _, call, end = kind(world, cast)
    first, again = call(), call()
    assert (again.status_code, again.json(), again.headers["Idempotent-Replayed"]) == (first.status_code, first.json(), "true")
    done = Event.objects.count()
    end()
    late = call()
    assert (late.status_code, late.json()["code"], Event.objects.count()) == (404, "not_found", done)
    assert "Idempotent-Replayed" not in late.headers
    said = late.content.decode()
    assert not any(word in said for word in (first.json().get("reference") or ISSUE, "Hillside"))


def test_while_another_seat_lets_them_see_it_the_first_answer_is_given_again(world: World, cast: Cast) -> None:
    """The seat under which it was done ended; the person is a lead of the other party too."""
    user, call, end = of_a_verb(world, cast)
    make_member(user, cast.school, Role.LEAD)
    first = call()
    end()
    assert (call().status_code, call().json()) == (200, first.json())
    assert Event.objects.filter(kind=EventKind.NOTE).count() == 1
