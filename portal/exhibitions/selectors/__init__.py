"""Reads: `public` for visitors, `editing` for members."""
