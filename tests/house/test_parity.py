"""What a person can change on a page, a program can change over HTTP, or it stands here why not."""

from django.http import HttpResponseNotAllowed
from django.test import RequestFactory
from django.urls import URLPattern, get_resolver

# page that takes a POST → the operations of the API that do the same
TWINS = {
    "catalogue:collection-new": ["POST collection-list"],
    "catalogue:collection-edit": ["PATCH collection-detail"],
    "catalogue:artwork-new": ["POST artwork-list"],
    "catalogue:artwork-edit": ["PATCH artwork-detail"],
    "catalogue:artwork-master": ["POST artwork-master"],
    "catalogue:artwork-delete": ["DELETE artwork-detail"],
    "uploads:bring-in": ["POST uploads", "POST delivery-list"],
    "uploads:start": ["POST delivery-start"],
    "uploads:iiif": ["POST iiif-manifest-list"],
    "uploads:manifest-start": ["POST iiif-manifest-start"],
    "restoration:masks": ["POST mask-list", "POST mask-difference", "POST mask-proposal"],
    "restoration:mask-confirm": ["POST mask-confirm"],
    "restoration:order": ["POST restoration-list", "POST restoration-repeat", "POST preset-list"],
    "restoration:reconstruct": ["POST reconstruction-list", "POST restoration-repeat", "POST preset-list"],
    "restoration:judge": ["POST candidate-judge"],
    "restoration:batch-new": ["POST batch-plan", "POST batch-list"],
    "restoration:batch-cancel": ["POST batch-cancel"],
    "restoration:batch-retry": ["POST batch-retry"],
    "restoration:batch-resume": ["POST batch-resume"],
    "restoration:preset-rename": ["PATCH preset-detail"],
    "restoration:preset-delete": ["DELETE preset-detail"],
    "generation:prompt": ["POST ink-list"],
    "generation:caption": ["POST ink-caption"],
    "generation:again": ["POST ink-repeat"],
    "generation:painting": ["POST ink-painting-replace", "POST ink-painting-retune", "POST ink-painting-extend"],
    "checks:words": ["POST anchor-term-list"],
    "checks:sacred-words": ["POST sacred-term-list"],
    "checks:anchor": ["POST anchor-exception-list"],
    "checks:exception-withdraw": ["POST anchor-exception-withdraw"],
    "checks:notices": ["POST protocol-list"],
    "checks:notice-lift": ["POST protocol-lift"],
    "checks:rights-case": ["POST clearance-list"],
    "checks:consultation": ["POST consultation-list", "POST consultation-refuse"],
    "guardrails:prepare": ["POST release-list"],
    "guardrails:bars": ["PUT study-bars-detail"],
    "guardrails:judge": ["POST release-judge"],
    "guardrails:sign": ["POST release-sign"],
    "guardrails:publish": ["POST release-publish"],
    "guardrails:discard": ["POST release-discard"],
    "guardrails:withdraw": ["POST release-withdraw"],
    "review:nominate": ["POST nomination-list"],
    "review:withdraw": ["POST nomination-withdraw"],
    "review:study-new": ["POST study-list", "POST study-duplicate"],
    "review:rules": ["PATCH study-detail"],
    "review:rubric": ["PUT study-rubric"],
    "review:pictures": ["POST study-pictures-pictures"],
    "review:picture-remove": ["DELETE study-pictures-remove-picture"],
    "review:panel": ["POST study-panel-seats"],
    "review:seat": ["POST study-seat-resend", "POST study-seat-end", "POST study-seat-replace"],
    "review:move": [
        *("POST study-move-renditions", "POST study-move-start", "POST study-move-close-calibration"),
        *("POST study-move-close-scoring", "POST study-move-close-round", "POST study-move-abandon"),
    ],
    "review:unblind": ["POST study-result-unblind", "POST study-result-agree"],
    "panel:answer": ["POST panel-accept", "POST panel-decline"],
    "panel:conflicts": ["POST panel-conflicts"],
    "panel:display": ["POST panel-display"],
    "panel:leave": ["POST panel-leave"],
    "panel:save": ["POST panel-sheet-save"],
    "panel:submit": ["POST panel-sheet-submit"],
    "panel:argue": ["POST panel-discussion-argue", "POST panel-discussion-answer"],
    "published:verify": ["POST verify"],
    "jobs:cancel": ["POST job-cancel"],
    "jobs:priority": ["POST job-priority"],
    "jobs:retry": ["POST job-retry"],
    "notices:read": ["POST notice-read"],
    "notices:read-all": ["POST notice-read-all"],
    "notices:preferences": ["PATCH notice-preferences"],
    "curating:new": ["POST exhibition-list"],
    "curating:words": ["PATCH exhibition-detail"],
    "curating:order": ["POST exhibition-arrange"],
    "curating:open": ["POST exhibition-open"],
    "curating:close": ["POST exhibition-close"],
    "curating:delete": ["DELETE exhibition-detail"],
    "curating:works": ["POST exhibition-hang"],
    "curating:sections": ["POST exhibition-sections"],
    "curating:section": ["PATCH exhibition-section-detail"],
    "curating:section-remove": ["DELETE exhibition-section-detail"],
    "curating:hanging": ["PATCH exhibition-hanging-detail"],
    "curating:take-down": ["DELETE exhibition-hanging-detail"],
    "curating:withdraw": ["POST release-withdraw"],
    "curating:cover": ["PATCH exhibition-detail"],
    "curating:concern": ["POST concern-answer"],
    "hooks:new": ["POST webhook-list"],
    "hooks:edit": ["PATCH webhook-detail"],
    "hooks:pause": ["PATCH webhook-detail"],
    "hooks:resume": ["PATCH webhook-detail"],
    "hooks:rotate": ["POST webhook-rotate"],
    "hooks:ping": ["POST webhook-ping"],
    "hooks:again": ["POST webhook-delivery-again"],
    "hooks:delete": ["DELETE webhook-detail"],
}
ALONE = {  # page → why it has no twin
    "language": "a preference of one browser",
    "theme": "a preference of one browser",
    "accounts:tokens": "a token makes no tokens",
    "accounts:token-revoke": "a token ends no tokens",
    "panel:invitation": "the link of a letter, for who is not signed in; who is, answers by panel-accept, -decline",
    "panel:another": "asks for such a link, for who is not signed in",
    "exhibitions:report": "a visitor's own words, of whom nothing is known",
    "notices:stop": "the link at the foot of a letter, for who is not signed in",
    "generation:sample": "an expert's own judgement, given while looking",
    "generation:decide": "a coordinator's own judgement, given while looking",
}
VERBS = ("get", "post", "put", "patch", "delete")
PAGES_BEYOND = ("account_", "mfa_", "socialaccount_", "openid_", "admin:", "api:", "schema")


