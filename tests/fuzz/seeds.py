"""The generated part of the corpora: at least one input for each thing that a target looks at.

Files named `seed-*` are written from here by `python tests/fuzz --write-seeds`; a test holds them to it. Fuzzing
found the others, which are kept as they are: `find-*` were wrong once, `reach-*` go where no seed goes.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable, Mapping
from typing import Any

from cases import documents as make
from cases.keyring import CURVES, ec_key
from cases.lists import encoded, gzipped
from cases.tokens import RSA_JWK, compact_json, disclosure, token
from fuzz.images import CREDENTIAL, NAMESPACES, PNG, SVG, chunk, deflated
from fuzz.targets import FOLDER
from support.disclosing import cbor
from support.specimens import specimen

from vcverify.crypto import PublicKey

Seeds = Mapping[str, bytes]


def _json() -> Seeds:
    return {
        "badge": json.dumps(make.badge(), ensure_ascii=False).encode(),
        "numbers": b"[0,-0,-0.0,1.5,1e21,1E-7,5e-324,9007199254740991,-9007199254740991,1.7976931348623157e308,0.1]",
        "too-large": b"[9007199254740992]",
        "infinite": b"1e999",
        "constant": b'{"a":NaN}',
        "long-number": b"0." + b"1" * 60,
        "escapes": rb'{"\u0061\"\\\/\b\f\n\r\t":"\ud834\udd1e\u0000\u2028"}',
        "surrogate": rb'["\ud800"]',
        "surrogate-name": rb'{"\uDFFF":1}',
        "twice": rb'{"a":1,"\u0061":2}',
        "deep": b"[" * 20 + b"]" * 20,
        "deepest": b'{"":' * 15 + b"[]" + b"}" * 15,
        "brackets-in-text": b'["[[[[[[[[[[[[[[[[[[[[","\\"[[[[\\\\","{{{{"]',
        "many-members": json.dumps({str(at): at for at in range(65)}).encode(),
        "long-text": json.dumps("x" * 4_090 + "y\u00e9").encode(),
        "order": json.dumps(
            {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6}, ensure_ascii=False
        ).encode(),
        "byte-order-mark": b"\xef\xbb\xbf{}",
        "utf-16": "{}".encode("utf-16"),
        "overlong": b'"\xc0\xaf"',
        "pointers": b'{"~":{"/":[0,{"":1}]},"~1":2,"a/b":[[]]}',
        "space": b" \t\r\n[ 1 ,\n2 ]\r\n ",
        "other-space": b"\x0b[]\x0c",
        "trailing": b"{}{}",
        "text": b'"a"',
        "nothing": b"",
    }


def _datetime() -> Seeds:
    texts = {
        "usual": "2026-01-31T12:00:00Z",
        "fraction": "2026-01-31T12:00:00.123456789+05:30",
        "no-offset": "2026-01-31T12:00:00",
        "midnight": "1999-12-31T24:00:00.000Z",
        "leap-day": "2000-02-29T00:00:00-14:00",
        "no-leap-day": "1900-02-29T00:00:00Z",
        "leap-second": "2016-12-31T23:59:60Z",
        "far": "12026-02-29T00:00:00Z",
        "before": "-0004-02-29T00:00:00Z",
        "zero": "0000-02-29T00:00:00Z",
        "first": "0001-01-01T00:00:00+14:00",
        "last": "9999-12-31T24:00:00Z",
        "offset": "2026-01-31T12:00:00+14:01",
        "lower": "2026-01-31t12:00:00z",
        "space": "2026-01-31T12:00:00Z\n",
        "digits": "٢٠٢٦-01-31T12:00:00Z",
        "week": "2026-W05-6T12:00:00Z",
        "long": "2026-01-31T12:00:00." + "0" * 43 + "Z",
    }
    return {name: text.encode() for name, text in texts.items()}


def _base64() -> Seeds:
    hashed = zlib.crc32(b"").to_bytes(32, "big")
    return {
        "url": b"AAECAwQFBgcICQoLDA0ODw",
        "spare-bits": b"AAECAwQFBgcICQoLDA0ODx",
        "padded": b"AA==",
        "standard": b"a+b/",
        "impossible": b"AAAAA",
        "base58": b"111Jxy2dLnTHyUNBLhVvGJ9YVRvGr",
        "multikey": make.COLLEGE.multikey.encode(),
        "multibase-hex": b"f00ff",
        "multibase-32": b"bmzxw6ytboi",
        "multibase-64": b"MAAEC",
        "multibase-u": b"uAAEC",
        "digest": b"sha384-" + base64.b64encode(hashed + hashed[:16]),
        "digests": b"sha256-" + base64.b64encode(hashed) + b"?a sha512-x",
        "multihash": b"u" + base64.urlsafe_b64encode(b"\x12\x20" + hashed).rstrip(b"="),
        "varint": b"\xed\x01\x00",
        "varint-longer": b"\x81\x00",
        "varint-endless": b"\x80" * 12,
        "cbor": cbor([bytes(4), {0: bytes(2), 300: b""}, [1, 24, 256, 65_536, 2**32]]),
        "cbor-not-shortest": b"\x18\x17",
        "cbor-deep": b"\x81" * 6,
        "cbor-long": b"\x9b" + b"\xff" * 8,
    }


def _token() -> Seeds:
    hidden = disclosure("name", "A name"), disclosure({"a": [1]})
    digests = {"_sd": [], "items": [{"...": "x"}], "_sd_alg": "sha-256"}
    texts: dict[str, str] = {
        "jwt": _text("jwt"),
        "version-1": _text("jwt/v1"),
        "disclosed": _text("sd-jwt"),
        "bound": _text("sd-jwt/bound"),
        "presentation": token(
            {"vp": make.presentation([]), "iss": make.LEARNER.did, "aud": ["a"]}, make.LEARNER, typ="JWT"
        ),
        "header": token({}, make.COLLEGE, crit=["b64"], b64=False, zip="DEF", cty="JWT", jwk={"kty": "OKP", "d": "x"}),
        "claims": token(
            {"exp": 1e300, "nbf": True, "iat": -1, "sub": [], "jti": {}, "vc": {"id": 1}}, make.COLLEGE, typ=None
        ),
        "sd-jwt-vc": token({"vct": "https://a.example/t", "status": {"status_list": {}}, **digests}, make.COLLEGE)
        + "~~",
        "strange-disclosures": token(digests, make.COLLEGE, typ="vc+sd-jwt") + "~" + "~".join(hidden) + "~W10~",
        "none": token({}, make.COLLEGE, alg="none").rpartition(".")[0] + ".",
        "four-parts": "e30.e30..",
        "padding": "e30=.e30=.",
        "url": "data:application/vc+jwt," + token({}, make.COLLEGE),
        "url-base64": "data:application/vp+ld+json+sd-jwt;charset=utf-8;BASE64," + base64.b64encode(b"a.b.c~").decode(),
        "url-percent": "data:application/dc+sd-jwt,%61.%2e%",
        "url-other": "data:text/plain,a.b.c",
    }
    return {name: text.encode() for name, text in texts.items()}


def _text(name: str) -> str:
    document = specimen(name).document
    assert isinstance(document, str)
    return document


def _key() -> Seeds:
    found = {"ed25519": make.COLLEGE.multikey.encode()}
    for curve in CURVES:
        pair = ec_key("college", curve)
        found[curve.lower()] = pair.multikey.encode()
        found[f"jwk-{curve.lower()}"] = compact_json(pair.jwk)
        found[f"bytes-{curve.lower()}"] = pair.prefix + pair.public
    rsa = PublicKey.from_jwk(dict(RSA_JWK))
    small = b"\xed\x01" + b"\x01" + bytes(31)
    return {
        **found,
        "rsa": rsa.multikey.encode(),
        "jwk-rsa": compact_json({**RSA_JWK, "alg": "PS256", "use": "sig"}),
        "jwk-rsa-even": compact_json({**RSA_JWK, "n": RSA_JWK["n"][:-1] + "A"}),
        "jwk-ed25519": compact_json({**make.COLLEGE.jwk, "alg": "EdDSA", "key_ops": ["verify"]}),
        "jwk-private": compact_json({**make.COLLEGE.jwk, "d": "AA"}),
        "jwk-encryption": compact_json({**make.COLLEGE.jwk, "use": "enc"}),
        "jwk-x25519": compact_json({"kty": "OKP", "crv": "X25519", "x": make.COLLEGE.jwk["x"]}),
        "jwk-off-curve": compact_json({**ec_key("college").jwk, "y": ec_key("guild").jwk["y"]}),
        "small-order": small,
        "not-canonical": b"\xed\x01" + b"\xee" + b"\xff" * 30 + b"\x7f",
        "x25519": b"\xec\x01" + make.COLLEGE.public,
        "longer-varint": b"\xed\x81\x00" + make.COLLEGE.public,
        "other-base": b"u7QE" + base64.urlsafe_b64encode(make.COLLEGE.public),
    }


def _did_web() -> Seeds:
    texts = [
        "did:web:college.example", "college.example:issuers:42", "college.example%3A8443:a~b:%7Ec", "COLLEGE.Example",
        "xn--hochschle-m7a.example", "college.example:..:guild", "college.example%2F..%2Fguild", "college.example%3A0",
        "college.example%3a99999", "192.0.2.7", "0300.0.02.07", "3221225991", "0x7f.1", "%5B%3A%3A1%5D", "localhost", "printer.local",
        "college.example%40guild.example", "college.example%23", "college.example:a%3Fb", "college.example%00", "aldermöor.example",
        "college.example.", "college..example", "college.example::a", "-college.example", "a" * 64 + ".example", "college.example#key-1",
    ]  # fmt: skip
    return {f"{at:02}": text.encode() for at, text in enumerate(texts)}


def _status_list() -> Seeds:
    bits = bytes([0x80, 0, 0, 1]) * 16
    packed = gzipped(bits)
    listed = {"id": "https://college.example/revoked", "issuer": make.profile(make.COLLEGE)}
    entries = [
        {"id": "urn:a"},
        {"id": " urn:%62", "revoked": True, "revocationReason": "x"},
        {"id": "urn:c", "revoked": False},
    ]
    return {
        "multibase": encoded(bits).encode(),
        "plain": base64.b64encode(gzipped(bits)),
        "gzip": b"g" + packed,
        "gzip-twice": b"g" + packed + packed,
        "gzip-more": b"g" + packed + b"\0",
        "gzip-cut": b"g" + packed[:-4],
        "gzip-named": b"g" + packed[:3] + b"\x08" + packed[4:10] + b"name\0" + packed[10:],
        "gzip-bomb": b"g" + gzipped(bytes(200_000)),
        "zlib": b"g" + deflated(bits),
        "bits": b"b" + bits,
        "no-bits": b"b",
        "revocations": compact_json({**listed, "revokedCredential": entries}),
        "revocations-one": compact_json({**listed, "revokedCredential": entries[0]}),
        "revocations-strange": compact_json({**listed, "revokedCredential": [{"id": "urn:a", "revoked": "yes"}]}),
        "revocations-other": compact_json({**listed, "id": "https://guild.example/revoked", "revokedCredential": []}),
        "index": b"0094567",
        "index-other": "٩٤".encode(),
        "message": b"0x1F",
        "message-plain": b"ff",
    }


def _graph() -> Seeds:
    contexts: list[Any] = [make.V2]
    inline = {
        "list": {"@id": "https://a.example/list", "@container": "@list"},
        "map": {"@id": "https://a.example/map", "@container": "@language"},
        "index": {"@id": "https://a.example/index", "@container": ["@graph", "@index"]},
        "json": {"@id": "https://a.example/json", "@type": "@json"},
        "T": {"@id": "https://a.example/T", "@context": {"inner": "https://a.example/inner"}},
        "back": {"@reverse": "https://a.example/forth"},
    }
    odd = {
        "@context": [*contexts, inline],
        "type": ["VerifiableCredential", "T"],
        "inner": "x",
        "list": [1, 1.5, True, {"@value": "a", "@language": "en"}],
        "map": {"en": ["a", "b"], "de": "c"},
        "index": {"one": {"inner": "y"}},
        "json": {"b": [1e21, None], "a": "\u20ac"},
        "back": {"id": "urn:example:b"},
    }
    spelled = {
        "@context": contexts,
        "@id": "urn:example:a",
        "@type": "VerifiableCredential",
        "https://www.w3.org/2018/credentials#validUntil": [[{"@value": "2026-01-01T00:00:00Z"}], {"@set": []}],
        "@included": [{"@id": "urn:example:b", "name": "b"}],
        "@graph": [{"name": "c"}],
        "@nest": {"name": "d"},
        "@reverse": {"https://a.example/p": {"@id": "urn:example:c"}},
        "undefined": {"also": 1},
    }
    ring = "".join(f"_:b{at} <urn:p> _:b{(at + 1) % 5} .\n" for at in range(5))
    documents = {
        "badge": make.badge(),
        "version-1": make.badge_v1(),
        "record": make.clr([make.badge(make.GUILD), make.badge()]),
        "record-jwt": make.clr([token({}, make.COLLEGE)]),
        "endorsement": make.endorsement("urn:example:a"),
        "odd": odd,
        "spelled": spelled,
        "null": {"@context": [*contexts, None], "name": "a"},
        "redefined": {"@context": [*contexts, {"name": "https://a.example/name"}], "name": "a"},
        "vocabulary": {"@context": [*contexts, {"@vocab": "https://a.example/"}], "a": "b", "c": {"d": [{}, {}]}},
        "language": {
            "@context": [*contexts, {"@language": "en"}],
            "name": "a",
            "description": {"@value": 'a" .\n', "@direction": "rtl"},
        },
        "imported": {"@context": [{"@import": make.V2}], "name": "a"},
    }
    quads = {
        "nquads": b'<urn:s> <urn:p> "a\\tb\\u0008\\U0001F600"@en-GB <urn:g> .\n_:a <urn:p> "1"^^<urn:t> _:g .\n# c\n',
        "nquads-ring": ring.encode(),
        "nquads-clique": "".join(f"_:{a} <urn:p> _:{b} .\n" for a in "abcd" for b in "abcd" if a != b).encode(),
        "nquads-self": b"_:a <urn:p> _:a .\n_:b <urn:p> _:b .\n_:a <urn:q> _:b _:a .\n",
        "nquads-odd": b'_:a.b-c\xc2\xb7 <urn:p> "\x7f\x0c\xe2\x80\xa8" .\r\n<a> <urn:p> "x"@not-a-tag-at-all-no .\n',
    }
    return {name: json.dumps(document, ensure_ascii=False).encode() for name, document in documents.items()} | quads


def _image() -> Seeds:
    begin, end = PNG[:33], PNG[33:]

    def text(body: bytes, kind: bytes = b"iTXt") -> bytes:
        return chunk(kind, body)

    def element(inside: str, which: int = 0) -> bytes:
        return SVG.replace(b"</svg>", f'<b:credential xmlns:b="{NAMESPACES[which]}"{inside}</svg>'.encode())

    said = CREDENTIAL.decode()
    plain = text(b"openbadgecredential\0\0\0\0\0" + CREDENTIAL)
    return {
        "png": begin + plain + end,
        "png-clr": begin + text(b"clrcredential\0\0\0en\0k\xc3\xa9y\0" + CREDENTIAL) + end,
        "png-two": begin + plain + plain + end,
        "png-none": PNG,
        "png-after-end": PNG + plain,
        "png-compressed": begin + text(b"openbadgecredential\0\1\0\0\0" + deflated(CREDENTIAL)) + end,
        "png-ztxt": begin + text(b"openbadgecredential\0\0" + deflated(CREDENTIAL), b"zTXt") + end,
        "png-text": begin + text(b"Comment\0hello", b"tEXt") + plain + end,
        "png-cut": (begin + plain)[:-7],
        "png-short": begin + text(b"openbadgecredential\0\0") + end,
        "svg": element(f"><![CDATA[{said}]]></b:credential>"),
        "svg-token": element(' verify="e30.e30."></b:credential>', 1),
        "svg-both": element(' verify="e30.e30.">{}</b:credential>'),
        "svg-escaped": element(">" + said.replace('"', "&quot;") + "&#x20;</b:credential>"),
        "svg-inside": element("><g/>{}</b:credential>"),
        "svg-none": SVG,
        "svg-doctype": b'<?xml version="1.0" encoding="utf-8"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "s">'
        + SVG,
        "svg-entity": b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG,
        "svg-latin": b'<?xml version="1.0" encoding="latin-1"?>' + SVG,
        "svg-quoted": b'\xef\xbb\xbf <svg title=">" xmlns:a=\'urn:"\'><!-- > --></svg>',
        "svg-cdata": b'{"type":["ClrCredential"],"a":"]]>\x7f\xef\xbf\xbe<&"}',
        "credential": CREDENTIAL,
        "token": token(make.badge(), make.COLLEGE).encode(),
    }


_WHOLE = (
    "plain", "plain/proof-chain", "badge/v1", "badge/endorsed", "record", "record/unsecured", "presentation", "badge/revoked",
    "record/member-expired", "jcs", "ecdsa", "ecdsa-jcs", "2020", "sd", "web", "record/sd-member", "jwt", "jwt/v1", "jwt/enveloped",
    "jwt/presentation", "jwt/record", "sd-jwt/bound",
)  # fmt: skip


def _verify() -> Seeds:
    found = {}
    for name in _WHOLE:
        document = specimen(name).document
        found[name.replace("/", "-")] = document.encode() if isinstance(document, str) else compact_json(document)
    images = _image()
    return {**found, "png": images["png"], "svg": images["svg"], "unsigned": compact_json(make.badge())}


SEEDS: Mapping[str, Callable[[], Seeds]] = {
    "json": _json,
    "datetime": _datetime,
    "base64": _base64,
    "token": _token,
    "key": _key,
    "did-web": _did_web,
    "status-list": _status_list,
    "graph": _graph,
    "image": _image,
    "verify": _verify,
}


def files() -> dict[str, bytes]:
    """Every generated file, by its path below `corpora`."""
    return {f"{target}/seed-{name}": data for target, made in SEEDS.items() for name, data in made().items()}


def write() -> None:
    """Writes the generated files, and removes those that are no longer made."""
    folder = FOLDER / "corpora"
    made = files()
    for path in folder.glob("*/seed-*"):
        if str(path.relative_to(folder)) not in made:
            path.unlink()
    for name, data in made.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
