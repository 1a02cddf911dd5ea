"""Identity documents: type, issuer and number identify the person.

Claims, enrolments, filings and all other requests about a person share this reading. A number is written in many ways
(full width, lower case, with spaces, fifteen digits, with the count of renewals), and all of them are the same document
here. No finding and no `repr` holds a number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import date
from enum import StrEnum

from chalicelib.kernel.errors import Finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.identity import IdentityFault, check_digit, identity_faults
from chalicelib.kernel.text import Text
from chalicelib.registry.domain.countries import is_country

CHINA = "CHN"
BIRTH_ORDER_MAX = 9


class DocumentType(StrEnum):
    """The types of contract.md, "Who the patient is"; a social security card carries the identity card's number."""

    IDENTITY_CARD = "identity-card"
    PASSPORT = "passport"
    HK_MACAO_PERMIT = "hk-macao-permit"
    TAIWAN_PERMIT = "taiwan-permit"
    HK_MACAO_TAIWAN_RESIDENCE = "hk-macao-taiwan-residence"
    FOREIGN_PERMANENT_RESIDENCE = "foreign-permanent-residence"
    NEWBORN = "newborn"


SOCIAL_SECURITY_CARD = "social-security-card"
ID_TYPES = (*(each.value for each in DocumentType), SOCIAL_SECURITY_CARD)
"""The values that a caller may write as `id_type`."""


@dataclass(frozen=True, slots=True)
class StatedDocument:
    """A document as written by a caller. A newborn has no number and is named by its mother's document, its day of
    birth and its place among the children of the same birth.
    """

    id_type: str | None
    id_no: str | None = field(repr=False)
    issued_by: str | None = None
    mother: StatedDocument | None = None
    born_on: date | None = None
    birth_order: int | None = None

    def numbers(self) -> tuple[str, ...]:
        """Return every number in the document that names a person, as written and folded, for screening other texts."""
        own = () if self.id_no is None else (self.id_no, fold_number(self.id_no), _eighteen(fold_number(self.id_no)))
        return tuple(dict.fromkeys((*own, *(() if self.mother is None else self.mother.numbers()))))


@dataclass(frozen=True, slots=True, repr=False)
class Document:
    """A good document in its canonical form, without a readable repr, so that no log or traceback can show the
    document.
    """

    type: DocumentType
    issuer: str
    number: str

    @property
    def key(self) -> str:
        """The text that the person's token is keyed over; the issuer is included since two countries may issue the same
        number.
        """
        return f"{self.type}|{self.issuer}|{self.number}"


_SPACES = re.compile(r"[\s\-‐-―()]+")
_EIGHTEEN = re.compile(r"[0-9]{17}[0-9X]")
_EIGHTEEN_LONG = 18
_OLD_NUMBER = re.compile(r"[1-9][0-9]{14}")
_PASSPORT = re.compile(r"[A-Z0-9]{5,20}")
_MISTYPED_CARD = re.compile(r"[0-9]{13,}[0-9X]")
"""Fourteen digits and more, the last possibly X: no country prints such a passport number (ICAO 9303 has nine), and an
identity number that lost or gained a digit looks like this."""
_HK_MACAO = re.compile(r"([HM][0-9]{8})(?:[0-9]{2})?")
_TAIWAN = re.compile(r"([0-9]{8})(?:[0-9]{2}[A-Z]?)?")
_RESIDENCE = ("810000", "820000", "830000")
_PERMANENT_OLD = re.compile(r"([A-Z]{3})[0-9]{4}([0-9]{6})[0-9]{2}")

