"""A Django app for workers under test: kinds of jobs that take their time or misbehave."""
