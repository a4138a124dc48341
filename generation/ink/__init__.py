"""Text-to-ink: paintings from a description, and tokens to edit them by. Plain PyTorch, no Django."""
