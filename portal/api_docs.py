"""The API as a page of the site: the OpenAPI document, read aloud, without the scripts of a documentation tool."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Operation:
    """One thing that a program can ask for. Names of fields: required ones first, as the schema has them."""

    tag: str
    method: str
    path: str
    description: str
    parameters: tuple[str, ...]
    fields: tuple[str, ...]


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """Every operation of the API, by what it is about."""
    groups = [(tag, list(rows)) for tag, rows in groupby(operations(), key=lambda it: it.tag)]
    return render(request, "api_docs.html", {"groups": groups})


@lru_cache(maxsize=1)
def operations() -> tuple[Operation, ...]:
    """What the OpenAPI document lists; it follows from the code, so it is read once a process."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    found = [
        _operation(schema, method, path, about[method])
        for path, about in schema["paths"].items()
        for method in METHODS
        if method in about
    ]
    return tuple(sorted(found, key=lambda it: (it.tag, it.path, METHODS.index(it.method))))


def _operation(schema: dict, method: str, path: str, about: dict[str, Any]) -> Operation:
    parameters = tuple(it["name"] for it in about.get("parameters", ()) if it["in"] == "query")
    tag = about.get("tags", ["api"])[0]
    return Operation(tag, method, path, about.get("description", ""), parameters, _fields(schema, about))


def _fields(schema: dict, about: dict[str, Any]) -> tuple[str, ...]:
    for content in about.get("requestBody", {}).get("content", {}).values():
        body = content["schema"]
        if "$ref" in body:
            body = schema["components"]["schemas"][body["$ref"].rpartition("/")[2]]
        required = set(body.get("required", ()))
        names = [name for name, it in body.get("properties", {}).items() if not it.get("readOnly")]
        return tuple(sorted(names, key=lambda name: name not in required))
    return ()
