"""What is taken of the files that people attach, what is taken out of them, and what is refused with which words."""

import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from PIL import Image, ImageFile

from escalation.files.apart import cleaned_apart
from escalation.files.cleaning import cleaned
from escalation.files.examine import look
from escalation.files.kinds import FileKind
from escalation.files.names import checked_name, name_to_save
from escalation.files.refusal import Refused
from tests.escalation import uploads
from tests.escalation.upload_rows import BAD, GOOD
from tests.escalation.uploads import MOST


@pytest.fixture(autouse=True)
def _strictly(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the process of its own: elsewhere the printer of PDFs lets cut-off pictures pass for the whole program."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", False)


def taken(name: str, content: bytes) -> bytes:
    return cleaned(look(name, content, most=MOST).kind, content)


@pytest.mark.parametrize(("name", "make", "words"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_a_bad_file_is_refused_in_a_sentence_that_says_why(name: str, make: Callable[[], bytes], words: str) -> None:
    with pytest.raises(Refused, match=".") as refused:
        taken(name, make())
    assert words in refused.value.message
    assert refused.value.message.endswith(".")


@pytest.mark.parametrize(("name", "make"), GOOD, ids=[row[0] for row in GOOD])
def test_a_good_file_is_taken_and_cleaning_it_again_finds_nothing_more_to_refuse(name: str, make: Callable[[], bytes]) -> None:
    once = taken(name, make())
    assert once
    assert taken(name, once)


WRITTEN = (("m.pdf", uploads.pdf), ("m.docx", uploads.docx), ("m.odt", uploads.odt), ("m.jpg", uploads.camera_picture))


@pytest.mark.parametrize(("name", "make"), WRITTEN, ids=[name for name, _ in WRITTEN])
def test_who_wrote_it_is_not_in_what_is_kept(name: str, make: Callable[[], bytes]) -> None:
    kept = taken(name, make())
    packed = zipfile.ZipFile(BytesIO(kept)) if name in {"m.docx", "m.odt"} else None
    inside = b"".join(packed.read(part) for part in packed.namelist()) if packed else kept
    assert b"Aled Morgan" not in inside
    assert b"Hillside" not in inside


def test_who_commented_is_not_in_what_is_kept() -> None:
    named = "<w15:people xmlns:w15='p'><w15:person w15:author='Aled Morgan'/></w15:people>"
    kept = zipfile.ZipFile(BytesIO(taken("m.docx", uploads.docx_with("word/people.xml", named)())))
    assert b"Morgan" not in kept.read("word/people.xml")


BESIDE = {
    "customXml/item1.xml": "<p:properties xmlns:p='p'><Author>Aled Morgan</Author></p:properties>",
    "docMetadata/LabelInfo.xml": "<l:labelList xmlns:l='l'><l:label id='1' siteId='Aled Morgan'/></l:labelList>",
    "word/settings.xml": (
        f"<w:settings xmlns:w='{uploads.W}'><w:docVars><w:docVar w:name='a' w:val='Aled Morgan'/></w:docVars><w:zoom w:percent='90'/></w:settings>"
    ),
}


@pytest.mark.parametrize("name", BESIDE)
def test_what_libraries_labels_and_templates_know_of_the_writer_is_not_kept(name: str) -> None:
    kept = zipfile.ZipFile(BytesIO(taken("m.docx", uploads.docx_with(name, BESIDE[name])())))
    assert b"Morgan" not in kept.read(name)
    assert (b"zoom" in kept.read(name)) is (name == "word/settings.xml")


def test_variables_in_a_writing_that_hides_them_are_refused() -> None:
    settings = BESIDE["word/settings.xml"].encode("utf-16")
    with pytest.raises(Refused, match="cannot be checked"):
        taken("m.docx", uploads.docx_with("word/settings.xml", settings)())


def test_a_mark_on_a_pdfs_page_stays_without_who_put_it_there_and_when() -> None:
    with pikepdf.open(BytesIO(taken("m.pdf", uploads.pdf_noted("Highlight")()))) as kept:
        found = kept.pages[0].Annots[0]
        assert str(found.Subtype) == "/Highlight"
        assert not {"/T", "/M"} & set(found.keys())


def test_a_forms_answers_are_on_the_page_as_they_were_seen_and_nothing_lies_behind_them() -> None:
    seen, unseen = {"V": "Yes", "DV": "Ffion", "T": "Ffion", "TU": "Ffion", "shown": "Yes"}, {"V": "Ffion", "F": 2, "shown": "Ffion"}
    kept = taken("m.pdf", uploads.pdf_form(seen, unseen)())
    with pikepdf.open(BytesIO(kept)) as opened:
        assert "/AcroForm" not in opened.Root
        assert not opened.pages[0].get("/Annots")
        flat = BytesIO()
        open_ways = {"stream_decode_level": pikepdf.StreamDecodeLevel.all, "object_stream_mode": pikepdf.ObjectStreamMode.disable}
        opened.save(flat, compress_streams=False, **open_ways)
    assert b"(Yes) Tj" in flat.getvalue()
    assert b"Ffion" not in flat.getvalue()


def test_a_document_keeps_its_words_and_loses_when_it_was_packed() -> None:
    kept = zipfile.ZipFile(BytesIO(taken("m.docx", uploads.docx())))
    assert b"Minutes of 2 March" in kept.read("word/document.xml")
    assert {entry.date_time for entry in kept.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_what_no_text_needs_is_emptied_and_not_kept() -> None:
    made: uploads.Entries = {"word/printerSettings/printerSettings1.bin": b"Hillside", "[trash]/0000.dat": b"Aled Morgan"}
    kept = zipfile.ZipFile(BytesIO(taken("m.docx", uploads.zipped(uploads.docx_entries() | made))))
    assert {name: kept.read(name) for name in made} == dict.fromkeys(made, b"")


def test_a_photograph_is_upright_and_says_nothing_of_where_it_was_taken() -> None:
    with Image.open(BytesIO(taken("m.jpg", uploads.camera_picture()))) as kept:
        assert kept.size == (30, 40)
        assert dict(kept.getexif()) == {}
        assert "comment" not in kept.info


def test_a_photograph_inside_a_document_says_nothing_either() -> None:
    kept = zipfile.ZipFile(BytesIO(taken("m.docx", uploads.docx_with("word/media/image1.jpeg", uploads.camera_picture())())))
    with Image.open(BytesIO(kept.read("word/media/image1.jpeg"))) as inside:
        assert dict(inside.getexif()) == {}


def test_what_tells_of_a_pdf_is_taken_out_and_its_earlier_versions_are_gone() -> None:
    def tell(new: object) -> None:
        with new.open_metadata() as told:  # type: ignore[attr-defined]
            told["dc:title"] = "Aled Morgan’s minutes"

    with pikepdf.open(BytesIO(uploads.pdf(tell))) as before:
        assert "/Metadata" in before.Root
    with pikepdf.open(BytesIO(taken("m.pdf", uploads.pdf(tell)))) as kept:
        assert "/Metadata" not in kept.Root
        assert "/Info" not in kept.trailer
        assert len(kept.pages) == 1


def test_a_pdf_that_opens_at_a_page_is_taken_and_opens_as_any_other() -> None:
    made = uploads.pdf_root("/OpenAction", lambda new: pikepdf.Array([new.pages[0].obj, pikepdf.Name.Fit]))()
    with pikepdf.open(BytesIO(taken("m.pdf", made))) as kept:
        assert "/OpenAction" not in kept.Root


def test_text_in_another_unicode_becomes_the_one_that_everybody_reads() -> None:
    assert taken("m.txt", "Zoë".encode("utf-16")) == "Zoë".encode()


def test_a_link_that_a_reader_presses_stays() -> None:
    made = uploads.pdf_with_action(S=pikepdf.Name.URI, URI="https://www.gov.uk/")()
    with pikepdf.open(BytesIO(taken("m.pdf", made))) as kept:
        assert str(kept.pages[0].Annots[0].A.URI) == "https://www.gov.uk/"


def test_a_name_is_kept_to_the_letter_and_given_out_without_what_means_a_place() -> None:
    assert checked_name("  O’Brien – 会議 👍.docx ") == "O’Brien – 会議 👍.docx"
    assert name_to_save('a:b"c.pdf', "pdf") == "a_b_c.pdf"
    assert name_to_save("board.JPEG", "jpg") == "board.jpg"


def test_cleaning_apart_gives_the_same_answer_and_the_same_sentence() -> None:
    content = uploads.pdf()
    assert cleaned_apart(FileKind.PDF, content) == cleaned(FileKind.PDF, content)
    with pytest.raises(Refused, match="holds a script"):
        cleaned_apart(FileKind.PDF, uploads.pdf_root("/OpenAction", uploads.script)())


def test_what_bursts_in_memory_is_refused_and_nothing_else_suffers() -> None:
    with pytest.raises(Refused, match="could not be worked through|damaged"):
        cleaned_apart(FileKind.PDF, pdf_that_bursts(), memory=400_000_000)


def pdf_that_bursts() -> bytes:
    """Less than a megabyte, whose one stream of objects unpacks to five hundred."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(10_000_000)) for _ in range(50)) + packer.flush()
    head = b"%%PDF-1.5\n1 0 obj\n<</Type/ObjStm/N 1/First 5/Filter/FlateDecode/Length %d>>\nstream\n" % len(packed)
    first = head + packed + b"\nendstream\nendobj\n"
    rows = bytes([0, 0, 0, 0, 255]) + bytes([1, 0, 0, 9, 0]) + bytes([2, 0, 0, 1, 0]) + b"\x01" + len(first).to_bytes(3, "big") + b"\x00"
    table = b"3 0 obj\n<</Type/XRef/Size 4/W[1 3 1]/Root 2 0 R/Length %d>>\nstream\n" % len(rows)
    return first + table + rows + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(first)