def named(resolver=None, spaces=()):
    """Every address with a name, as (name with its namespaces, view)."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name:
                yield ":".join([*spaces, pattern.name]), pattern.callback
        else:
            yield from named(pattern, (*spaces, pattern.namespace) if pattern.namespace else spaces)


def methods(view):
    """The verbs that a page takes: every page of ours names them, and refuses all others before it does anything."""
    answer = view(RequestFactory().generic("BREW", "/"))
    assert isinstance(answer, HttpResponseNotAllowed)
    return set(answer["Allow"].split(", "))


def pages():
    return {name: view for name, view in named() if not name.startswith(PAGES_BEYOND)}


def operations():
    """Every operation of the API, such as "POST artwork-list"."""
    found = set()
    for name, view in named():
        if name.startswith("api:"):
            verbs = getattr(view, "actions", None) or [it for it in VERBS if hasattr(view.cls, it)]
            found |= {f"{verb.upper()} {name.removeprefix('api:')}" for verb in verbs}
    return found


def changing():
    return {name for name, view in pages().items() if "POST" in methods(view)}


def test_every_page_that_changes_something_has_its_twin_or_a_reason():
    assert len(changing()) > 30
    assert changing() - TWINS.keys() - ALONE.keys() == set()


def test_every_twin_is_there():
    wanted = {operation for twins in TWINS.values() for operation in twins}
    assert wanted - operations() == set()


def test_the_tables_name_no_page_that_is_not_there():
    assert TWINS.keys() & ALONE.keys() == set()
    assert (TWINS.keys() | ALONE.keys()) - changing() == set()
