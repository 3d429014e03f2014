"""What is folded away on a disagreement's page: under which heading each thing stands."""

from escalation.selectors.offering import UNDER, Heading, Here, Paper, heading_of, offered
from escalation.states import Verb

MANY = (Verb.RECORD_ADVICE, Verb.ADD_NOTE, Verb.LINK, Verb.INVITE_GUEST, Verb.ADD_ACTION, Verb.REDACT, Verb.WITHDRAW)


def test_each_thing_stands_under_one_heading() -> None:
    for choice in (*Verb, *Paper):
        assert sum(choice in choices for choices in UNDER.values()) <= 1, choice
    assert [heading_of(choice) for choice in (Verb.RESPOND, Verb.REASSIGN, Verb.LINK, Paper.PRINT)] == [
        Heading.MOVE, Heading.WHO, Heading.RECORD, Heading.PAPERS,
    ]  # fmt: skip


def test_many_are_grouped_in_the_order_of_the_headings_and_none_is_lost() -> None:
    found = offered(Here.ENDED, MANY, [Paper.DOCUMENTS])
    assert [heading for heading, _ in found.grouped] == list(Heading)
    assert sorted(choice for _, choices in found.grouped for choice in choices) == sorted(found.more)


def test_a_few_need_no_heading_and_none_no_list() -> None:
    few = offered(Here.ENDED, MANY[:3], [Paper.DOCUMENTS])
    assert few.grouped == [(None, few.more)]
    assert offered(Here.ENDED, [], []).grouped == []
