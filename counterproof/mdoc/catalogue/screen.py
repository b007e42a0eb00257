"""An element's value as a line of text for a person, in the person's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from counterproof.mdoc.catalogue.model import Element, Kind, Texts, choose_text
from counterproof.mdoc.cbor import FullDate, TDate
from counterproof.mdoc.errors import MalformedError

if TYPE_CHECKING:
    from datetime import date

_BOOLS: dict[bool, Texts] = {
    True: {"en": "yes", "et": "jah", "hi": "हाँ", "zh-Hant": "是"},
    False: {"en": "no", "et": "ei", "hi": "नहीं", "zh-Hant": "否"},
}
_SEXES: dict[int, Texts] = {
    0: {"en": "not known", "et": "teadmata", "hi": "ज्ञात नहीं", "zh-Hant": "未知"},
    1: {"en": "male", "et": "mees", "hi": "पुरुष", "zh-Hant": "男"},
    2: {"en": "female", "et": "naine", "hi": "महिला", "zh-Hant": "女"},
    9: {"en": "not applicable", "et": "ei kohaldu", "hi": "लागू नहीं", "zh-Hant": "不適用"},
}
_PICTURE: Texts = {
    "en": "picture, {n} bytes",
    "et": "pilt, {n} baiti",
    "hi": "चित्र, {n} बाइट",
    "zh-Hant": "圖片 {n} 位元組",
}
_BYTES: Texts = {"en": "{n} bytes", "et": "{n} baiti", "hi": "{n} बाइट", "zh-Hant": "{n} 位元組"}
_NOT_SHOWN: Texts = {
    "en": "cannot be shown",
    "et": "ei saa kuvada",
    "hi": "दिखाया नहीं जा सकता",
    "zh-Hant": "無法顯示",
}
_UNTIL: Texts = {"en": "until {d}", "et": "kuni {d}", "hi": "{d} तक", "zh-Hant": "至 {d}"}
_SINCE: Texts = {"en": "since {d}", "et": "alates {d}", "hi": "{d} से", "zh-Hant": "自 {d}"}
_DAY: Texts = {"en": "{d} {m} {y}", "et": "{d}. {m} {y}", "hi": "{d} {m} {y}", "zh-Hant": "{y}年{n}月{d}日"}
_MONTHS: Texts = {
    "en": "January February March April May June July August September October November December",
    "et": "jaanuar veebruar märts aprill mai juuni juuli august september oktoober november detsember",
    "hi": "जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
}
_MAX_INTEGER = 2**64


def describe(element: Element, cbor_value: Any, language: str) -> str:
    """Return one line of plain text for a value, whatever its maker put there.

    Text comes back as it is: who shows it marks control characters. A value that does not fit its kind is
    described by what it is, and never raises.
    """
    if isinstance(cbor_value, int):
        return _describe_int(element, cbor_value, language)
    if isinstance(cbor_value, str):
        labels = element.codes.get(cbor_value)
        return choose_text(labels, language) if labels is not None else cbor_value
    if isinstance(cbor_value, FullDate | TDate):
        return _describe_date(cbor_value, language)
    return _describe_other(element, cbor_value, language)


def _describe_other(element: Element, value: Any, language: str) -> str:
    if isinstance(value, bytes):
        texts = _PICTURE if element.kind is Kind.PORTRAIT else _BYTES
        return choose_text(texts, language).format(n=len(value))
    if isinstance(value, list) and element.kind is Kind.DRIVING_PRIVILEGES:
        return "; ".join(_describe_privilege(each, language) for each in value) or "-"
    return choose_text(_NOT_SHOWN, language)


def _describe_int(element: Element, value: int, language: str) -> str:
    if isinstance(value, bool):
        return choose_text(_BOOLS[value], language)
    if element.kind is Kind.SEX and value in _SEXES:
        return choose_text(_SEXES[value], language)
    # Past 64 bits a number is no number of a person, and past 4,300 digits `str` raises.
    return str(value) if abs(value) < _MAX_INTEGER else choose_text(_NOT_SHOWN, language)


def _describe_date(value: FullDate | TDate, language: str) -> str:
    try:
        if isinstance(value, FullDate):
            return _describe_day(value.to_date(), language)
        at = value.to_datetime()
    except MalformedError:
        return value.text
    return f"{_describe_day(at.date(), language)}, {at:%H:%M} UTC"


def _describe_day(day: date, language: str) -> str:
    pattern = choose_text(_DAY, language)
    month = choose_text(_MONTHS, language).split(" ")[day.month - 1]
    return pattern.format(d=day.day, m=month, n=day.month, y=day.year)


def _describe_privilege(privilege: Any, language: str) -> str:
    category = privilege.get("vehicle_category_code") if isinstance(privilege, dict) else None
    if not isinstance(category, str):
        return choose_text(_NOT_SHOWN, language)
    parts = [category]
    for name, texts in (("issue_date", _SINCE), ("expiry_date", _UNTIL)):
        value = privilege.get(name)
        if isinstance(value, FullDate | TDate):
            parts.append(choose_text(texts, language).format(d=_describe_date(value, language)))
    return " ".join(parts)
