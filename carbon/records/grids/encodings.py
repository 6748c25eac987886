"""The encoding of a file: by its byte order mark, by proof, or declared; else the file is refused with the line."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable

import numpy as np

from carbon.core import packaged
from carbon.core.errors import FileRefused
from carbon.records.kinds.messages import refusal

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
          (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_LATIN = "iso-8859-15"
_WINDOWS = "cp1252"
_DIFFER = re.compile(rb"[\xa4\xa6\xa8\xb4\xb8\xbc-\xbe]")
"""Bytes above 0x9F that Windows-1252 and ISO 8859-15 read differently (the euro among them)."""
_WORD = re.compile(r"[^\W\d_]+")
_WINDOWS_ONLY = re.compile(rb"[\x80-\x9f]")
_UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_OF_ICELAND = frozenset("ÐÞðþ")
"""Letters of Icelandic and Faroese, which are those of other languages read as Western European elsewhere."""
_UNLIKELY = re.compile(
    "[A-Za-z][¡¢£¤¥¦§¨©¬®¯±´¶·¸¹¼½¾¿ªƒ‚„…†‡ˆ‰‹‘“•˜™›][A-Za-z]"
    "|Ã[\u0080-\u00bf©¨ª®´»§‰ˆ‹Š¶¼]|â€|Â[°·«»€£©]|[‚ƒ„…†‡ˆ‰‹‘’“”•–—˜™›Œœ€]{2,}[Ž-žÀ-ÿ]|[‹›‚„“”][Œœ‹›‚ž]"
    "|[a-z][À-ÖØ-ÞŠŽŸŒ]|ƒ|Ÿ[a-z]|[À-ÖØ-öø-ÿ]{4}|[^\\W\\d_][²³µ][^\\W\\d_]|[ÐÞðþ×÷¬¶¤¦¯]")
"""Signs or capitals inside words, four accented letters in a row: other alphabets read as Latin have them; and what is
left of UTF-8 in a file that is not UTF-8 throughout.
"""


def decode(data: bytes, name: str, declared: str | None = None, *, norm: str = "",
           home: Iterable[str] = ()) -> tuple[str, str]:
    """Decode a file; return its text, and its encoding with the reason it was chosen.

    `norm`: The encoding that the law prescribes for this kind of file, taken where the bytes allow it.
    `home`: Countries of the company and its sites: what is another word in their code page is not certain.

    Raises FileRefused: Not certain, not decodable as declared, or a control character: with the line.
    """
    if declared:
        return _decode(data, _known(declared, name), name), f"{declared} (declared)"
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode(data, encoding, name), f"{encoding.removesuffix('-sig')} (byte order mark)"
    if wide := _wide(data):
        return _decode(data, wide, name), f"{wide} (every other byte is zero)"
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        if not norm:
            _refuse_national(data, name, home)
        return _single_byte(data, name, norm, _OF_ICELAND if national_page(home) == _WINDOWS else frozenset())
    return text, "ascii" if text.isascii() else "utf-8 (valid throughout)"


def _wide(data: bytes) -> str:
    head = np.frombuffer(data[:4096 & ~1], dtype=np.uint8)
    if len(head) < 8 or not (head == 0).any():
        return ""
    even, odd = (head[0::2] == 0).mean(), (head[1::2] == 0).mean()
    return "utf-16-le" if odd > 0.9 and even < 0.1 else "utf-16-be" if even > 0.9 and odd < 0.1 else ""


def national_page(home: Iterable[str]) -> str:
    """Return the one code page of some countries that have another than Windows-1252 or letters of their own; or ""."""
    by_country = {row["country"]: row["encoding"] for row in packaged.read_rows("carbon.records", "data/encodings.csv")}
    pages = {by_country.get(country, "") for country in home}
    return pages.pop() if len(pages) == 1 else ""


def _refuse_national(data: bytes, name: str, home: Iterable[str]) -> None:
    """Raise FileRefused where the code page of these countries reads another word than Windows-1252."""
    page = national_page(home)
    western = set(_WORD.findall(data.decode(_WINDOWS, "replace"))) if page else set()
    for word in _WORD.findall(data.decode(page, "replace")) if page else ():
        if not word.isascii() and "\ufffd" not in word and word not in western:
            cell = word.encode(page)
            raise _refused(data, max(data.find(cell), 0), name, f"{page}, usual where the company is, reads {word!r}, "
                           f"{_WINDOWS} {cell.decode(_WINDOWS, 'replace')!r}: the encoding is not certain",
                           f"encoding: {page}` or `encoding: {_WINDOWS}")


def _single_byte(data: bytes, name: str, norm: str, own_letters: frozenset[str]) -> tuple[str, str]:
    windows, differing, undefined = (pattern.search(data) for pattern in (_WINDOWS_ONLY, _DIFFER, _UNDEFINED))
    if windows and undefined:
        raise _refused(data, undefined.start(), name, "neither UTF-8 nor Windows-1252")
    if norm and not windows:
        return data.decode(norm), f"{norm} (prescribed)"
    if differing and not windows:
        at = differing.start()
        raise _refused(data, at, name, f"byte 0x{data[at]:02X} is {bytes([data[at]]).decode(_WINDOWS)!r} in "
                       f"Windows-1252 and {bytes([data[at]]).decode(_LATIN)!r} in ISO 8859-15")
    text = data.decode(_WINDOWS)
    if odd := next((match for match in _UNLIKELY.finditer(text) if match.group() not in own_letters), None):
        raise _refused(data, odd.start(), name, f"{odd.group()!r} is no Western European word: the encoding is not "
                       "certain")
    why = "bytes 0x80-0x9F" if windows else "the same text in ISO 8859-15"
    return text, f"{_WINDOWS} ({why})"


def _known(declared: str, name: str) -> str:
    try:
        encoding = codecs.lookup(declared).name
    except LookupError:
        raise refusal("encoding_unknown", name, declared=declared) from None
    return "utf-8-sig" if encoding == "utf-8" else encoding


def _decode(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, ValueError) as wrong:
        at = getattr(wrong, "start", 0)
        raise _refused(data, at, name, f"is not {encoding}: {getattr(wrong, 'reason', wrong)}") from None


def _refused(data: bytes, at: int, name: str, what: str, entry: str = "encoding") -> FileRefused:
    line = data[:at].count(b"\n") + 1
    return FileRefused(f"{name}, line {line}: {what}", code="encoding_uncertain",
                       what_to_do=f"declare `{entry}` for this file in params, or save it as UTF-8")
