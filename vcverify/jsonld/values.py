"""JSON values as RDF literals (JSON-LD 1.1 API §8.6)."""

from __future__ import annotations

from typing import Final

from vcverify.jsontypes import JsonValue
from vcverify.rdf.terms import literal

XSD: Final = "http://www.w3.org/2001/XMLSchema#"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD_STRING: Final = XSD + "string"
XSD_BOOLEAN: Final = XSD + "boolean"
XSD_INTEGER: Final = XSD + "integer"
XSD_DOUBLE: Final = XSD + "double"
RDF_JSON: Final = RDF + "JSON"

RDF_TYPE: Final = f"<{RDF}type>"
RDF_FIRST: Final = f"<{RDF}first>"
RDF_REST: Final = f"<{RDF}rest>"
RDF_NIL: Final = f"<{RDF}nil>"


def number(value: float, datatype: str | None) -> str:
    """The literal of a JSON number; `datatype` is an IRI, or None for xsd:integer or xsd:double (steps 10, 11)."""
    if isinstance(value, int) and datatype != XSD_DOUBLE:
        return literal(str(value), datatype or XSD_INTEGER)
    if datatype != XSD_DOUBLE and value == int(value) and abs(value) < 1e21:
        return literal(str(int(value)), datatype or XSD_INTEGER)
    return literal(double(value), datatype or XSD_DOUBLE)


def double(value: float) -> str:
    """The canonical lexical form of xsd:double, with at most 15 digits after the point (§8.6.1)."""
    mantissa, _, exponent = f"{value:.15E}".partition("E")
    mantissa = mantissa.rstrip("0")
    return f"{mantissa}0E{int(exponent)}" if mantissa.endswith(".") else f"{mantissa}E{int(exponent)}"


def boolean(value: bool, datatype: str | None) -> str:
    """The literal of true or false (step 9)."""
    return literal("true" if value else "false", datatype or XSD_BOOLEAN)


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
