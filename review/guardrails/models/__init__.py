"""What may be published, and what it rests on: releases, evidence of the checks, signatures, a study's bars."""

from .approvals import CHECKS, Confirmation, Evidence, Signature
from .bars import Bars
from .consent import Consultation, Protocol
from .exceptions import AnchorException
from .register import Clearance, CopyrightEntry, CopyrightList, Likeness, Register, RegisterSample
from .releases import Release
from .vocabulary import AnchorTerm, SacredTerm

__all__ = [
    "CHECKS", "AnchorException", "AnchorTerm", "Bars", "Clearance", "Confirmation", "Consultation", "CopyrightEntry",
    "CopyrightList",
    "Evidence", "Likeness", "Protocol", "Register", "RegisterSample", "Release", "SacredTerm", "Signature",
]  # fmt: skip
