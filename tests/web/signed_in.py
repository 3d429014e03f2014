"""Pages as one signed-in person gets them."""

from datetime import datetime
from typing import Any

import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agencies.models import User
from tests.counting import counting
from tests.web.page import Page

BACKEND = "agencies.backend.AccountBackend"


class Visitor:
    """A browser without JavaScript, signed in, at a moment of the test's choice (aware)."""

    def __init__(self, user: User, at: datetime) -> None:
        self.client, self.at = Client(), at
        with time_machine.travel(at, tick=False):
            self.client.force_login(user, backend=BACKEND)

    def get(self, path: str, **query: str) -> Any:
        """The response, redirects not followed."""
        with time_machine.travel(self.at, tick=False):
            return self.client.get(path, query)

    def post(self, path: str, data: dict[str, Any] | None = None) -> Any:
        """The response to a form, redirects not followed."""
        with time_machine.travel(self.at, tick=False):
            return self.client.post(path, data or {})

    def page(self, path: str, **query: str) -> Page:
        """The page, which must be there."""
        response = self.get(path, **query)
        assert response.status_code == 200, (path, response.status_code)
        return Page(response.content.decode())

    def queries(self, path: str) -> int:
        """How many queries the page takes once the process is warm."""
        self.get(path)
        with counting() as put:
            self.get(path)
        return len(put)

    def statements(self, path: str) -> list[str]:
        """The queries that the page takes once the process is warm, in order."""
        self.get(path)
        with CaptureQueriesContext(connection) as captured:
            self.get(path)
        return [one["sql"] for one in captured.captured_queries]
