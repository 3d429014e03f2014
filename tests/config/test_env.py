from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


def test_a_text_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from the file\n", encoding="utf-8")
    monkeypatch.setenv("CONCORD_X_FILE", str(tmp_path / "key"))
    assert env.text("CONCORD_X") == "from the file"


def test_a_missing_text_is_named() -> None:
    with pytest.raises(ImproperlyConfigured, match="Set CONCORD_X "):
        env.text("CONCORD_X")


def test_a_file_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_X_FILE", "/nowhere/key")
    with pytest.raises(ImproperlyConfigured, match="CONCORD_X_FILE names /nowhere/key"):
        env.text("CONCORD_X")


@pytest.mark.parametrize(("word", "meant"), [("1", True), ("Yes", True), ("on", True), ("false", False), ("OFF", False)])
def test_a_flag_is_spelled_in_several_ways(monkeypatch: pytest.MonkeyPatch, word: str, meant: bool) -> None:
    monkeypatch.setenv("CONCORD_X", word)
    assert env.flag("CONCORD_X", default=not meant) is meant


@pytest.mark.parametrize("usual", [True, False])
def test_an_empty_flag_switches_nothing_on_or_off(monkeypatch: pytest.MonkeyPatch, usual: bool) -> None:
    monkeypatch.setenv("CONCORD_X", "")
    assert env.flag("CONCORD_X", default=usual) is usual


def test_a_flag_that_is_neither_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_X", "perhaps")
    with pytest.raises(ImproperlyConfigured, match="write true or false"):
        env.flag("CONCORD_X", default=True)


def test_a_language_without_its_catalogue_stops_the_start_and_with_it_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert env.language("CONCORD_X", "en-gb", tmp_path) == "en-gb"
    monkeypatch.setenv("CONCORD_X", "cy")
    with pytest.raises(ImproperlyConfigured, match="CONCORD_X is 'cy', and there is no catalogue of that language: .*cy/LC_MESSAGES/django.mo"):
        env.language("CONCORD_X", "en-gb", tmp_path)
    place = tmp_path / "cy" / "LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "django.mo").touch()
    assert env.language("CONCORD_X", "en-gb", tmp_path) == "cy"


def test_a_number_that_is_none_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_X", "ten")
    with pytest.raises(ImproperlyConfigured, match="write a whole number"):
        env.number("CONCORD_X", 1)


@pytest.mark.parametrize("word", ["0", "-1", "1000000001"])
def test_a_number_beyond_what_makes_sense_stops_the_start(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv("CONCORD_X", word)
    with pytest.raises(ImproperlyConfigured, match=f"CONCORD_X is {word}; write a whole number from 1 to "):
        env.number("CONCORD_X", 7)
    monkeypatch.setenv("CONCORD_X", "1")
    assert env.number("CONCORD_X", 7) == 1


@pytest.mark.parametrize("wrong", ["concord.example.org", "https://", "ftp://concord.example.org", "https://a b", "https://a?b", ""])
def test_an_address_that_no_link_can_lead_to_stops_the_start(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("CONCORD_X", wrong)
    with pytest.raises(ImproperlyConfigured, match="write an address such as https://concord.example.org"):
        env.address("CONCORD_X")
    monkeypatch.setenv("CONCORD_X", "https://concord.example.org:8443/")
    assert env.address("CONCORD_X") == "https://concord.example.org:8443"


@pytest.mark.parametrize("wrong", ["https://concord.example.org", "concord.example.org:443", "concord.example.org/", "*", "a b"])
def test_a_host_that_nobody_types_stops_the_start(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("CONCORD_X", f"concord.example.org,{wrong}")
    with pytest.raises(ImproperlyConfigured, match="write the name alone, such as concord.example.org"):
        env.hosts("CONCORD_X")
    monkeypatch.setenv("CONCORD_X", "concord.example.org, .example.org, 10.0.0.7, [::1]")
    assert env.hosts("CONCORD_X") == ["concord.example.org", ".example.org", "10.0.0.7", "[::1]"]


@pytest.mark.parametrize("wrong", ["concord", "concord@", "@example.org", ""])
def test_a_sender_to_whom_nobody_can_answer_stops_the_start(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("CONCORD_X", wrong)
    with pytest.raises(ImproperlyConfigured, match="write an e-mail address, such as concord@example.org"):
        env.mailbox("CONCORD_X")
    monkeypatch.setenv("CONCORD_X", "Concord <concord@example.org>")
    assert env.mailbox("CONCORD_X") == "Concord <concord@example.org>"


def test_a_sender_that_may_be_left_out_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.mailbox("CONCORD_X", "") == ""
    monkeypatch.setenv("CONCORD_X", "")
    assert env.mailbox("CONCORD_X", "") == ""


def test_a_file_that_holds_no_text_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"\xff\xfe")
    monkeypatch.setenv("CONCORD_X_FILE", str(tmp_path / "key"))
    with pytest.raises(ImproperlyConfigured, match="which holds no text in UTF-8"):
        env.text("CONCORD_X")


def test_names_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_X", " a.example , ,b.example")
    assert env.names("CONCORD_X") == ["a.example", "b.example"]


def test_a_required_list_may_not_be_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_X", " , ")
    with pytest.raises(ImproperlyConfigured, match="CONCORD_X is empty"):
        env.names("CONCORD_X", required=True)


def test_a_short_secret_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_X", "x" * 31)
    with pytest.raises(ImproperlyConfigured, match="at least 32"):
        env.secret("CONCORD_X")


def test_a_long_secret_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_X", "x" * 32)
    assert env.secret("CONCORD_X") == "x" * 32


@pytest.mark.parametrize("wrong", ["clamav", "unix:relative", "tcp:host", "tcp:host:port", "tcp::3310", "unix:"])
def test_an_address_of_a_daemon_that_is_none_stops_the_start(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("CONCORD_X", wrong)
    with pytest.raises(ImproperlyConfigured, match="write unix:/path/of/socket or tcp:host:port"):
        env.socket("CONCORD_X")


@pytest.mark.parametrize("right", ["", "unix:/run/clamav/clamd.ctl", "tcp:clamav:3310"])
def test_an_address_of_a_daemon_is_taken(monkeypatch: pytest.MonkeyPatch, right: str) -> None:
    monkeypatch.setenv("CONCORD_X", right)
    assert env.socket("CONCORD_X") == right


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ImproperlyConfigured, match="Set CONCORD_VAR to a folder of your own"):
        env.folders(tmp_path / "file", "seals")
