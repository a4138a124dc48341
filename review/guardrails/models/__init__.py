"""What may be published, and what it rests on: releases, evidence of the checks, signatures, a study's bars."""

from .approvals import CHECKS, Evidence, Signature
from .bars import Bars
from .releases import Release

__all__ = ["CHECKS", "Bars", "Evidence", "Release", "Signature"]
