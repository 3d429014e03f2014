"""An error that nobody foresaw: the page in our own frame says a reference, under which the log names page and kind of error, and nothing else."""

import json
import re

import pytest
from django.test import RequestFactory
from django.urls import get_resolver, resolve

from tests.web.page import Page

REFERENCE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}")


@pytest.mark.parametrize("path", ["/help/", "/api/v1/disputes/"])
def test_the_answer_gives_a_reference_that_the_log_has_too_and_not_what_went_wrong(path: str, caplog: pytest.LogCaptureFixture) -> None:
    request = RequestFactory().get(path)
    request.resolver_match = resolve(path)
    try:
        raise ZeroDivisionError("AB, born 2015")
    except ZeroDivisionError:
        answer = get_resolver().resolve_error_handler(500)(request)
    text = answer.content.decode()
    said = json.loads(text)["reference"] if path.startswith("/api/") else Page(text).all("strong")[0].text
    assert answer.status_code == 500
    assert REFERENCE.fullmatch(said)
    [line] = [line.getMessage() for line in caplog.records]
    assert line == f"Shown as {said}: GET {request.resolver_match.view_name}, ZeroDivisionError"
    assert "born 2015" not in text + line
