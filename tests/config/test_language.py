"""Another language is a catalogue and a setting."""

import struct
from datetime import time
from pathlib import Path

import pytest
from django.test import Client, override_settings

from agencies.web.typed import time_of_day
from agencies.words import clock_time, figure, in_english

WELSH = {
    "": "Content-Type: text/plain; charset=UTF-8\n",
    "Sign in": "Mewngofnodi",
    "{time}am": "{time}yb",
    "{time}pm": "{time}yp",
    "Skip to main content": "Neidio i\u2019r prif gynnwys",
}


def catalogue(words: dict[str, str]) -> bytes:
    """A compiled catalogue: magic number, revision, how many, where the two tables lie, no table of hashes."""
    pairs = [[text.encode() for text in pair] for pair in sorted(words.items())]
    tables: list[list[bytes]] = [[], []]
    body = b""
    start = 28 + 16 * len(pairs)
    for side in (0, 1):
        for pair in pairs:
            tables[side].append(struct.pack("<II", len(pair[side]), start + len(body)))
            body += pair[side] + b"\0"
    head = struct.pack("<IIIIIII", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    return head + b"".join(tables[0] + tables[1]) + body


@pytest.mark.django_db
def test_a_catalogue_and_a_setting_put_the_pages_into_another_language(tmp_path: Path) -> None:
    place = tmp_path / "cy" / "LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "django.mo").write_bytes(catalogue(WELSH))
    with override_settings(LOCALE_PATHS=[tmp_path], LANGUAGE_CODE="cy"):
        page = Client().get("/sign-in/").content.decode()
        assert [clock_time(time(9)), clock_time(time(16, 30))] == ["9yb", "4:30yp"]
        assert [time_of_day(typed) for typed in ("9yb", "4:30 YP", "4:30pm")] == [time(9), time(16, 30), time(16, 30)]
    assert '<html lang="cy"' in page
    assert "<title>Mewngofnodi \u2013 Concord</title>" in page
    assert "Neidio i\u2019r prif gynnwys" in page
    assert "First time here, or forgotten your passphrase?" in page


@pytest.mark.django_db
def test_without_one_they_are_in_english() -> None:
    page = Client().get("/sign-in/").content.decode()
    assert '<html lang="en-GB"' in page
    assert "<title>Sign in \u2013 Concord</title>" in page


def test_figures_are_grouped_in_what_is_stored_as_they_are_on_the_page() -> None:
    with in_english():
        assert figure(1234) == "1,234"
    assert figure(1234) == "1,234"
