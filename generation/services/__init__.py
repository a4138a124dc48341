"""Writes of the app, one function a step of a person's work: caption review, painting rounds."""
