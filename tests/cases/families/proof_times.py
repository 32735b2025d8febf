"""When a proof was made and until when it holds."""

from __future__ import annotations

from cases.families.proof import proof_with
from cases.registry import Family, Scenario, fails, passes

FAMILY = Family("proof-times", "embedded", "proof")
case = FAMILY.case


@case("A proof without a creation date verifies", spec=["DI §2.1"])
def created_absent() -> Scenario:
    """`created` is optional."""
    return Scenario(document=proof_with(created=None), expect=passes())


@case("A proof made ten years before validFrom verifies", spec=["DI §2.1"], importance="low")
def created_early() -> Scenario:
    """Credentials are prepared ahead; nothing orders `created` and `validFrom`."""
    return Scenario(document=proof_with(created="2016-01-15T12:00:00Z"), expect=passes())


@case("A proof made in the future fails", spec=["DI §2.1"])
def created_future() -> Scenario:
    """One year ahead is no skew."""
    return Scenario(
        document=proof_with(created="2027-06-01T00:00:00Z"),
        expect=fails(("proof.not-yet", "/proof/created"), proof="failed"),
    )


@case("A proof made 30 seconds ahead is within the skew", spec=["DI §2.1"])
def created_within_skew() -> Scenario:
    """Signed a moment ago by a machine whose clock is ahead."""
    return Scenario(document=proof_with(created="2026-06-01T00:00:30Z"), expect=passes())


@case("A creation date that is no date is malformed", spec=["DI §2.1"])
def created_malformed() -> Scenario:
    """Signed that way."""
    return Scenario(
        document=proof_with(created="yesterday"),
        expect=fails(("proof.malformed", "/proof/created"), proof="failed"),
    )


@case("A creation date without an offset is malformed", spec=["DI §2.1", "XSD 1.1 §3.4.28"])
def created_without_offset() -> Scenario:
    """A proof's dates are dateTimeStamps; only a credential's own dates may lack the offset."""
    return Scenario(
        document=proof_with(created="2026-01-15T12:00:00"),
        expect=fails(("proof.malformed", "/proof/created"), proof="failed"),
    )


@case("An expired proof fails", spec=["DI §2.1"], importance="critical")
def expired() -> Scenario:
    """The proof's own end, not the credential's."""
    return Scenario(
        document=proof_with(expires="2026-05-01T00:00:00Z"),
        expect=fails(("proof.expired", "/proof/expires"), proof="failed"),
    )


@case("A proof that has not expired verifies", spec=["DI §2.1"])
def unexpired() -> Scenario:
    """The plain positive case."""
    return Scenario(document=proof_with(expires="2027-05-01T00:00:00Z"), expect=passes())


@case("An expiry of the proof that is no date is malformed", spec=["DI §2.1"])
def expires_malformed() -> Scenario:
    """It must not count as absent."""
    return Scenario(
        document=proof_with(expires="2027-02-30"),
        expect=fails(("proof.malformed", "/proof/expires"), proof="failed"),
    )
