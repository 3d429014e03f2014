"""What `manage.py collectstatic` puts where anybody may ask for it."""

import io
import re

from django.core.management import call_command


def collected(*words: str) -> set[str]:
    """The files it would put there."""
    said = io.StringIO()
    call_command("collectstatic", "--noinput", "--dry-run", *words, verbosity=1, stdout=said)
    return {path.partition("/static/")[2] or path for path in re.findall(r"Pretending to copy '([^']+)'", said.getvalue())}


def test_what_pages_name_is_served_and_no_page_or_source_that_none_does() -> None:
    files = collected()
    assert {"css/concord.css", "js/concord.js", "img/favicon.svg"} <= files
    assert any(path.startswith("admin/") for path in files)
    assert not [path for path in files if path.startswith("rest_framework/") or path.endswith(".scss")]


def test_what_an_operator_leaves_out_is_left_out_too() -> None:
    assert "css/concord.css" not in collected("--ignore", "concord.css")
    assert "js/concord.js" in collected("--ignore", "concord.css")
