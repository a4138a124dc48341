"""From a folder of paintings to a training corpus: framing, screening, captions, agreement, split. Knows no Django."""
