"""One view a verb: the same policy, the same service and the same sentences as the page of that verb."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.errors import InvalidInput, WrongState
from escalation import policy
from escalation.api import out, shown
from escalation.api.access import again, open_case
from escalation.api.parsing import StrictForm
from escalation.api.verbs.base import Uploading, VerbIn
from escalation.api.verbs.registry import INPUTS
from escalation.api.views import KEY_PARAMETER, Door, Values, plain
from escalation.engine.case import Case
from escalation.engine.perform import VERBS, Seen, check_seen, perform
from escalation.services import drafts, every_verb
from escalation.services.files.intake import with_file_taken_in
from escalation.services.idempotency import Answer
from escalation.states import Verb

__all__ = ["every_verb"]


class VerbDoor(Door):
    """One verb on one disagreement."""

    verb: ClassVar[Verb]

    def act(self, request: Request, reference: str) -> Response:
        """404 for what is not the caller's to see, 403 for what they may not do, 409 where it cannot be done now or somebody else was first."""
        return self.done_once_ready(self._ready(request, reference), lambda _: open_case(request, reference))

    @contextmanager
    def _ready(self, request: Request, reference: str) -> Iterator[Callable[[], Answer]]:
        """What is to be done, once it is known that it may be and a file that came with it was taken in."""
        case = open_case(request, reference)
        policy.require(self.person, self.verb, case)
        check_seen(case, VERBS[self.verb], _seen(request.data))
        refusal = VERBS[self.verb].ready(case, self.person)
        if refusal:
            raise WrongState(refusal)
        form: VerbIn = self.read(INPUTS[self.verb])
        sent = form.validated_data
        with with_file_taken_in(form.given()) as given:

            def act() -> Answer:
                self.do(case, sent, given)
                return Answer(status.HTTP_200_OK, plain(out.DisputeOut(shown.short(again(case), self.person, self.now)).data))

            yield act

    def do(self, case: Case, sent: Values, given: Values) -> None:
        """The verb by its service, with what was sent."""
        happened = sent.get("happened_at")
        perform(case.dispute.pk, self.verb, actor=self.person, seen=_seen(sent), happened=happened, now=self.now, **given)


def _seen(sent: Any) -> Seen | None:
    """What the caller saw; None where that is missing or unreadable, which the verb's own input then says."""
    try:
        return Seen.parse(sent["seen"])
    except (InvalidInput, TypeError, LookupError, AttributeError):
        return None


class SubmitDoor(VerbDoor):
    """A draft of the caller's own, with the answers that changed."""

    def do(self, case: Case, sent: Values, given: Values) -> None:
        drafts.submit(case.dispute.pk, self.person, answers=given["answers"], seen=_seen(sent), now=self.now)


OWN = {Verb.SUBMIT: SubmitDoor}


def _door(verb: Verb) -> type[VerbDoor]:
    """The view of this verb, documented with its own input."""

    def post(self: VerbDoor, request: Request, reference: str) -> Response:
        return self.act(request, reference)

    described = extend_schema(
        operation_id=f"disputes_{verb.value}",
        summary=str(verb.label),
        description=_words(verb),
        request=INPUTS[verb],
        parameters=[KEY_PARAMETER],
        responses={200: out.DisputeOut},
    )
    members: dict[str, Any] = {"verb": verb, "post": described(post), "__doc__": str(verb.label)}
    if issubclass(INPUTS[verb], Uploading):
        members["parser_classes"] = [StrictForm]
    return type(f"{verb.name.title().replace('_', '')}Door", (OWN.get(verb, VerbDoor),), members)


def _words(verb: Verb) -> str:
    """What the verb does, in the first paragraph of its service's own words."""
    said = (VERBS[verb].run.__doc__ or "").strip().split("\n\n", 1)[0]
    return " ".join(said.split())


DOORS: dict[Verb, type[VerbDoor]] = {verb: _door(verb) for verb in INPUTS}
