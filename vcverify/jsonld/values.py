"""JSON values as RDF literals (JSON-LD 1.1 API §8.6)."""

from __future__ import annotations

from typing import Final

from vcverify.jsontypes import JsonValue
from vcverify.rdf.terms import iri as iri_term
from vcverify.rdf.terms import literal

XSD: Final = "http://www.w3.org/2001/XMLSchema#"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD_STRING: Final = XSD + "string"
XSD_DOUBLE: Final = XSD + "double"
RDF_JSON: Final = RDF + "JSON"

RDF_TYPE: Final = f"<{RDF}type>"
RDF_FIRST: Final = f"<{RDF}first>"
RDF_REST: Final = f"<{RDF}rest>"
RDF_NIL: Final = f"<{RDF}nil>"

STRING_END: Final = '"'
_BOOLEAN_END: Final = f'"^^<{XSD}boolean>'
_INTEGER_END: Final = f'"^^<{XSD}integer>'
_DOUBLE_END: Final = f'"^^<{XSD}double>'


def literal_suffix(datatype: str) -> str | None:
    """What closes a literal of that datatype; None when the datatype is no IRI."""
    if datatype == XSD_STRING:
        return STRING_END
    term = iri_term(datatype)
    return None if term is None else f'"^^{term}'


def native(value: float, datatype: str | None, suffix: str | None) -> str:
    """The literal of a JSON number or boolean (§8.6 steps 9 to 11).

    `suffix` closes literals of the IRI `datatype`; without a datatype the kind of the value decides.
    """
    if isinstance(value, bool):
        text, own = ("true" if value else "false"), _BOOLEAN_END
    elif datatype == XSD_DOUBLE:
        text, own = double(value), _DOUBLE_END
    elif type(value) is int:
        text, own = str(value), _INTEGER_END
    elif value == int(value) and -1e21 < value < 1e21:
        text, own = str(int(value)), _INTEGER_END
    else:
        text, own = double(value), _DOUBLE_END
    return f'"{text}{own if suffix is None else suffix}'


def double(value: float) -> str:
    """The canonical lexical form of xsd:double, with at most 15 digits after the point (§8.6.1)."""
    mantissa, _, exponent = f"{value:.15E}".partition("E")
    mantissa = mantissa.rstrip("0")
    return f"{mantissa}0E{int(exponent)}" if mantissa.endswith(".") else f"{mantissa}E{int(exponent)}"


def json_literal(value: JsonValue) -> str:
    """The rdf:JSON literal of any JSON value, in canonical JSON (RFC 8785; step 6).

    Raises:
        ProblemError: `input.malformed` for a number that canonical JSON cannot say.
    """
    import rfc8785  # 4 ms that most documents need not pay

    from vcverify.problems import quote, refuse

    try:
        text = rfc8785.dumps(value).decode("utf-8")
    except rfc8785.CanonicalizationError as error:
        raise refuse("input.malformed", f"A JSON literal without canonical form: {quote(str(error))}.") from None
    return literal(text, RDF_JSON)
