"""A report on its pages, as a person opens one after the other."""

from django.test import Client
from django.urls import reverse


def pages_of(client: Client, name: str, *arguments: int, **asked: str) -> list[str]:
    """The report's first page, then each of its chapters' in the order in which the first lists them."""
    address = reverse(name, args=arguments)
    first = client.get(address, asked)
    chapters = [client.get(address + link) for _section, link in first.context["listed"]]
    assert {page.status_code for page in (first, *chapters)} == {200}
    return [page.content.decode() for page in (first, *chapters)]
