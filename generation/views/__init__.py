"""Pages of the app: caption review, prompts, rounds and paintings."""
