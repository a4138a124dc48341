"""What the OpenAPI schema says of every operation alike: how it answers a mistake."""

from typing import Any

from drf_spectacular.generators import SchemaGenerator

from portal.api import MEDIA_TYPE

PROBLEM = {
    "type": "object",
    "description": "An error (RFC 9457). `errors` names the fields that were wrong, each with its sentences.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "One sentence for a person."},
        "errors": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
    },
    "required": ["type", "title", "status", "detail"],
}
METHODS = ("get", "post", "put", "patch", "delete")


def describe_problems(result: dict[str, Any], generator: SchemaGenerator, request: Any, public: bool) -> dict[str, Any]:
    """Add the problem answer (any 4xx) to every operation."""
    result["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    answer = {
        "description": "The request cannot be carried out; `detail` says why.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for path in result["paths"].values():
        for method in METHODS:
            if method in path:
                path[method]["responses"]["4XX"] = answer
    return result