_TEXTS = {
    "identity-type": Text(
        f"证件类型须为以下之一：{'、'.join(ID_TYPES)}。", f"Use one of these types of document: {', '.join(ID_TYPES)}."
    ),
    "identity-pattern": Text(
        "居民身份证号码须为18位（末位可为X）或旧式15位数字，请重新读取证件。",
        "Read the card again: an identity number has seventeen digits and a last digit or X, an old one fifteen.",
    ),
    "identity-birth-date": Text(
        "身份号码中的出生日期不存在或在今天之后，请核对证件。",
        "Check the card: the birth date in the identity number does not exist or is in the future.",
    ),
    "identity-check-digit": Text(
        "身份号码校验码不符，请核对是否有输入错误。",
        "Check the identity number for a typing error: its check digit does not fit the other digits.",
    ),
    "passport-pattern": Text(
        "护照号码须为5至20位字母或数字，请核对。", "Correct the passport number: 5 to 20 letters and digits."
    ),
    "passport-digits": Text(
        "14位及以上的纯数字（末位可为X）不是护照号码；请核对是否为多录或漏录一位的居民身份证号码（18位，旧式15位）。",
        "Check for an identity number with a digit lost or doubled (it has 18 digits, an old one 15): so many digits "
        "alone are no passport number.",
    ),
    "issued-by-missing": Text(
        "护照须填写签发国家或地区 issued_by（ISO 3166三位字母代码，如 USA）；其他证件请填写证件类型 id_type。",
        "Name in `issued_by` the country that issued the passport (three letters of ISO 3166, such as USA); for any "
        "other document name its type in `id_type`.",
    ),
    "issued-by-unknown": Text(
        "签发国家或地区须为ISO 3166三位字母代码，如 USA。",
        "Correct `issued_by`: three letters of ISO 3166, such as USA.",
    ),
    "issued-by-unexpected": Text(
        "该类证件由中国签发，请不填 issued_by，或填 CHN。",
        "Leave `issued_by` out, or write CHN: China issues this type of document.",
    ),
    "hk-macao-permit-pattern": Text(
        "港澳居民来往内地通行证号码为H或M加8位数字（旧式另加2位换证次数），请核对。",
        "Correct the permit's number: H or M and eight digits, on an old one two more for its renewals.",
    ),
    "taiwan-permit-pattern": Text(
        "台湾居民来往大陆通行证号码为8位数字（旧式另加2位换证次数），请核对。",
        "Correct the permit's number: eight digits, on an old one two more for its renewals.",
    ),
    "residence-pattern": Text(
        "港澳台居民居住证号码为18位，以810000、820000或830000开头，请核对。",
        "Correct the residence permit's number: eighteen characters that begin with 810000, 820000 or 830000.",
    ),
    "permanent-residence-pattern": Text(
        "外国人永久居留身份证号码为以9开头的18位，或旧式3位字母（国籍代码）加12位数字，请核对。",
        "Correct the permanent residence card's number: eighteen characters that begin with 9, or on an old card three "
        "letters of the nationality and twelve digits.",
    ),
    "newborn-number": Text(
        "新生儿没有本人证件号码，请填写母亲证件、出生日期和胎次序号；已有号码的请按该证件填写。",
        "Leave `id_no` and `issued_by` out for a newborn and name mother, birth date and order; one that has a number "
        "by now is named by that document.",
    ),
    "mother-missing": Text("请填写母亲的证件。", "Name the mother's document in `mother`."),
    "mother-document": Text(
        "母亲须以本人证件登记，不能为新生儿。", "Name the mother by a document of her own: she is no newborn."
    ),
    "born-missing": Text("请填写出生日期。", "Name the day of birth in `born`."),
    "born-in-future": Text("出生日期在今天之后，请核对。", "Correct the day of birth: it is in the future."),
    "birth-order": Text(
        f"请填写同胎序号 order（1至{BIRTH_ORDER_MAX}，单胎为1）。",
        f"Name in `order` the place among those born together: 1 to {BIRTH_ORDER_MAX}, 1 for an only child.",
    ),
    "newborn-only": Text(
        "母亲证件、出生日期和序号只用于新生儿（id_type 为 newborn），请删除或更正证件类型。",
        "Leave `mother`, `born` and `order` out, or write newborn as `id_type`: they name a newborn only.",
    ),
}
_CODE_OF_FAULT = {
    IdentityFault.PATTERN: "identity-pattern",
    IdentityFault.BIRTH_DATE: "identity-birth-date",
    IdentityFault.CHECK_DIGIT: "identity-check-digit",
}


