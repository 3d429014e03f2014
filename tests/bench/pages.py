"""My work and the case page against a bare Django page: queries and milliseconds; and what pages weigh."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import clear_url_caches, path

from config import urls
from tests.bench.seeding import LATER, analyse, grow, template
from tests.bench.timing import best, line
from tests.bench.weight import ALL_AIM, HTML_AIM, weigh

OWN = {
    "My work": "/my-work/",
    "the first question": "/log/",
    "Help": "/help/",
    "the guide": "/help/guide/practitioner/",
    "the directory": "/directory/",
}
OF_UNIT = {
    "the board": "/board/?list=open",
    "Learning": "/learning/",
    "a year's report": "/reports/2025/",
    "gaps of the directory": "/directory/health/",
}
AIM = f"{HTML_AIM // 1000} kB, {ALL_AIM // 1000} kB"


@login_not_required
def bare(_request: HttpRequest) -> HttpResponse:
    """A page with nothing on it, through the same middleware."""
    return HttpResponse("hello")


def measure(*, quick: bool) -> None:
    """Prints queries and milliseconds of each page, with few and with many disagreements, then each page's weight with many."""
    urls.urlpatterns.append(path("bare/", bare))
    clear_url_caches()
    world, dispute = template()
    client = Client()
    client.force_login(world.cast.receiver)
    unit = Client()
    unit.force_login(world.cast.business_manager)
    case = f"/d/{dispute.reference}/"
    print("Pages (in process, no network)")  # noqa: T201
    nothing = _milliseconds(client, "/bare/")
    line("a bare page through the same middleware", f"{nothing:.1f} ms")
    for number in (20, 2_000 if not quick else 40):
        grow(dispute, 1 if number == 20 else 21, number, wake=LATER)
        analyse()
        for name, who, address in (
            ("My work", client, "/my-work/"),
            ("a disagreement", client, case),
            ("the board", unit, "/board/?list=open"),
        ):
            taken = _milliseconds(who, address)
            line(
                f"{name}, {number:,} disagreements",
                f"{taken:.1f} ms",
                against=f"{taken / nothing:.0f}x bare; {_queries(who, address)} queries",
                aim="15 queries",
            )
    print("Pages: weight on a first visit")  # noqa: T201
    own = {name: (client, address) for name, address in OWN.items()} | {"a disagreement": (client, case), "a response": (client, f"{case}respond/")}
    for name, (who, address) in (own | {name: (unit, address) for name, address in OF_UNIT.items()}).items():
        html = who.get(address).content.decode()
        weight = weigh(html)
        line(name, f"{weight.html / 1000:.1f} kB HTML", against=f"{weight.everything / 1000:.1f} kB in all", aim=AIM)


def _milliseconds(client: Client, address: str) -> float:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return best(lambda: client.get(address), times=7) * 1000


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)
