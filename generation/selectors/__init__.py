"""Reads of the app, scoped to who asks: caption review, painting rounds."""
