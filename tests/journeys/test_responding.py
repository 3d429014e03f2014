"""Answering without scripts."""

import pytest

from escalation.models import Request
from escalation.states import Answer, RequestState, Verb
from tests.journeys.journey import Journey

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_disagreement_is_logged_sent_on_and_answered_without_scripts(journey: Journey) -> None:
    cast = journey.cast
    journey.under("bristol")
    journey.log(cast.social_care, scripts=False)
    journey.do(cast.own_manager, Verb.SEND_ON, scripts=False)
    journey.do(cast.receiver, Verb.RESPOND, scripts=False, answer="disagrees", reasons="No assessment is needed.")
    request = Request.objects.get()
    assert (request.state, request.answer) == (RequestState.ANSWERED, Answer.DISAGREES)
