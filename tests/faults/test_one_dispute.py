"""One disagreement taken from logging to an agreed outcome by four people's programs, through the production processes."""

from typing import Any

import pytest

from agencies.services.example import EXAMPLE_PASSPHRASE
from tests.stack import Stack, words

pytestmark = [pytest.mark.postgresql, pytest.mark.faults]

RAISER, MANAGER = "aled.morgan@hillside.northshire.example", "priya.nair@hillside.northshire.example"
RECEIVER, CHARITY = "rashida.shah@socialcare.northshire.example", "leroy.campbell@harbour.northshire.example"
TYPED = "The referral of Friday was closed without an assessment."


class Caller:
    """One person's program."""

    def __init__(self, stack: Stack, email: str) -> None:
        """Signed in with a token."""
        self.stack = stack
        status, made = stack.ask("POST", "/api/v1/token/", {"email": email, "passphrase": EXAMPLE_PASSPHRASE})
        assert status == 201, made
        self.token = made["token"]

    def get(self, path: str) -> Any:
        status, body = self.stack.ask("GET", f"/api/v1/{path}", token=self.token)
        assert status == 200, body
        return body

    def post(self, path: str, **body: Any) -> Any:
        status, said = self.stack.ask("POST", f"/api/v1/{path}", body, token=self.token)
        assert status in {200, 201}, said
        return said

    def do(self, reference: str, verb: str, **given: Any) -> Any:
        """One verb on what the caller sees now."""
        seen = self.get(f"disputes/{reference}/")["seen"]
        return self.post(f"disputes/{reference}/{verb}/", seen=seen, **given)


def logged(raiser: Caller) -> str:
    agencies = raiser.get("agencies/")["agencies"]
    receiving = next(agency["id"] for agency in agencies if "social care" in agency["name"].lower())
    child = {"initials": "QX", "born_on": "2015-05-01", "reference": "S-1001"}
    shown = raiser.post(
        "disputes/", receiving=[receiving], children=[child], themes=["threshold"], what=TYPED, impact="The same risk each evening.",
        outcome_sought="An assessment.", tried="Two calls to the duty team.", basis="evidence", danger_now=False,
    )  # fmt: skip
    return str(shown["reference"])


def agreed(raiser: Caller, manager: Caller, receiver: Caller) -> Any:
    reference = logged(raiser)
    manager.do(reference, "send_on")
    receiver.do(reference, "respond", answer="agrees", reasons="We looked again.", actions="Assess by Friday.")
    manager.do(reference, "accept", wording="An assessment by Friday.")
    return receiver.do(reference, "confirm_outcome")


def test_one_disagreement_is_taken_to_an_agreed_outcome(at_work: Stack) -> None:
    raiser, manager, receiver = (Caller(at_work, email) for email in (RAISER, MANAGER, RECEIVER))
    shown = agreed(raiser, manager, receiver)
    assert shown["state"] == "resolved"
    status, _ = at_work.ask("GET", f"/api/v1/disputes/{shown['reference']}/", token=Caller(at_work, CHARITY).token)
    assert status == 404
    at_work.until(lambda: at_work.query("SELECT count(*) FROM escalation_seal") > 0, "a seal")
    at_work.manage("verify_audit")
    assert TYPED not in at_work.logs() + "".join(words(letter) for letter in at_work.letterbox.letters)
