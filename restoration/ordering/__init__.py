"""What makes ordering quick: presets, several orders at once, references by their look, estimates."""
