"""Records what two readers of internationalised domains make of the same texts, for test/primitives/email-domains.test.ts.

    python3 scripts/make-idna-vectors.py > test/data/idna_vectors.json

It needs Python's idna (https://pypi.org/project/idna, BSD-3-Clause) and the library libidn2 (https://gitlab.com/libidn/libidn2). Kept are
the texts of which both say the same: the A-labels, or that there are none. The texts are made here: letters of every script that Python's
Unicode data names, one label each, and those of RFC 5892 whose place in a label decides.
"""

import ctypes
import ctypes.util
import json
import unicodedata

import idna

LIBIDN2 = ctypes.CDLL(ctypes.util.find_library("idn2"))
NONTRANSITIONAL, NFC_INPUT = 8, 1

CONTEXT = [
    "col·legi", "l·l", "a·b", "·l", "l·", "ll·", "α͵β", "͵α", "α͵", "a͵b", "רמב״ם", "״א", "צ׳ק", "׳", "a׳b",
    "カタ・カナ", "ア・", "ひ・ら", "漢・字", "a・b", "・", "٠١", "٠۱", "۰۱", "ب٠۱", "نامه\u200cای", "क्\u200dष", "क्\u200cष",
    "a\u200cb", "a\u200db", "\u200dक", "straße", "STRAẞE", "ẞ", "fuẞball", "φάρος", "ΦΆΡΟΣ", "〇一", "་ཀ", "۽ا", "ـا", "ߺߊ", "〱か", "가〮",
    "가", "ᄀ", "☃", "i❤", "²", "ⅷ", "ａｂ", "bücher", "bu\u0308cher", "BÜCHER", "\u0308a", "א1", "1א", "אa", "aא", "ا-", "-ü", "ü-", "ab--ü",
]
A_LABELS = ["xn--a", "xn--", "xn--bcher-kva", "XN--BCHER-KVA", "xn--collegi-xma", "xn--n3h", "xn--ls8h", "xn--0", "xn--zca", "xn--bcher", "xn--a-", "xn--fa-hia", "xn--ll-0ea", "xn--ab-0ea"]


def by_scripts():
    """A label of three letters of each script, by the first word of the letters' names."""
    found = {}
    for point in range(0x80, 0x20000):
        letter = chr(point)
        if unicodedata.category(letter) in ("Ll", "Lo"):
            found.setdefault(unicodedata.name(letter, "NONE").split(" ")[0], []).append(letter)
    for letters in found.values():
        yield "".join(letters[:3])
        yield "".join(letters[-3:])


def python_says(domain):
    try:
        return idna.encode(domain, uts46=True, transitional=False).decode()
    except (idna.IDNAError, UnicodeError, IndexError):
        return None


def libidn2_says(domain):
    out = ctypes.c_char_p()
    code = LIBIDN2.idn2_lookup_u8(domain.encode(), ctypes.byref(out), NFC_INPUT | NONTRANSITIONAL)
    if code != 0 or out.value is None:
        return None
    return out.value.decode().lower()


vectors, disputed = [], 0
for label in dict.fromkeys([*CONTEXT, *A_LABELS, *by_scripts()]):
    domain = f"{label}.example"
    said = python_says(domain)
    if said == libidn2_says(domain):
        vectors.append([domain, said])
    else:
        disputed += 1

about = f"Python idna {idna.__version__} and libidn2, where they agree; {disputed} more texts are left out. Written by scripts/make-idna-vectors.py."
print("{" + f'"about": {json.dumps(about)}, "vectors": [')
print(",\n".join(json.dumps(vector, ensure_ascii=True) for vector in vectors))
print("]}")
