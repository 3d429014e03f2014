"""The child's references and links between disagreements, as programs meet them."""

import pytest

from escalation.models import Child, Dispute
from escalation.services.child_names import set_names
from escalation.states import Verb
from tests.api.conftest import Calls
from tests.cast import Cast
from tests.world import World, answers

pytestmark = pytest.mark.django_db


def test_a_program_adds_the_own_agencys_reference_of_the_child_it_names(world: World, cast: Cast, caller: Calls) -> None:
    dispute, holder = world.sent(), caller(cast.receiver)
    child = holder.get(f"disputes/{dispute.reference}/children/").json()["children"][0]
    assert holder.do(dispute, Verb.ADD_REFERENCE, child=child["id"], reference="SC 4410").status_code == 200
    assert holder.do(dispute, Verb.ADD_REFERENCE, child=child["id"], reference="SC 4411").status_code == 200
    assert holder.get(f"disputes/{dispute.reference}/children/").json()["children"][0]["references"] == ["SC 4411"]
    assert [each["reference"] for each in holder.get(f"disputes/{dispute.reference}/children/").json()["children"][0]["earlier_references"]] == [
        "SC 4410"
    ]
    found = caller(cast.lead).get(f"disputes/{dispute.reference}/children/").json()["children"][0]
    assert (found["references"], found["earlier_references"]) == (["S-1001"], [])


def test_a_program_reads_and_links_only_what_it_may_see(world: World, cast: Cast, caller: Calls) -> None:
    dispute, other, kept = world.sent(), world.sent(), world.sent(is_restricted=True)
    lead = caller(cast.lead)
    found = lead.get(f"disputes/{dispute.reference}/").json()["related"]
    assert [(row["reference"], row["is_linked"]) for row in found] == [(other.reference, False)]
    assert lead.do(dispute, Verb.LINK, other=other.reference).status_code == 200
    assert lead.get(f"disputes/{other.reference}/").json()["related"][0]["is_linked"] is True
    hidden, nothing = (lead.do(dispute, Verb.LINK, other=name) for name in (kept.reference, "ESC-ZZZZZZ"))
    assert (hidden.status_code, hidden.json()) == (nothing.status_code, nothing.json())
    assert hidden.status_code == 400


def test_a_program_gives_a_name_only_where_the_partnership_takes_names(world: World, cast: Cast, caller: Calls) -> None:
    body = answers(cast.social_care, children=[{"initials": "AB", "born_on": "2015-05-01", "name": "Zebedee Quill"}])
    refused = caller(cast.raiser).post("disputes/", body)
    assert (refused.status_code, refused.json()["errors"]) == (
        400, {"children": ["Child 1: this partnership takes no full names of children. Leave the name out."]},
    )  # fmt: skip
    assert not Dispute.objects.exists()
    set_names(actor=None, partnership=cast.partnership, is_on=True, now=world.now)
    logged = caller(cast.raiser).post("disputes/", body)
    assert (logged.status_code, "Zebedee" in logged.content.decode()) == (201, False)
    found = caller(cast.raiser).get(f"disputes/{logged.json()['reference']}/children/").json()
    assert found["children"][0]["name"] == "Zebedee Quill"


def test_a_program_puts_right_who_a_child_is(world: World, cast: Cast, caller: Calls, dispute: Dispute) -> None:
    holder = caller(cast.receiver)
    assert holder.do(dispute, Verb.CORRECT_CHILD, name="Zebedee Quill").json()["errors"]["name"]
    assert holder.do(dispute, Verb.CORRECT_CHILD, initials="AE", born_on="2015-05-02").status_code == 200
    assert (Child.objects.get(dispute=dispute).initials, str(Child.objects.get(dispute=dispute).born_on)) == ("AE", "2015-05-02")
    (found,) = holder.get(f"disputes/{dispute.reference}/children/").json()["children"]
    assert [(one["initials"], one["born"], one["name"]) for one in found["earlier"]] == [("AB", "1 May 2015", "")]
