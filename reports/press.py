"""The process in which PDFs are made: `python -m reports.press FOLDER`. The only place that knows WeasyPrint.

It knows nothing but the pages that come on its input: no secret, no database. Each page is made in a process forked off it, with little memory and
little time, which ends with the page; so what WeasyPrint loads is loaded once, and a page that runs wild takes nothing down but itself.

A page may load nothing at all except data in its own text and files of the project's own static folder; whatever else it names is refused.
"""

import ctypes
import gc
import json
import logging
import os
import resource
import signal
import sys
import tempfile
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, NoReturn
from urllib.parse import unquote, urlsplit

from weasyprint import HTML
from weasyprint.text.fonts import woff2
from weasyprint.urls import URLFetcher, URLFetcherResponse

VARIANT = "pdf/ua-1"
# What one page's process ends with: what follows is the page, it was too large, something is wrong with the product.
MADE, LARGE, BROKEN = 0, 3, 4
# Printed once before anything is asked for: what WeasyPrint makes ready at its first page (fonts, its own style sheet) every page's process then has.
FIRST = '<!doctype html><html lang="en"><title>Ready</title><h1>Ready</h1><table><tr><th>a</th><td>b</td></tr></table></html>'
FONTS = "vendor/*/*.woff2"
ENDS_WITH_PARENT = 1  # Linux: PR_SET_PDEATHSIG


class Refused(ValueError):
    """The page asked for something that is neither its own data nor a static file."""


class OnlyStatic(URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no types
    """Refuses every address but data: and files under one folder, links that lead out of it included."""

    def __init__(self, folder: Path) -> None:
        super().__init__(allowed_protocols=("data", "file"), allow_redirects=False)
        self.folder = folder.resolve()

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """The file's or the data's content. Raises Refused, which leaves the place empty, for any other address."""
        parts = urlsplit(url)
        if parts.scheme == "data":
            return super().fetch(url, headers)
        path = Path(unquote(parts.path)).resolve()
        if parts.scheme != "file" or parts.netloc or not path.is_relative_to(self.folder):
            raise Refused(f"Not allowed in a report: {url[:80]}")
        if path.suffix == ".woff2":
            return URLFetcherResponse(url, unpacked(path), {"Content-Type": "font/ttf"})
        return super().fetch(path.as_uri(), headers)


@cache
def unpacked(font: Path) -> bytes:
    """A packed font as WeasyPrint unpacks it, which takes a tenth of the time of an annual report and half of that of one page; here it is done once,
    before anything is asked for (`main`)."""
    plain = BytesIO()
    woff2.decompress(BytesIO(font.read_bytes()), plain)
    return plain.getvalue()


def printed(html: str, folder: Path) -> tuple[int, bytes]:
    """How many pages, and the tagged PDF with its fonts in it. The same text gives the same bytes. Addresses in it are relative to the folder."""
    page = HTML(string=html, base_url=f"{folder.as_uri()}/", url_fetcher=OnlyStatic(folder))
    document = page.render(pdf_variant=VARIANT)
    identifier = sha256(html.encode()).hexdigest()[:32].encode()
    content = document.write_pdf(pdf_variant=VARIANT, pdf_identifier=identifier, finisher=_say_scopes)
    return len(document.pages), content or b""


def _say_scopes(_document: Any, file: Any) -> None:
    """Says of each table header whether it is a column's or a row's. WeasyPrint links cells to headers by name, and leaves the scope to us."""
    tagged: dict[bytes, Any] = {each.reference: each for each in _tagged(file)}
    for element in tagged.values():
        if element["S"] == "/TH":
            row = tagged[element["P"]]
            element["A"]["Scope"] = "/Column" if tagged[row["P"]]["S"] == "/THead" else "/Row"


def _tagged(file: Any) -> list[Any]:
    """The elements of the structure tree: the dictionaries that name a kind of structure."""
    return [each for each in file.objects if isinstance(each, dict) and "S" in each]


def main() -> int:
    """Orders on the input, each a line of JSON (length, memory in bytes, seconds) and the HTML; answers likewise, until the input ends."""
    logging.disable(logging.CRITICAL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # A key pressed in a terminal is for whoever asks, who then closes the input.
    folder, asked, answers = Path(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer
    printed(FIRST, folder)
    for font in sorted(folder.glob(FONTS)):
        unpacked(font)
    # What every page's process has from here on, no look for what nobody holds any more goes through again, nor is copied for it.
    gc.freeze()
    with TemporaryDirectory(prefix="concord-press-") as scratch:
        tempfile.tempdir = scratch
        while head := asked.readline():
            order = json.loads(head)
            status, content = _apart(asked.read(order["length"]).decode(), folder, order)
            # WeasyPrint writes each page's fonts into a folder, and the page's process ends before it would take it away.
            for left in Path(scratch).iterdir():
                rmtree(left, ignore_errors=True)
            answers.write(json.dumps({"status": status, "length": len(content)}).encode() + b"\n" + content)
            answers.flush()
    return 0


def _apart(html: str, folder: Path, order: dict[str, Any]) -> tuple[int, bytes]:
    """How the page's own process ended, negative where a signal ended it, and what it wrote: the number of pages in a line, then the PDF."""
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        # The press's own input and output stay its own: whoever asks then knows at once that it is gone, and does not wait for this page.
        for end in (ours, sys.stdin.fileno(), sys.stdout.fileno()):
            os.close(end)
        _make(html, folder, order, os.fdopen(theirs, "wb"))
    os.close(theirs)
    with os.fdopen(ours, "rb") as pipe:
        content = pipe.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), content


def _make(html: str, folder: Path, order: dict[str, Any], out: BinaryIO) -> NoReturn:
    """In the page's own process: never returns."""
    status = BROKEN
    try:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(ENDS_WITH_PARENT, signal.SIGKILL)
        resource.setrlimit(resource.RLIMIT_AS, (order["memory"], order["memory"]))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.setitimer(signal.ITIMER_REAL, order["seconds"])
        # Nothing is let go before the page is done, when all of it is: to look for it again and again took a tenth of the time.
        gc.disable()
        pages, content = printed(html, folder)
        out.write(b"%d\n" % pages + content)
        out.flush()
        status = MADE
    except (MemoryError, RecursionError, SystemError):  # the last where a library's own code got no memory and did not say so
        status = LARGE
    except BaseException as error:  # what is wrong is said by its kind alone: the words may be the page's
        out.write(type(error).__name__.encode())
        out.flush()
    finally:
        os._exit(status)


if __name__ == "__main__":
    sys.exit(main())
