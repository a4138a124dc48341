"""WebSocket addresses."""

from django.urls import path

from gpu_workers.consumers import JobConsumer

websocket_urlpatterns = [path("ws/jobs/<uuid:pk>/", JobConsumer.as_asgi())]
