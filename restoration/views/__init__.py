"""Pages of masks, orders and results."""
