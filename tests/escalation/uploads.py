"""Files as people, word processors and attackers make them: good ones, and a table of bad ones with what is said of each."""

import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from io import BytesIO
from typing import Any

import pikepdf
from PIL import Image

MOST = 2_000_000
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
XLINK = "http://www.w3.org/1999/xlink"
ODF_SCRIPT = "urn:oasis:names:tc:opendocument:xmlns:script:1.0"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
ODT = "application/vnd.oasis.opendocument.text"
Entries = dict[str, bytes | str]


def zipped(entries: Entries, *, stored: tuple[str, ...] = ()) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            packed.writestr(name, content, zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED)
    return out.getvalue()


def types(main: str = WORD_MAIN, more: str = "") -> str:
    return (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/>{more}</Types>'
    )


def relation(kind: str, target: str, *, external: bool = True) -> str:
    mode = ' TargetMode="External"' if external else ""
    return f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r9" Type="{OFFICE}/{kind}" Target="{target}"{mode}/></Relationships>'


def docx_entries(**more: bytes | str) -> Entries:
    body = f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>Minutes of 2 March</w:t></w:r></w:p></w:body></w:document>'
    core = "<cp:coreProperties xmlns:cp='c' xmlns:dc='d'><dc:creator>Aled Morgan</dc:creator></cp:coreProperties>"
    return {
        "[Content_Types].xml": types(),
        "_rels/.rels": relation("officeDocument", "word/document.xml", external=False),
        "word/document.xml": body,
        "docProps/core.xml": core,
        "docProps/app.xml": "<Properties><Company>Hillside School</Company></Properties>",
        "word/_rels/document.xml.rels": relation("hyperlink", "https://www.gov.uk/"),
        **more,
    }


def docx(**more: bytes | str) -> bytes:
    return zipped(docx_entries(**more))


def docx_with(name: str, content: bytes | str) -> Callable[[], bytes]:
    return lambda: zipped({**docx_entries(), name: content})


def field(*pieces: str) -> str:
    runs = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    return f'<w:document xmlns:w="{W}"><w:body><w:p>{runs}</w:p></w:body></w:document>'


def field_under(prefix: str, space: str, name: str = "instrText") -> str:
    """A field that runs a program, its names under a prefix of the writer's own."""
    given = f' {prefix}:instr="DDEAUTO c:\\cmd.exe"' if name == "fldSimple" else ""
    inside = "" if given else "DDE<i:x xmlns:i='urn:nothing'/>AUTO c:\\cmd.exe"
    element = f"<{prefix}:{name}{given}>{inside}</{prefix}:{name}>"
    return f'<w:document xmlns:w="{W}" xmlns:{prefix}="{space}"><w:body><w:p><w:r>{element}</w:r></w:p></w:body></w:document>'


def word_with(piece: str, space: str = W) -> Callable[[], bytes]:
    """A Word text with this among its words."""
    return docx_with("word/document.xml", f'<y:document xmlns:y="{space}"><y:body><y:p>{piece}</y:p></y:body></y:document>')


def odt_under(body: str, space: str) -> Callable[[], bytes]:
    """An OpenDocument whose names lie under the prefix y, bound to this space."""
    return lambda: odt(f'<text:p xmlns:y="{space}">{body}</text:p>')


def odt_entries(body: str = "<text:p>Minutes</text:p>", manifest: str = "") -> Entries:
    spaces = 'xmlns:office="o" xmlns:text="t" xmlns:script="s" xmlns:draw="d" xmlns:xlink="x"'
    return {
        "mimetype": ODT,
        "content.xml": f"<office:document-content {spaces}><office:body><office:text>{body}</office:text></office:body></office:document-content>",
        "meta.xml": "<office:document-meta xmlns:office='o' xmlns:dc='d'><dc:creator>Aled Morgan</dc:creator></office:document-meta>",
        "META-INF/manifest.xml": f"<manifest:manifest xmlns:manifest='m'>{manifest}</manifest:manifest>",
    }


def odt(body: str = "<text:p>Minutes</text:p>", manifest: str = "", **more: bytes | str) -> bytes:
    return zipped(odt_entries(body, manifest) | more, stored=("mimetype",))


def odt_with(name: str, content: bytes | str) -> Callable[[], bytes]:
    return lambda: zipped(odt_entries() | {name: content}, stored=("mimetype",))


