"""Pictures like portraits, drawn here so that nobody's face is in the repository."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, ImageFilter


def face(width: int = 600, height: int = 800, mode: str = "RGB") -> Image.Image:
    """Return something with a face's shapes and a camera's noise."""
    image = Image.effect_noise((width, height), 24).convert("RGB")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width, height // 8), fill="navy")
    draw.ellipse((width // 4, height // 5, 3 * width // 4, 4 * height // 5), fill="bisque")
    for eye in (3, 5):
        draw.ellipse((eye * width // 9, height // 3, (eye + 1) * width // 9, height // 2.5), fill="black")
    return image.filter(ImageFilter.GaussianBlur(2)).convert(mode)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    """Return a picture as a file."""
    out = BytesIO()
    image.save(out, format=kind, **options)
    return out.getvalue()
