"""The address to which somebody without an account is asked: whose it may be, and what a refusal tells whoever typed it.

A refusal rests on what the inviter sees anyway, in the directory or on the disagreement's page. For every other address the answer is the same
whether or not somebody signs in with it, here or in another partnership: trying addresses tells nobody who has an account.
"""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies import wall_clock
from agencies.errors import InvalidInput
from agencies.models import Agency, Post, PostHolding, User
from agencies.person import Person
from agencies.private_mail import is_private_provider
from agencies.querysets import wants_a_contact
from agencies.selectors import is_shown
from escalation import policy
from escalation.engine.case import Case
from escalation.models import Guest, Request
from escalation.services.words import needed, short

NOT_THIS_ONE = _(
    "This address cannot be invited. Somebody whom the directory lists, or who has a part in this disagreement, is asked by handing the request to "
    "them, where they may hold it."
)
NOT_SHARED = _("That is a shared mailbox. The code goes to one person’s own address.")
NOT_THEIRS = _(
    "Your side can only ask at an address of the agency that is to answer, one like those of its entry in the directory. "
    "Ask the business unit to invite this person."
)


def address_of_guest(case: Case, request: Request, inviter: Person | None, typed: str) -> str:
    """The person's own address, in small letters. Raises InvalidInput for what is none, for a shared one, and for one that may not be asked.

    Whom the inviter finds in the directory, or on the disagreement, is asked by handing over: so nobody with a conflict, whose decision is
    disputed, or of the other side gets in by a second door. The raising side, which asks only where nobody there holds the request, writes to
    the agency itself: else it could answer itself.
    """
    address = short(needed(typed, "email", gettext("Enter the person’s own e-mail address.")), "email", 254).lower()
    try:
        validate_email(address)
    except ValidationError:
        raise InvalidInput(gettext("Enter an e-mail address, like name@example.org."), field="email") from None
    if _is_shared(case, address):
        raise InvalidInput(NOT_SHARED, field="email")
    has_part = User.objects.filter(email__iexact=address, pk__in=_in_it(case) | case.kept_from(request.agency_id)).exists()
    elsewhere = Guest.objects.filter(dispute=case.dispute, email=address).exclude(agency=request.agency_id).exists()
    listed = inviter is not None and is_shown(address, case.dispute.partnership_id, inviter, wall_clock.today())
    if has_part or elsewhere or listed:
        raise InvalidInput(NOT_THIS_ONE, field="email")
    if inviter is not None and _is_of_raising_side(inviter, case, request) and not _is_like_theirs(case, request, address):
        raise InvalidInput(NOT_THEIRS, field="email")
    return address


def _is_shared(case: Case, address: str) -> bool:
    place, shared = case.dispute.partnership, Q(mailbox__iexact=address)
    if address == place.unit_email.lower() or Agency.objects.filter(shared, partnership=place).exists():
        return True
    return Post.objects.filter(shared, agency__partnership=place).exists()


def _in_it(case: Case) -> set[UUID]:
    """Everybody who has or had a part in it, also where their account was closed since."""
    dispute, referral = case.dispute, case.referral
    held = [*(run.holder_id for run in case.runs), *(request.holder_id for request in case.all_requests)]
    before = [referral.chair_id, referral.mediator_id] if referral is not None else []
    own = [dispute.raiser_id, dispute.logged_by_id, dispute.disputed_person_id, dispute.offered_mediator_id]
    return {key for key in (*case.conflicted_ids, *case.panel_user_ids, *held, *before, *own) if key is not None}


def _is_of_raising_side(inviter: Person, case: Case, request: Request) -> bool:
    """Whether they ask for the raising side alone: neither for the agency that is to answer nor for the business unit."""
    if request.agency_id in policy.acts_for_receiving(inviter, case) or policy.sits_in_unit(inviter, case):
        return False
    return policy.acts_for_raising(inviter, case)


def _is_like_theirs(case: Case, request: Request, address: str) -> bool:
    """Whether it ends as the addresses of the agency's entry in the directory do, and no address of the raising side does, nor anybody's."""
    domain = address.rpartition("@")[2]
    if domain not in _domains(request.agency_id) or domain in _domains(case.raising_id):
        return False
    return not is_private_provider(domain, case.dispute.partnership_id)


def _domains(agency: UUID) -> set[str]:
    """How the addresses end that the agency's entry shows: its own, its posts', and those of who is in them."""
    found = [
        *Agency.objects.filter(pk=agency).values_list("mailbox", flat=True),
        *Post.objects.filter(agency=agency).values_list("mailbox", flat=True),
        *PostHolding.objects.on(wall_clock.today()).filter(wants_a_contact("post__"), post__agency=agency).values_list("user__email", flat=True),
    ]
    return {address.lower().rpartition("@")[2] for address in found if address}
