"""Cover and roles that are given later: what the business unit and the chair do only the unit lends, however the two come together."""

from datetime import UTC, date, datetime, timedelta

import pytest

from agencies.errors import NotAllowed
from agencies.models import Cover, DirectoryEvent, User
from agencies.person import person_of
from agencies.roles import Role
from agencies.services.cover import set_cover
from agencies.services.directory_import import ImportRefused, import_files
from agencies.services.members import change_role, give_role
from tests.cast import Cast
from tests.factories import make_member

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
TODAY = date(2026, 5, 4)


def last_line() -> str:
    return DirectoryEvent.objects.latest("recorded_at", "id").words


def cover(cast: Cast, actor: str, person: str, deputy: str) -> Cover:
    days = {"starts": TODAY, "ends": TODAY + timedelta(days=5)}
    return set_cover(actor=getattr(cast, actor), person=getattr(cast, person), deputy=getattr(cast, deputy), now=NOW, **days)


def in_partnership(cast: Cast, user: User) -> set[Role]:
    return {seat.role for seat in person_of(user, TODAY).seats if seat.agency_id is None}


@pytest.mark.parametrize("role", [Role.CHAIR, Role.DEPUTY_CHAIR, Role.BUSINESS_UNIT, Role.BUSINESS_MANAGER])
def test_cover_that_an_administrator_arranged_hands_over_no_role_of_the_unit_or_the_chair_that_is_given_later(cast: Cast, role: Role) -> None:
    made = cover(cast, "administrator", "subgroup_chair", "auditor")
    assert Role.SUBGROUP_CHAIR in in_partnership(cast, cast.auditor)
    give_role(actor=None, user=cast.subgroup_chair, place=cast.partnership, role=role, now=NOW)
    assert in_partnership(cast, cast.auditor) == {Role.AUDITOR}
    assert not Cover.objects.on(TODAY).filter(pk=made.pk).exists()
    assert last_line().startswith("Sian Doyle no longer covers for")
    assert last_line().endswith("what its business unit and its chair do only the business unit lends.")
    cover(cast, "business_unit", "subgroup_chair", "auditor")
    assert role in in_partnership(cast, cast.auditor)


def test_so_it_is_of_a_role_that_is_imported_and_cover_of_an_agency_stays(cast: Cast) -> None:
    for user in (cast.subgroup_chair, cast.auditor):
        make_member(user, cast.school, Role.MANAGER)
    made = cover(cast, "administrator", "subgroup_chair", "auditor")
    assert made.kept == {cast.partnership.pk, cast.school.pk}
    texts = {"people.csv": f"agency,name,email,role\n,{cast.subgroup_chair.name},{cast.subgroup_chair.email},chair\n"}
    import_files(texts, actor=cast.business_manager, partnership=cast.partnership, now=NOW)
    made.refresh_from_db()
    assert made.kept == {cast.school.pk}
    assert in_partnership(cast, cast.auditor) == {Role.AUDITOR}


def test_cover_of_a_chair_or_of_the_unit_goes_on_with_another_role_of_these_and_with_any_other(cast: Cast) -> None:
    made = cover(cast, "business_manager", "deputy_chair", "auditor")
    change_role(actor=cast.business_manager, membership=cast.deputy_chair.memberships.get(), role=Role.CHAIR, now=NOW)
    give_role(actor=cast.business_manager, user=cast.deputy_chair, place=cast.partnership, role=Role.MEDIATOR, now=NOW)
    assert Role.CHAIR in in_partnership(cast, cast.auditor)
    made.refresh_from_db()
    assert made.kept == {cast.partnership.pk}


def test_an_administrator_arranges_no_cover_of_who_is_to_be_a_chair(cast: Cast) -> None:
    make_member(cast.subgroup_chair, cast.partnership, Role.CHAIR, since=TODAY + timedelta(days=3))
    with pytest.raises(NotAllowed):
        cover(cast, "administrator", "subgroup_chair", "auditor")
    row = f"{cast.subgroup_chair.email},{cast.auditor.email},{TODAY},{TODAY + timedelta(days=5)}"
    texts = {"cover.csv": f"person,deputy,starts,ends\n{row}\n"}
    with pytest.raises(ImportRefused, match="in which you may not let somebody act"):
        import_files(texts, actor=cast.administrator, partnership=cast.partnership, now=NOW)
    assert cover(cast, "subgroup_chair", "subgroup_chair", "auditor")
