"""Every address × everybody: what a person gets for what is their own, what they take part in, what they oversee, and what is none of theirs."""

from collections.abc import Iterator
from functools import cache

import pytest
import time_machine
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, reverse

from agencies.models import User
from agencies.person import person_of
from agencies.web import access as pages
from escalation.api import access as programs
from tests.access.routes import ADMIN, Addresses, routes
from tests.api.conftest import Caller
from tests.cast import Cast
from tests.factories import PASSWORD
from tests.world import MONDAY

pytestmark = pytest.mark.django_db

# Not signed in; of another partnership; signed in without a role; of the raising agency and not in it; who raised it; who sent it on; who
# answers; of an agency that is no party; business unit; chair before whom it is not put; auditor; administrator of accounts.
PEOPLE = (
    "anyone", "stranger", "nobody", "colleague", "raiser", "own_manager",
    "receiver", "police_manager", "business_unit", "chair", "auditor", "administrator",
)  # fmt: skip

# Absent and invisible look the same (404); visible but not allowed is 403; 405 is for what only a button sends.
# An auditor says why first (302; 400 in the interface).
TABLE = """
healthz                  200 200 200 200 200 200 200 200 200 200 200 200
readyz                   200 200 200 200 200 200 200 200 200 200 200 200
home                     302 302 302 302 302 302 302 302 302 302 302 302
time-left                200 200 200 200 200 200 200 200 200 200 200 200
stay                     405 405 405 405 405 405 405 405 405 405 405 405
keep                     405 405 405 405 405 405 405 405 405 405 405 405
confirm                  302 200 200 200 200 200 200 200 200 200 200 200
second-step              302 302 302 302 302 302 302 302 302 302 302 302
passkey-sign-in          405 405 405 405 405 405 405 405 405 405 405 405
passkey-options          405 405 405 405 405 405 405 405 405 405 405 405
second-factor            302 200 200 200 200 200 200 200 200 200 200 200
app-add                  302 200 200 200 200 200 200 200 200 200 200 200
app-remove               302 405 405 405 405 405 405 405 405 405 405 405
codes-make               302 405 405 405 405 405 405 405 405 405 405 405
passkey-begin            302 405 405 405 405 405 405 405 405 405 405 405
passkey-add              302 405 405 405 405 405 405 405 405 405 405 405
passkey-remove           302 405 405 405 405 405 405 405 405 405 405 405
second-factor-rules      302 403 403 403 403 403 403 403 200 403 403 200
factors-reset            302 404 403 404 404 404 404 404 200 404 404 200
sessions-end-of          302 405 405 405 405 405 405 405 405 405 405 405
sign-on                  405 405 405 405 405 405 405 405 405 405 405 405
sign-on-back             404 404 404 404 404 404 404 404 404 404 404 404
account                  302 200 200 200 200 200 200 200 200 200 200 200
passphrase-change        302 200 200 200 200 200 200 200 200 200 200 200
sign-ins                 302 200 403 200 200 200 200 200 200 200 200 200
session-end              302 405 405 405 405 405 405 405 405 405 405 405
sessions-end             302 405 405 405 405 405 405 405 405 405 405 405
sign-in                  200 302 302 302 302 302 302 302 302 302 302 302
sign-out                 405 405 405 405 405 405 405 405 405 405 405 405
passphrase-forgotten     200 200 200 200 200 200 200 200 200 200 200 200
passphrase-set           200 200 200 200 200 200 200 200 200 200 200 200
accessibility            200 200 200 200 200 200 200 200 200 200 200 200
privacy                  200 200 200 200 200 200 200 200 200 200 200 200
help                     302 200 200 200 200 200 200 200 200 200 200 200
guide                    302 200 200 200 200 200 200 200 200 200 200 200
working-days             302 200 200 200 200 200 200 200 200 200 200 200

directory                302 200 403 200 200 200 200 200 200 200 200 200
matrix                   302 200 403 200 200 200 200 200 200 200 200 200
matrix-of                302 404 403 200 200 200 200 200 200 200 200 200
agency                   302 404 403 200 200 200 200 200 200 200 200 200
officers                 302 404 403 200 200 200 200 200 200 200 200 200
calendar                 302 200 403 200 200 200 200 200 200 200 200 200
redate                   302 403 403 403 403 403 403 403 200 403 403 200
day-remove               302 405 405 405 405 405 405 405 405 405 405 405
leave                    302 404 403 404 404 404 404 404 200 404 404 200
leave-partnership        302 404 403 404 404 404 404 404 404 404 404 404
leave-withdraw           302 405 405 405 405 405 405 405 405 405 405 405
role-change              302 404 404 403 403 403 404 404 200 404 404 200
contacts                 302 404 403 404 404 404 404 404 200 404 404 200
directory-health         302 200 403 403 403 403 403 403 200 403 403 200
my-people                302 200 403 200 200 200 200 200 200 200 200 200
directory-import         302 403 403 403 403 403 403 403 200 403 403 200
person-add               302 404 403 404 404 404 404 404 200 404 404 200
person-add-to            302 404 403 404 404 404 404 404 200 404 404 200
cover                    302 404 404 404 404 200 404 404 200 404 404 200
post-contacts            302 404 403 404 404 404 404 404 200 404 404 200
post-confirm             302 405 405 405 405 405 405 405 405 405 405 405
cover-end                302 405 405 405 405 405 405 405 405 405 405 405
role-end                 302 404 404 404 404 404 404 404 302 404 404 302

guest-door               200 200 200 200 200 200 200 200 200 200 200 200
guest-code               200 200 200 200 200 200 200 200 200 200 200 200
guest-request            302 302 302 302 302 302 302 302 302 302 302 302
guest-child              302 302 302 302 302 302 302 302 302 302 302 302
guest-acknowledge        405 405 405 405 405 405 405 405 405 405 405 405
guest-leave              405 405 405 405 405 405 405 405 405 405 405 405

my-work                  302 200 200 200 200 200 200 200 200 200 200 200
search                   302 200 200 200 200 200 200 200 200 200 200 200
messages                 302 200 403 200 200 200 200 200 200 200 200 200
practice-forward         302 405 405 405 405 405 405 405 405 405 405 405
procedures               302 200 200 200 200 200 200 200 200 200 200 200
procedure                302 404 404 200 200 200 200 200 200 200 200 200
learning                 302 200 403 403 403 403 403 403 200 200 403 403
learning-point           302 404 404 404 404 404 404 404 200 404 404 404
earlier-log              302 403 403 403 403 403 403 403 200 403 403 403
one-child                302 403 403 403 403 403 403 403 200 403 403 403
one-child-found          302 404 404 404 404 404 404 404 200 404 404 404
keeping                  302 200 403 403 403 403 403 403 200 403 403 403
access-requests          302 403 403 403 403 403 403 403 200 403 403 403
access-ask               302 403 403 403 403 403 403 403 200 403 403 403
access-request           302 404 404 404 404 404 404 404 200 404 404 404
access-piece-file        302 404 404 404 404 404 404 404 404 404 404 404
access-file              302 404 404 404 404 404 404 404 302 404 404 404
processing               302 200 403 403 403 403 403 403 200 403 403 403
processing-data          302 200 403 403 403 403 403 403 200 403 403 403
keeping-periods          302 403 403 403 403 403 403 403 200 403 403 403
child-names              302 403 403 403 403 403 403 403 200 403 403 403
holds                    302 403 403 403 403 403 403 403 200 403 403 403
hold                     302 403 403 403 403 403 403 403 200 403 403 403
hold-lift                302 403 403 403 403 403 403 403 200 403 403 403
message-settings         302 200 200 200 200 200 200 200 200 200 200 200
board                    302 403 403 403 403 403 403 403 200 403 403 403
board-filter-save        302 403 403 403 403 403 403 403 200 403 403 403
board-filter             302 403 403 403 403 403 403 403 200 403 403 403
board-filter-delete      302 405 405 405 405 405 405 405 405 405 405 405

log                      302 200 403 200 200 200 200 200 200 403 403 403
log-danger               302 302 403 302 302 302 302 302 302 403 403 403
log-door                 302 302 403 302 302 302 302 302 302 403 403 403
log-resume               302 404 404 404 302 404 404 404 404 404 404 404
log-signpost             302 404 404 404 302 404 404 404 404 404 404 404
log-check                302 404 404 404 200 404 404 404 404 404 404 404
log-past                 302 404 404 404 200 404 404 404 404 404 404 404
log-delete               302 404 404 404 200 404 404 404 404 404 404 404
log-step                 302 404 404 404 200 404 404 404 404 404 404 404

log-sent                 302 404 404 404 200 200 200 404 200 404 200 404
case                     302 404 404 404 200 200 200 404 200 404 302 404
case-print               302 404 404 404 200 200 200 404 200 404 302 404
case-file                302 404 404 404 200 200 200 404 404 404 302 404
case-due                 302 404 404 404 200 200 200 404 200 404 302 404
case-reason              302 404 404 404 302 302 302 404 302 404 200 404
readers                  302 404 404 404 403 403 403 404 403 404 403 404
case-child               302 404 404 404 200 200 200 404 403 404 403 404
verb                     302 404 404 404 403 403 200 404 200 404 403 404

documents                302 404 404 404 200 200 200 404 403 404 302 404
document                 302 404 404 404 200 200 200 404 403 404 302 404
document-prepared        302 404 404 404 200 404 404 404 404 404 404 404
document-pdf             302 404 404 404 200 200 200 404 403 404 302 404

reports                  302 403 403 403 403 403 403 403 200 403 403 403
report-year              302 403 403 403 403 403 403 403 200 403 403 403
report-data              302 403 403 403 403 403 403 403 200 403 403 403
report-texts             302 403 403 403 403 403 403 403 200 403 403 403
report-text              302 403 403 403 403 403 403 403 200 403 403 403
report-finding           302 403 403 403 403 403 403 403 404 403 403 403
report-sign              302 405 405 405 405 405 405 405 405 405 405 405
my-agency                302 200 403 403 403 403 403 403 403 403 403 403
agency-year              302 200 403 403 403 403 403 403 403 403 403 403
agency-data              302 200 403 403 403 403 403 403 403 403 403 403
agency-scorecard         302 200 403 403 403 403 403 403 403 403 403 403
board-page               302 403 403 403 403 403 403 403 200 200 403 403
board-data               302 403 403 403 403 403 403 403 200 200 403 403
early-returns            302 200 403 403 403 403 403 403 200 403 403 403
report-record            302 403 403 403 403 403 403 403 200 403 403 403
report-findings          302 403 403 403 403 403 403 403 200 200 403 403
report-standing          302 403 403 403 403 403 403 403 200 403 403 403
standing-data            302 403 403 403 403 403 403 403 200 403 403 403
audits                   302 403 403 403 403 403 403 403 200 403 200 403
audit                    302 404 404 403 403 403 403 403 200 403 200 403
audit-check              302 404 404 403 403 403 403 403 200 403 200 403
standing-make            302 405 405 405 405 405 405 405 405 405 405 405
report-download          302 404 404 403 403 403 403 403 302 403 403 403
report-html              302 404 404 403 403 403 403 403 302 403 403 403
report-make              302 405 405 405 405 405 405 405 405 405 405 405

api:schema               200 200 200 200 200 200 200 200 200 200 200 200
api:token                401 405 405 405 405 405 405 405 405 405 405 405
api:me                   401 200 200 200 200 200 200 200 200 200 200 200
api:disputes             401 200 200 200 200 200 200 200 200 200 200 200
api:dispute              401 404 404 404 200 200 200 404 200 404 400 404
api:events               401 404 404 404 200 200 200 404 200 404 400 404
api:clocks               401 404 404 404 200 200 200 404 200 404 200 404
api:files                401 404 404 404 200 200 200 404 200 404 400 404
api:file                 401 404 404 404 200 200 200 404 404 404 400 404
api:counterparts         401 404 404 404 200 200 200 404 200 404 200 404
api:readings             401 404 404 404 403 403 403 404 403 404 403 404
api:children             401 404 404 404 200 200 200 404 403 404 403 404
api:verb-*               401 405 405 405 405 405 405 405 405 405 405 405
api-documents:documents  401 404 404 404 200 200 200 404 403 404 200 404
api-documents:document   401 404 404 404 200 200 200 404 403 404 400 404
api:learning             401 200 403 403 403 403 403 403 200 200 403 403
api:learning-point       401 404 404 404 404 404 404 404 200 404 404 404
api-documents:year       401 403 403 403 403 403 403 403 200 403 403 403
api-documents:standing   401 403 403 403 403 403 403 403 200 403 403 403
api-documents:board      401 403 403 403 403 403 403 403 200 200 403 403
api-documents:agency-year 401 404 404 404 404 404 404 404 200 404 404 404
api:procedures           401 200 200 200 200 200 200 200 200 200 200 200
api:procedure            401 404 404 200 200 200 200 200 200 200 200 200
api:agencies             401 200 200 200 200 200 200 200 200 200 200 200
api:agency               401 404 404 200 200 200 200 200 200 200 200 200
api:levels               401 200 200 200 200 200 200 200 200 200 200 200
api:working-days         401 400 400 400 400 400 400 400 400 400 400 400
api:nothing              404 404 404 404 404 404 404 404 404 404 404 404
"""
# What only a button sends. A year that has not begun is refused politely to those who may ask for a report: back to the reports.
SENT = """
post-confirm             302 404 403 403 403 403 403 403 302 403 403 302
day-remove               302 403 403 403 403 403 403 403 302 403 403 302
leave-withdraw           302 404 403 404 404 404 404 404 302 404 404 302
cover-end                302 404 404 404 404 302 404 404 302 404 404 302
role-end                 302 404 404 404 404 404 404 404 302 404 404 302
report-make              302 403 403 403 403 403 403 403 302 403 403 403
standing-make            302 403 403 403 403 403 403 403 302 403 403 403
board-filter-delete      302 403 403 403 403 403 403 403 302 403 403 403
factors-reset            302 404 403 404 404 404 404 404 200 404 404 200
sessions-end-of          302 404 403 404 404 404 404 404 302 404 404 302
passkey-remove           302 404 404 404 404 404 404 404 404 404 404 404
session-end              302 404 404 404 404 404 404 404 404 404 404 404
report-sign              302 404 404 403 403 403 403 403 302 403 403 403
sessions-end             302 302 302 302 302 302 302 302 302 302 302 302
stay                     200 200 200 200 200 200 200 200 200 200 200 200
keep                     204 204 204 204 204 204 204 204 204 204 204 204
sign-out                 200 200 200 200 200 200 200 200 200 200 200 200
guest-acknowledge        403 403 403 403 403 403 403 403 403 403 403 403
guest-leave              302 302 302 302 302 302 302 302 302 302 302 302
"""
# Every verb's door, asked by those who never may: not signed in, invisible, no role, invisible, invisible, read only, invisible.
NEVER = {"anyone": 401, "stranger": 404, "nobody": 404, "colleague": 404, "police_manager": 404, "auditor": 403, "administrator": 404}

