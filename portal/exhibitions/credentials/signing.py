"""Signing: XMP first, the C2PA manifest last, so that nothing is written after it. The source is never touched."""

import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import c2pa
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from gpu_workers.pictures import appearing
from gpu_workers.pictures.sniff import sniff
from portal.exhibitions.credentials import containers, xmp
from portal.exhibitions.credentials.errors import CredentialError
from portal.exhibitions.credentials.manifest import manifest_of, parent_of
from portal.exhibitions.credentials.reading import may_be_carried, read_file
from portal.exhibitions.credentials.terms import MEDIA_TYPES
from portal.exhibitions.facts import Facts

_CURVES = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}
_WRITING = {
    "builder": {"thumbnail": {"enabled": False}},
    "verify": {"verify_after_sign": False, "remote_manifest_fetch": False, "ocsp_fetch": False},
}


@dataclass(frozen=True)
class Signer:
    """The operator's key and chain (PEM, the signer's own certificate first). algorithm: as C2PA names it.
    time_stamp_url: an RFC 3161 service that witnesses the time; empty for none.
    """

    key: bytes = field(repr=False)
    chain: bytes
    algorithm: str
    time_stamp_url: str = ""


def load_signer(key_file: Path, chain_file: Path, time_stamp_url: str = "") -> Signer:
    """The signer in two PEM files. Raises `CredentialError` where they cannot be used, or do not belong together."""
    try:
        key_bytes, chain = Path(key_file).read_bytes(), Path(chain_file).read_bytes()
        key = serialization.load_pem_private_key(key_bytes, password=None)
        certificate = x509.load_pem_x509_certificates(chain)[0]
    except OSError as error:
        raise CredentialError("The signing key or its certificates cannot be read.") from error
    except (ValueError, TypeError) as error:
        raise CredentialError("The signing key or its certificates are not PEM files without a password.") from error
    if _public(key.public_key()) != _public(certificate.public_key()):
        raise CredentialError("The signing key does not belong to the first certificate of the chain.")
    if not certificate.not_valid_before_utc <= datetime.now(UTC) < certificate.not_valid_after_utc:
        raise CredentialError("The signing certificate is not valid today.")
    return Signer(key_bytes, chain, _algorithm(key), time_stamp_url)


def sign_file(
    source: Path,
    target: Path,
    facts: Facts,
    signer: Signer,
    *,
    parent: Path | None = None,
    labelled: bool = False,
) -> None:
    """Write `source` with marks and credentials to `target`, whole or not at all; the coded picture stays as it is.

    parent: the file that it was made from; the credentials which that one brings are carried along where they tell
    nothing private, else it is named by its hash alone. Of what `source` says of itself only profile, turn and
    resolution pass.
    Raises `CredentialError` for a file that cannot carry credentials, `PictureError` when the disk is full.
    """
    source, target = Path(source), Path(target)
    if target.exists() and target.samefile(source):
        raise CredentialError("A file is never signed in its own place.")
    format = sniff(source)
    if format not in MEDIA_TYPES:
        raise CredentialError("A PSD file cannot carry credentials; use TIFF, JPEG, PNG or WebP.")
    with appearing(target) as writing, tempfile.TemporaryDirectory(dir=target.parent, prefix=".signing-") as folder:
        marked = Path(folder) / "marked"
        containers.embed(source, marked, format, xmp.packet(facts))
        _sign(marked, writing, facts, MEDIA_TYPES[format], signer, parent, labelled)
        if read_file(writing).state != "valid":
            raise CredentialError("The signed file does not verify, so it was not kept.")


def _sign(
    marked: Path, target: Path, facts: Facts, media_type: str, signer: Signer, parent: Path | None, labelled: bool
) -> None:
    signed = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    carried = parent_of(facts) if parent and may_be_carried(parent) else None
    manifest = manifest_of(facts, media_type, signed=signed, labelled=labelled, parent=carried is not None)
    try:
        context = c2pa.Context.from_dict(_WRITING)
        with c2pa.Builder(manifest, context=context) as builder:
            if parent and carried:
                _add_parent(builder, parent, carried)
            with open(marked, "rb") as reading, open(target, "wb+") as writing, _open(signer) as opened:
                builder.sign(opened, media_type, reading, writing)
    except c2pa.C2paError as error:
        raise CredentialError(_why(error)) from error


def _why(error: Exception) -> str:
    if "TimeStamp" in type(error).__name__ or "timestamp" in str(error).lower():
        return "The time-stamp service did not answer, so the file was not signed."
    return "The file could not be signed; are the certificates fit for signing content, and the file whole?"


def _add_parent(builder: c2pa.Builder, parent: Path, carried: dict[str, Any]) -> None:
    with open(parent, "rb") as file:
        builder.add_ingredient(carried, MEDIA_TYPES[sniff(parent)], file)


def _open(signer: Signer) -> c2pa.Signer:
    info = c2pa.C2paSignerInfo(
        alg=signer.algorithm.encode(),
        sign_cert=signer.chain,
        private_key=signer.key,
        ta_url=signer.time_stamp_url.encode() or None,
    )
    return c2pa.Signer.from_info(info)


def _public(key: Any) -> bytes:
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _algorithm(key: Any) -> str:
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in _CURVES:
        return _CURVES[key.curve.name]
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return "ed25519"
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= 2048:
        return "ps256"
    raise CredentialError("Keys for signing are ECDSA on P-256, P-384 or P-521, Ed25519, or RSA of 2048 bits or more.")