def fold_number(number: str) -> str:
    """Write a number in its canonical form: half width, capitals, no spaces, hyphens or brackets."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", number)).upper()


def read_document(stated: StatedDocument, today: date, path: str = "") -> tuple[Document | None, tuple[Finding, ...]]:
    """Read a document into its canonical form, or report all its errors; `path` is the prefix of the fields' names.

    Without a type the number's form decides (a passport is known by its issuer).

    Source: GB 11643-1999 (identity and residence permits: date and check digit, MOD 11-2); 公安部 2010-03-10 (permits
    of Hong Kong and Macao: the first nine characters are the holder's for life, two more count renewals; confirmed);
    permits of Taiwan by the same rule, eight digits on the cards since 2015 (reported); 国家移民管理局 2023 (permanent
    residence: eighteen characters, first 9, MOD 11-2, confirmed; before, three letters and twelve digits, whose last is
    a check digit by a rule that is not published and so is not judged).
    """
    if stated.id_type is not None and stated.id_type not in ID_TYPES:
        return None, (_finding("identity-type", f"{path}id_type"),)
    if stated.id_type == DocumentType.NEWBORN:
        return _newborn(stated, today, path)
    if (stated.mother, stated.born_on, stated.birth_order) != (None, None, None):
        return None, (_finding("newborn-only", f"{path}id_type"),)
    number = fold_number(stated.id_no or "")
    issuer = None if stated.issued_by is None else fold_number(stated.issued_by)
    kind = _type_of(stated.id_type, number, issuer)
    canonical, codes = _READERS[kind](number, today)
    findings = [_finding(code, f"{path}id_no") for code in codes]
    wrong = _wrong_issuer(kind, issuer)
    if wrong is not None and "passport-digits" not in codes:
        findings.append(_finding(wrong, f"{path}issued_by"))
    return (None if findings else Document(kind, issuer or CHINA, canonical)), tuple(findings)


def check_document(stated: StatedDocument, today: date, path: str = "") -> tuple[Finding, ...]:
    """Report all errors of a document, `()` for a good document."""
    return read_document(stated, today, path)[1]


def _finding(code: str, path: str) -> Finding:
    return Finding(code, path, _TEXTS[code])


def _type_of(id_type: str | None, number: str, issuer: str | None) -> DocumentType:
    """Return the type that a document is read as. A card with a residence permit's number is read as that permit: the
    numbers belong to the same series, and machines read all of them alike.
    """
    if id_type not in (None, SOCIAL_SECURITY_CARD, DocumentType.IDENTITY_CARD):
        return DocumentType(id_type)
    if len(number) == _EIGHTEEN_LONG:
        # Eighteen characters with a mistyped character are a misread card, not a passport.
        return _card(number)
    if id_type is not None or (_OLD_NUMBER.fullmatch(number) and not identity_faults(_eighteen(number), date.max)):
        return DocumentType.IDENTITY_CARD
    if issuer is None and _HK_MACAO.fullmatch(number):
        return DocumentType.HK_MACAO_PERMIT
    if issuer is None and _PERMANENT_OLD.fullmatch(number):
        return DocumentType.FOREIGN_PERMANENT_RESIDENCE
    return DocumentType.PASSPORT


def _card(number: str) -> DocumentType:
    if number.startswith(_RESIDENCE):
        return DocumentType.HK_MACAO_TAIWAN_RESIDENCE
    return DocumentType.FOREIGN_PERMANENT_RESIDENCE if number[0] == "9" else DocumentType.IDENTITY_CARD


def _wrong_issuer(kind: DocumentType, issuer: str | None) -> str | None:
    if kind is not DocumentType.PASSPORT:
        return None if issuer in (None, CHINA) else "issued-by-unexpected"
    if issuer is None:
        return "issued-by-missing"
    return None if is_country(issuer) else "issued-by-unknown"


def _eighteen(number: str) -> str:
    """Return a number of fifteen digits in its form of eighteen; any other unchanged. Source: GB 11643-1999."""
    if not _OLD_NUMBER.fullmatch(number):
        return number
    body = f"{number[:6]}19{number[6:]}"
    return body + check_digit(f"{body}?")


def _identity_card(number: str, today: date) -> tuple[str, list[str]]:
    number = _eighteen(number)
    return number, [_CODE_OF_FAULT[fault] for fault in identity_faults(number, today)]


def _passport(number: str, _: date) -> tuple[str, list[str]]:
    if not _PASSPORT.fullmatch(number):
        return number, ["passport-pattern"]
    return number, ["passport-digits"] if _MISTYPED_CARD.fullmatch(number) else []


def _hk_macao_permit(number: str, _: date) -> tuple[str, list[str]]:
    match = _HK_MACAO.fullmatch(number)
    return (number, ["hk-macao-permit-pattern"]) if match is None else (match[1], [])


def _taiwan_permit(number: str, _: date) -> tuple[str, list[str]]:
    match = _TAIWAN.fullmatch(number)
    return (number, ["taiwan-permit-pattern"]) if match is None else (match[1], [])


def _residence(number: str, today: date) -> tuple[str, list[str]]:
    if not _EIGHTEEN.fullmatch(number) or not number.startswith(_RESIDENCE):
        return number, ["residence-pattern"]
    return _identity_card(number, today)


def _permanent_residence(number: str, today: date) -> tuple[str, list[str]]:
    if _EIGHTEEN.fullmatch(number) and number[0] == "9":
        return _identity_card(number, today)
    match = _PERMANENT_OLD.fullmatch(number)
    if match is None or not is_country(match[1]):
        return number, ["permanent-residence-pattern"]
    return number, [] if _is_day(f"19{match[2]}") or _is_day(f"20{match[2]}") else ["identity-birth-date"]


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


_READERS: Mapping[DocumentType, Callable[[str, date], tuple[str, list[str]]]] = {
    DocumentType.IDENTITY_CARD: _identity_card,
    DocumentType.PASSPORT: _passport,
    DocumentType.HK_MACAO_PERMIT: _hk_macao_permit,
    DocumentType.TAIWAN_PERMIT: _taiwan_permit,
    DocumentType.HK_MACAO_TAIWAN_RESIDENCE: _residence,
    DocumentType.FOREIGN_PERMANENT_RESIDENCE: _permanent_residence,
}


def _newborn(stated: StatedDocument, today: date, path: str) -> tuple[Document | None, tuple[Finding, ...]]:
    """Read a newborn's document by the mother's. A later document brings the newborn's number and is then recorded as
    the same person's.
    """
    findings = []
    if stated.id_no is not None or stated.issued_by is not None:
        findings.append(_finding("newborn-number", f"{path}id_no"))
    mother: Document | None = None
    if stated.mother is None:
        findings.append(_finding("mother-missing", f"{path}mother"))
    elif stated.mother.id_type == DocumentType.NEWBORN:
        findings.append(_finding("mother-document", f"{path}mother.id_type"))
    else:
        mother, wrong = read_document(stated.mother, today, f"{path}mother.")
        findings += wrong
    if stated.born_on is None:
        findings.append(_finding("born-missing", f"{path}born"))
    elif stated.born_on > today:
        findings.append(_finding("born-in-future", f"{path}born"))
    if stated.birth_order is None or not 1 <= stated.birth_order <= BIRTH_ORDER_MAX:
        findings.append(_finding("birth-order", f"{path}order"))
    if findings or mother is None or stated.born_on is None:
        return None, tuple(findings)
    number = f"{mother.key}|{stated.born_on.isoformat()}|{stated.birth_order}"
    return Document(DocumentType.NEWBORN, CHINA, number), ()
