"""WebSocket addresses of the review."""

from django.urls import path

from review.consumers import BoardConsumer

websocket_urlpatterns = [path("ws/studies/<uuid:pk>/board/", BoardConsumer.as_asgi())]