def pdf(change: Callable[[Any], None] | None = None, **saving: Any) -> bytes:
    new = pikepdf.new()
    new.add_blank_page()
    new.docinfo["/Author"] = "Aled Morgan"
    if change is not None:
        change(new)
    out = BytesIO()
    new.save(out, **saving)
    return out.getvalue()


def pdf_with_action(**action: Any) -> Callable[[], bytes]:
    """A link on the first page that does this."""

    def change(new: Any) -> None:
        note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=pikepdf.Dictionary(**action))
        new.pages[0].Annots = pikepdf.Array([note])

    return lambda: pdf(change)


def pdf_noted(kind: str, **more: Any) -> Callable[[], bytes]:
    """A mark of this kind over the first page."""

    def change(new: Any) -> None:
        mark = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name(f"/{kind}"), Rect=[0, 0, 90, 20], T="Aled Morgan", M="D:2026", **more)
        new.pages[0].Annots = pikepdf.Array([new.make_indirect(mark)])

    return lambda: pdf(change)


def drawn(new: Any, words: str) -> Any:
    """How a field or a mark is shown: these words."""
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    shape = {"Type": pikepdf.Name.XObject, "Subtype": pikepdf.Name.Form, "BBox": [0, 0, 90, 20], "Resources": resources}
    return pikepdf.Dictionary(N=new.make_stream(f"BT /F1 9 Tf 2 2 Td ({words}) Tj ET".encode(), **shape))


def pdf_form(*fields: dict[str, Any], anew: bool = False) -> Callable[[], bytes]:
    """A form of text fields, of which `shown` is drawn on the page; `anew` where each program draws the answers itself."""

    def change(new: Any) -> None:
        made = []
        for field in fields:
            given = {key: value for key, value in field.items() if key != "shown"}
            if "shown" in field:
                given["AP"] = drawn(new, field["shown"])
            kind = {"Type": pikepdf.Name.Annot, "Subtype": pikepdf.Name.Widget, "FT": pikepdf.Name.Tx, "Rect": [0, 0, 90, 20]}
            made.append(new.make_indirect(pikepdf.Dictionary(**kind | {"F": 4} | given)))
        new.pages[0].Annots = pikepdf.Array(made)
        new.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(made), **({"NeedAppearances": True} if anew else {}))
        new.Root.StructTreeRoot = pikepdf.Dictionary(K=pikepdf.Array([pikepdf.Dictionary(Type=pikepdf.Name.OBJR, Obj=one) for one in made]))

    return lambda: pdf(change)


def pdf_root(key: str, value: Callable[[Any], Any]) -> Callable[[], bytes]:
    return lambda: pdf(lambda new: new.Root.__setitem__(key, value(new)))


def script(_new: Any = None) -> Any:
    return pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def attached(new: Any) -> None:
    new.attachments["salaries.xlsx"] = b"numbers"


def picture(form: str, mode: str = "RGB", size: tuple[int, int] = (40, 30), **saving: Any) -> bytes:
    out = BytesIO()
    Image.effect_noise(size, 60).convert(mode).save(out, form, **saving)
    return out.getvalue()


def camera_picture() -> bytes:
    """A photograph that says where and by whom, and that it lies on its side."""
    exif = Image.Exif()
    exif[0x013B], exif[0x0112] = "Aled Morgan", 6
    exif.get_ifd(0x8825)[1] = "N"
    return picture("JPEG", exif=exif, comment=b"taken at home")


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def moving_png() -> bytes:
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue")]
    out = BytesIO()
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    return out.getvalue()


def flagged(name: str, *, bits: int = 0, mode: int = 0) -> bytes:
    """A Word text with one more part that is marked so."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for part, content in docx_entries().items():
            packed.writestr(part, content)
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        packed.writestr(entry, "/etc/passwd")
    made = out.getvalue()
    if bits:
        at = made.rindex(b"PK\x01\x02")
        made = made[: at + 8] + struct.pack("<H", bits) + made[at + 10 :]
    return made


def twice_the_same() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for part, content in docx_entries().items():
            packed.writestr(part, content)
        packed.writestr("Word/Document.xml", "<other/>")
    return out.getvalue()


def lzma_packed() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as packed:
        for part, content in docx_entries().items():
            packed.writestr(part, content)
    return out.getvalue()


@cache
def bomb() -> bytes:
    return docx(**{"word/media/big.xml": bytes(40_000_000)})


def damaged(content: bytes) -> bytes:
    at = len(content) // 3
    return content[:at] + bytes(byte ^ 0xFF for byte in content[at : at + 40]) + content[at + 40 :]
