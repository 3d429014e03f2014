"""The demonstration: built once through the services, kept afterwards, with something in every state and nothing to send."""

from datetime import datetime
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from escalation.models import Dispute, Notification, Procedure
from escalation.services.audit import verify
from escalation.services.example import Built, build_example
from escalation.states import Delivery, State
from tests.kept import kept_fixture
from tests.world import london

pytestmark = pytest.mark.django_db
# A Sunday night, a working morning, Boxing Day's substitute, and a morning on which Northshire's own cover is running.
MOMENTS = ["2026-11-22 23:00", "2027-06-09 11:20", "2026-12-28 12:00", "2026-11-25 09:05"]


@kept_fixture
def world() -> Built:
    """The demonstration, built on the first of those nights."""
    return build_example(london(MOMENTS[0]))


def holds_something_in_every_state(built: Built, moment: datetime) -> None:
    assert built.added == Dispute.objects.count() == 12
    assert set(Dispute.objects.values_list("state", flat=True)) == {State.DRAFT, State.OPEN, State.RESOLVED, State.CLOSED}
    assert set(Dispute.objects.filter(state=State.OPEN).values_list("stage", flat=True)) >= {1, 2, 3, 4}
    assert not Notification.objects.filter(state=Delivery.WAITING, not_before__lte=moment).exists()
    assert not mail.outbox
    assert verify().findings == []


def test_it_is_built_at_night_with_something_in_every_state(world: Built) -> None:
    holds_something_in_every_state(world, london(MOMENTS[0]))


@pytest.mark.parametrize("moment", [london(text) for text in MOMENTS[1:]])
def test_it_is_built_on_any_day_with_something_in_every_state(moment: datetime) -> None:
    holds_something_in_every_state(build_example(moment), moment)


def test_a_second_run_keeps_what_is_there(world: Built) -> None:
    before = set(Dispute.objects.values_list("reference", flat=True))
    built = build_example(london("2026-11-24 10:00"))
    assert built.added == 0
    assert set(Dispute.objects.values_list("reference", flat=True)) == before
    assert Procedure.objects.get(partnership=built.partnership, is_default=True).key == "bristol"


def test_the_command_says_in_one_line_what_it_did_and_lists_the_people() -> None:
    out = StringIO()
    call_command("demo", stdout=out)
    assert out.getvalue().strip().endswith("12 invented disagreements.")
    people = StringIO()
    call_command("demo", "--people", stdout=people)
    assert "aled.morgan@hillside.northshire.example" in people.getvalue()


def test_asking_for_the_people_before_it_is_built_is_refused_plainly() -> None:
    with pytest.raises(CommandError, match="not built yet"):
        call_command("demo", "--people")
