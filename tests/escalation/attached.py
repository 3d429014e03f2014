"""What the tests of attached files share: somebody attaches a file as a door would, and a small scanner daemon."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import ImageFile

from agencies.models import User
from escalation.engine.perform import perform
from escalation.files.cleaning import cleaned
from escalation.models import Attachment, Dispute
from escalation.services.files import intake
from escalation.services.files.intake import with_file_taken_in
from escalation.states import Verb
from tests.world import World

LETTER = b"Dear colleague, we met on 2 March."


def upload(name: str = "letter.txt", content: bytes = LETTER) -> SimpleUploadedFile:
    """A file as it comes from a browser; its name is not yet judged by anybody."""
    made = SimpleUploadedFile("x", content)
    # As a door other than the framework's own might hand it over: the framework shortens and cleans what it is given.
    made.__dict__["_name"] = name
    return made


def bring(world: World, dispute: Dispute, verb: Verb, user: User, *, upload_as: SimpleUploadedFile | None = None, **given: Any) -> Attachment:
    """The verb with a file, by this person, now; the file that is there then."""
    with with_file_taken_in({"upload": upload_as or upload(), **given}) as ready:
        change = perform(dispute.pk, verb, actor=world.person(user), now=world.now, **ready)
    return Attachment.objects.get(event__in=change.events, ended_at=None)


def attach(world: World, dispute: Dispute, user: User, **given: Any) -> Attachment:
    return bring(world, dispute, Verb.ATTACH_FILE, user, **given)


def lying() -> list[str]:
    """The names of everything in the files' folder."""
    return sorted(path.name for path in Path(settings.CONCORD_FILES_DIR).glob("??/*"))


def clean_here(folder: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of the test's own, and files cleaned by the same code in this process, as strictly as in its own: the printer of PDFs is laxer."""
    settings.CONCORD_FILES_DIR = folder / "files"
    monkeypatch.setattr(intake, "cleaned_apart", cleaned)
    # The printer makes it so when it is imported, which may be with the test's first page: let it be before.
    import_module("reports.pdf")
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", False)


def nobody() -> str:
    """The address of a scanner that is not there: its port was free a moment ago."""
    with closing(socket.create_server(("127.0.0.1", 0))) as gone:
        return f"tcp:127.0.0.1:{gone.getsockname()[1]}"


@contextmanager
def daemon(answer: Callable[[bytes], bytes]) -> Iterator[str]:
    """A scanner on loopback that speaks INSTREAM as ClamAV's daemon does: takes the pieces, then gives `answer` of the whole. Gives its address."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        thread = threading.Thread(target=_serve, args=(server, answer), daemon=True)
        thread.start()
        yield f"tcp:127.0.0.1:{server.getsockname()[1]}"
        # Closing alone would leave the thread waiting for a caller.
        server.shutdown(socket.SHUT_RDWR)
    thread.join(timeout=5)


def _serve(server: socket.socket, answer: Callable[[bytes], bytes]) -> None:
    while True:
        try:
            line, _ = server.accept()
        except OSError:
            return
        with closing(line), line.makefile("rb") as given:
            if given.read(10) != b"zINSTREAM\0":
                line.sendall(b"UNKNOWN COMMAND\0")
                continue
            whole = b""
            while size := struct.unpack(">I", given.read(4))[0]:
                whole += given.read(size)
            if said := answer(whole):
                line.sendall(said)
