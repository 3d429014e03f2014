"""HTML to PDF: the only place that knows WeasyPrint.

A page may load nothing at all except data in its own text and files of the project's own static folder; whatever else it names is refused.
"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

VARIANT = "pdf/ua-1"


class Refused(ValueError):
    """The page asked for something that is neither its own data nor a static file."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A PDF and how many pages it has."""

    content: bytes
    pages: int


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
        return super().fetch(path.as_uri(), headers)


def print_html(html: str) -> Printed:
    """The page as a tagged PDF with its fonts in it. The same text gives the same bytes, so that a kept report can be made again identically.

    Addresses in the page are relative to the static folder. Takes about 0.06 seconds a page: in a web request only what is known to be short.
    """
    folder = Path(settings.ROOT) / "static"
    page = HTML(string=html, base_url=f"{folder.as_uri()}/", url_fetcher=OnlyStatic(folder))
    document = page.render(pdf_variant=VARIANT)
    identifier = sha256(html.encode()).hexdigest()[:32].encode()
    content = document.write_pdf(pdf_variant=VARIANT, pdf_identifier=identifier, finisher=_say_scopes)
    return Printed(content or b"", len(document.pages))


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
