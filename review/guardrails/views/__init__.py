"""Pages of the publication gate."""