# Namespaces that programs ask, with a token.
PROGRAMS = ("api:", "api-documents:")


def read(table: str) -> dict[str, dict[str, int]]:
    """The rows by route, each with an answer for everybody."""
    rows = [line.split() for line in table.split("\n") if line.strip()]
    assert len({name for name, *_ in rows}) == len(rows), "A route has two rows."
    return {name: dict(zip(PEOPLE, map(int, answers), strict=True)) for name, *answers in rows}


def row_of(name: str) -> str:
    """The row that speaks for a route: the verbs of the programming interface share one."""
    return "api:verb-*" if name.startswith("api:verb-") else name


@pytest.fixture(autouse=True)
def _on_monday_at_ten() -> Iterator[None]:
    with time_machine.travel(MONDAY.timestamp(), tick=False):
        yield


@pytest.fixture
def addresses(cast: Cast) -> Addresses:
    return Addresses(cast)


@pytest.fixture
def _known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each person's seats are read once and not for every page: looking changes nobody's, and reading them was a quarter of the work."""
    known = cache(person_of)
    for place in (pages, programs):
        monkeypatch.setattr(place, "person_of", known)


class Person:
    """Somebody with a browser and a program."""

    def __init__(self, cast: Cast, part: str) -> None:
        user = None if part == "anyone" else getattr(cast, part)
        self.browser, self.program = Client(), Caller(user).client
        if user is not None:
            self.browser.force_login(user)

    def get(self, name: str, address: str) -> int:
        return int((self.program if name.startswith(PROGRAMS) else self.browser).get(address).status_code)

    def post(self, name: str, address: str) -> int:
        """What comes of a button; whatever was done is undone."""
        client = self.program if name.startswith(PROGRAMS) else self.browser
        with transaction.atomic():
            answer = client.post(address, "{}" if client is self.program else {}, content_type="application/json")
            transaction.set_rollback(True)
        return int(answer.status_code)


def everybody(addresses: Addresses) -> dict[str, Person]:
    return {part: Person(addresses.cast, part) for part in PEOPLE}


def own_routes() -> dict[str, URLPattern]:
    return {name: pattern for name, pattern in routes() if not name.startswith(f"{ADMIN}:")}


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert {row_of(name) for name in own_routes()} == set(read(TABLE))


@pytest.mark.usefixtures("_known")
def test_everybody_gets_from_every_address_what_the_table_says(addresses: Addresses) -> None:
    table, wrong = read(TABLE), []
    people = everybody(addresses)
    for name, pattern in own_routes().items():
        address = addresses.of(name, pattern)
        for part, person in people.items():
            found = person.get(name, address)
            if found != table[row_of(name)][part]:
                wrong.append(f"{name} for {part}: {found}, not {table[row_of(name)][part]}")
    assert wrong == []


def test_a_button_is_refused_to_those_who_may_not_press_it(addresses: Addresses) -> None:
    people, patterns = everybody(addresses), own_routes()
    to = {name: addresses.of(name, patterns[name]).replace("2025", "2027") for name in read(SENT)}
    assert {name: {part: person.post(name, to[name]) for part, person in people.items()} for name in to} == read(SENT)


@pytest.mark.usefixtures("_known")
def test_no_verb_has_a_door_for_those_outside(addresses: Addresses) -> None:
    people = everybody(addresses)
    doors = {name: addresses.of(name, pattern) for name, pattern in own_routes().items() if name.startswith("api:verb-")}
    for part, answer in NEVER.items():
        assert {name: people[part].post(name, address) for name, address in doors.items()} == dict.fromkeys(doors, answer), part


def test_no_role_opens_the_installations_administration(addresses: Addresses) -> None:
    lists = [reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") for model in admin.site._registry]
    for part, person in everybody(addresses).items():
        assert {person.get("", address) for address in [reverse("admin:index"), *lists]} == {302}, part


def test_no_disagreement_and_no_report_lies_in_the_administration() -> None:
    assert {model._meta.app_label for model in admin.site._registry} & {"escalation", "reports"} == set()


def test_whoever_keeps_the_installation_opens_the_administration_and_no_disagreement(addresses: Addresses) -> None:
    browser = Client()
    browser.force_login(User.objects.create_superuser("keeper@example.org", PASSWORD, name="Keeper of the installation"))
    case = reverse("case", args=[addresses.dispute.reference])
    assert [browser.get(address).status_code for address in (reverse("admin:index"), case)] == [200, 404]
