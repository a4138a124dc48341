"""Pages: for visitors (`public`, `work`, `concerns`, `media`) and for curators (`editor`, `texts`, `answers`)."""
