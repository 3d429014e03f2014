"""The doors by which people come in: signing in and failing to, an invitation, a forgotten passphrase, a second factor, the sessions."""

import re
from datetime import timedelta
from typing import Any

import pyotp
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from agencies.models import SignInEvent, User
from agencies.services.passphrases import send_asked_links
from agencies.sign_ins import SignInKind
from tests.canary.run import Run
from tests.canary.watching import MARK, Browser
from tests.factories import PASSWORD

SIGN_IN, SECOND = "/sign-in/", "/sign-in/second/"
NEW = f"{MARK} anchor tumbles sideways"
INVITED = {"name": f"{MARK.title()} Newcomer", "email": f"{MARK}.newcomer@example.org", "role": "practitioner", "job_title": f"{MARK} teacher"}


def people_come_in(run: Run) -> None:
    """Somebody guesses, and waits; somebody is invited, sets a passphrase, forgets it, sets another, and an app, which is asked for and mistaken."""
    somebody_guesses(run)
    invited = somebody_is_invited(run)
    sets_a_passphrase(run, invited)
    for email in (invited.email, f"{MARK}.unknown@example.org"):
        Browser(run.seen, None).post(reverse("passphrase-forgotten"), {"email": email})
    sets_a_passphrase(run, invited)
    with_an_app(run, invited)


def signing_in(run: Run, email: str, passphrase: str) -> tuple[Browser, Any]:
    browser = Browser(run.seen, None)
    return browser, browser.post(SIGN_IN, {"email": email, "password": passphrase, "next": f"/d/{run.dispute.reference}/"})


def somebody_guesses(run: Run) -> None:
    """At an account that is there and one that is not, with what people type by mistake, until they must wait."""
    for email in (run.cast.own_board.email, f"{MARK}.unknown@example.org"):
        answers = [signing_in(run, email, f"{MARK} passphrase {number}")[1].status_code for number in range(6)]
        assert answers == [200] * 5 + [429]
    assert signing_in(run, f"{MARK} is no address", f"{MARK}-x")[1].status_code == 200


def somebody_is_invited(run: Run) -> User:
    """By the lead, with a role in the agency; first with a mistake."""
    lead, where = run.browser(run.cast.lead), reverse("person-add-to", args=[run.cast.school.code])
    lead.post(where, INVITED | {"email": f"{MARK} at example"})
    assert lead.post(where, INVITED).status_code == 302
    return User.objects.get(email=INVITED["email"])


def sets_a_passphrase(run: Run, user: User) -> None:
    """By the mailed link: what is behind the # is typed into a form; too weak a one first."""
    send_asked_links(timezone.now())
    letter = mail.outbox[-1]
    assert letter.to == [user.email]
    code = re.search(r"/passphrase/open/#(\S+)", str(letter.body))
    assert code
    browser = Browser(run.seen, None)
    for typed in (f"{MARK}.x", code[1]):
        browser.post(reverse("passphrase-open"), {"code": typed})
        browser.get(reverse("passphrase-set"))
    assert browser.post(reverse("passphrase-set"), {"password": user.email}).status_code == 200
    assert browser.post(reverse("passphrase-set"), {"password": NEW}).status_code == 302


def with_an_app(run: Run, user: User) -> None:
    """Set up, asked for at the next sign-in, mistaken twice and lost; then every session of theirs is ended by a keeper."""
    browser, answer = signing_in(run, user.email, NEW)
    assert answer.status_code == 302
    page = browser.get(reverse("app-add")).content.decode()
    shown = re.search(r'class="c-key"[^>]*>([^<]+)<', page)
    assert shown
    secret = shown[1].replace(" ", "")
    browser.post(reverse("app-add"), {"code": f"{MARK}"})
    assert browser.post(reverse("app-add"), {"code": pyotp.TOTP(secret).at(run.world.now)}).status_code == 200
    browser.post(reverse("sign-out"))
    run.traveller.move_to(run.world.now + timedelta(seconds=30), tick=False)
    half, answer = signing_in(run, user.email, NEW)
    assert answer.headers["Location"] == SECOND
    for typed in (f"{MARK}", "000000"):
        half.post(SECOND, {"code": typed})
    assert half.post(SECOND, {"code": pyotp.TOTP(secret).at(run.world.now + timedelta(seconds=30))}).status_code == 302
    half.get(f"/d/{run.dispute.reference}/")
    half.get(reverse("sign-ins"))
    half.post(reverse("passphrase-change"), {"old_password": f"{MARK} wrong", "password": NEW})
    unit = run.browser(run.cast.business_unit)
    unit.post(reverse("confirm"), {"password": PASSWORD})
    unit.post(reverse("factors-reset", args=[user.pk]), {"proof": "in_person", "confirmed": "1"})
    assert unit.post(reverse("sessions-end-of", args=[user.pk])).status_code == 302
    kinds = set(SignInEvent.objects.values_list("kind", flat=True))
    assert kinds >= {SignInKind.REFUSED, SignInKind.TOO_SOON, SignInKind.PASSPHRASE_SET, SignInKind.FACTOR_ADDED, SignInKind.SECOND_REFUSED}
    assert kinds >= {SignInKind.SIGNED_IN, SignInKind.FACTOR_REMOVED, SignInKind.SESSION_ENDED}
