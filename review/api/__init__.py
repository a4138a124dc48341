"""The review over HTTP: nominations and studies for coordinators, the panel for experts."""

from rest_framework.routers import BaseRouter

from review.api import moves, nominations, panel, people, pictures, results, scoring, studies


def register(router: BaseRouter) -> None:
    """Add these viewsets to the router of /api/v1/. What is longer comes first, where two begin alike."""
    router.register("nominations", nominations.NominationViewSet, basename="nomination")
    router.register("studies/seats", people.SeatViewSet, basename="study-seat")
    router.register("studies", studies.StudyViewSet, basename="study")
    router.register("studies", pictures.PictureViewSet, basename="study-pictures")
    router.register("studies", people.PanelViewSet, basename="study-panel")
    router.register("studies", moves.MoveViewSet, basename="study-move")
    router.register("studies", results.ResultViewSet, basename="study-result")
    router.register("panel/sheets", scoring.SheetViewSet, basename="panel-sheet")
    router.register("panel/discussions", scoring.DiscussionViewSet, basename="panel-discussion")
    router.register("panel", panel.OwnSeatViewSet, basename="panel")
