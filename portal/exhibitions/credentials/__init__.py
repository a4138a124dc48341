"""Content credentials: XMP marks and signed C2PA manifests in and out of picture files. No Django, no database."""

from portal.exhibitions.credentials.chain import make_test_chain
from portal.exhibitions.credentials.errors import CredentialError
from portal.exhibitions.credentials.reading import INVALID, NONE, VALID, Action, Ingredient, Report, read_file
from portal.exhibitions.credentials.signing import Signer, load_signer, sign_file
from portal.exhibitions.credentials.terms import SOURCE_TYPES
from portal.exhibitions.credentials.xmp import Marks

__all__ = [
    "INVALID",
    "NONE",
    "SOURCE_TYPES",
    "VALID",
    "Action",
    "CredentialError",
    "Ingredient",
    "Marks",
    "Report",
    "Signer",
    "load_signer",
    "make_test_chain",
    "read_file",
    "sign_file",
]
