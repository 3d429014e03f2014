"""The business unit keeps somebody who sits in no agency: by whichever door the last of them would go, it is refused, and says what to do first."""

from collections.abc import Callable

import pytest

from agencies.errors import InvalidInput
from agencies.models import Membership, User
from agencies.roles import Role
from agencies.services.apart import closed_to_unit
from agencies.services.directory_import import import_files
from agencies.services.members import end_membership, give_role
from escalation.services.handover import hand_over
from tests.cast import Cast
from tests.factories import make_member, make_user
from tests.world import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
REFUSED = "Everybody of the business unit would then sit in Hillside School"


def gives(cast: Cast, user: User, actor: User | None) -> object:
    return give_role(actor=actor, user=user, place=cast.school, role=Role.PRACTITIONER, now=MONDAY)


def imports(cast: Cast, user: User, actor: User | None) -> object:
    texts = {"people.csv": f"agency,name,email,role,level,post\n{cast.school.code},{user.name},{user.email},practitioner,,\n"}
    return import_files(texts, actor=actor, partnership=cast.partnership, now=MONDAY)


@pytest.mark.parametrize("act", [gives, imports])
@pytest.mark.parametrize("part", ["administrator", "business_manager"])
def test_the_last_of_the_unit_gets_no_role_in_an_agency_in_which_the_others_sit(
    cast: Cast, act: Callable[[Cast, User, User | None], object], part: str
) -> None:
    make_member(cast.business_manager, cast.school, Role.PRACTITIONER)
    with pytest.raises(InvalidInput, match=REFUSED):
        act(cast, cast.business_unit, getattr(cast, part))
    assert not cast.business_unit.memberships.filter(agency=cast.school).exists()
    make_member(make_user("Third Unit"), cast.partnership, Role.BUSINESS_UNIT)
    act(cast, cast.business_unit, getattr(cast, part))
    assert closed_to_unit(cast.partnership.pk, MONDAY.date()) == frozenset()


@pytest.mark.parametrize("act", [gives, imports])
def test_others_and_the_command_line_may(cast: Cast, act: Callable[[Cast, User, User | None], object]) -> None:
    """Where it is so already, nothing more is refused."""
    act(cast, cast.business_manager, cast.administrator)
    act(cast, cast.chair, cast.administrator)
    act(cast, cast.business_unit, None)
    assert closed_to_unit(cast.partnership.pk, MONDAY.date()) == {cast.school.pk}
    act(cast, cast.colleague, cast.administrator)


def test_the_last_who_sits_in_no_agency_is_not_put_out_of_the_unit(cast: Cast) -> None:
    make_member(cast.business_manager, cast.school, Role.PRACTITIONER)
    seat = Membership.objects.get(user=cast.business_unit, agency=None)
    with pytest.raises(InvalidInput, match=REFUSED):
        end_membership(actor=cast.business_manager, membership=seat, now=MONDAY)
    given = {"leaver": cast.business_unit, "successor": cast.business_manager, "place": cast.partnership, "last_day": None, "now": MONDAY}
    with pytest.raises(InvalidInput, match=REFUSED):
        hand_over(actor=cast.business_manager, **given)
    make_member(make_user("Third Unit"), cast.partnership, Role.BUSINESS_UNIT)
    end_membership(actor=cast.business_manager, membership=seat, now=MONDAY)
