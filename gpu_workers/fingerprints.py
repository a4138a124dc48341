"""When two jobs are the same."""

import hashlib
import json
from typing import Any


def fingerprint(kind: str, parameters: dict[str, Any]) -> str:
    """SHA-256 over a kind and its JSON parameters, whatever their order: equal for jobs that compute the same."""
    text = json.dumps([kind, parameters], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
