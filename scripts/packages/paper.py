"""A PDF's first page as a PNG: `python -m scripts.packages.paper PDF PNG`; ends with 1 where it is blank."""

from __future__ import annotations

import sys

import pypdfium2

_SCALE = 2.0


def main(source: str, target: str) -> int:
    """Draw the page, and say how large it is."""
    with pypdfium2.PdfDocument(source) as document:
        picture = document[0].render(scale=_SCALE).to_pil().convert("L")
    picture.save(target)
    darkest, lightest = picture.getextrema()
    print(f"{target}: {picture.width} x {picture.height}")
    return 0 if darkest != lightest else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
