from __future__ import annotations

import random
import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from counterproof.mdoc.errors import CounterproofError, LimitError, MalformedError
from issuer.picture_header import PictureHeader, read_header
from issuer.portrait import LARGE, QR, PortraitBudget, compress
from tests.kit.portraits import face, saved

FORMATS = ("JPEG", "PNG", "WEBP")


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data), formats=["JPEG"])
    image.load()
    return image


def png_of(width: int, height: int) -> bytes:
    """Return a small file that says it is large."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("budget", [QR, LARGE, PortraitBudget(most_bytes=1024, grey=True)])
def test_a_portrait_fits_its_budget(kind: str, budget: PortraitBudget) -> None:
    made = compress(saved(face(), kind), budget)
    image = opened(made)
    assert budget.most_bytes * 0.6 < len(made) <= budget.most_bytes
    assert image.size == (budget.width, budget.height)
    assert image.mode == ("L" if budget.grey else "RGB")


@pytest.mark.parametrize("kind", FORMATS)
def test_the_header_tells_kind_and_size(kind: str) -> None:
    assert read_header(saved(face(123, 457), kind)) == PictureHeader(kind, 123, 457)


def test_every_webp_header_is_known() -> None:
    for options in ({"lossless": True}, {"lossless": False}, {"exif": b"Exif\0\0" + bytes(30)}):
        assert read_header(saved(face(123, 457), "WEBP", **options)) == PictureHeader("WEBP", 123, 457)


def test_a_progressive_jpeg_with_much_in_front() -> None:
    data = saved(face(123, 457), "JPEG", progressive=True, icc_profile=bytes(200_000))
    assert read_header(data) == PictureHeader("JPEG", 123, 457)


def test_what_rode_along_is_left_behind() -> None:
    exif = Image.Exif()
    exif[0x010E] = "a description of the person"
    exif[0x8825] = {2: (59.0, 26.0, 13.0)}
    data = saved(face(), "JPEG", exif=exif, comment=b"a comment", icc_profile=b"a profile")
    made = compress(data)
    for each in (b"Exif", b"description", b"comment", b"profile", b"ICC_PROFILE", b"http"):
        assert each not in made
    assert set(opened(made).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize(("orientation", "corner"), [(1, (0, 0)), (3, (1, 1)), (6, (1, 0)), (8, (0, 1))])
def test_a_portrait_is_turned_as_exif_says(orientation: int, corner: tuple[int, int]) -> None:
    image = Image.new("RGB", (400, 400), "white")
    image.paste("black", (0, 0, 200, 200))
    exif = Image.Exif()
    exif[0x0112] = orientation
    made = opened(compress(saved(image, "JPEG", exif=exif), PortraitBudget(width=100, height=100)))
    grey = np.asarray(made.convert("L"))
    dark = [(x, y) for x in (0, 1) for y in (0, 1) if grey[25 + 50 * y, 25 + 50 * x] < 64]
    assert dark == [corner]


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA"])
def test_every_usual_mode_of_png(mode: str) -> None:
    assert opened(compress(saved(face().convert(mode), "PNG"))).size == (96, 128)


def test_what_is_transparent_becomes_white() -> None:
    clear = Image.new("RGBA", (300, 400), (0, 0, 0, 0))
    made = opened(compress(saved(clear, "PNG"))).convert("L")
    assert made.getextrema() == (255, 255)


def test_a_cmyk_jpeg_is_a_picture() -> None:
    assert opened(compress(saved(face().convert("CMYK"), "JPEG"))).mode == "RGB"


def test_nothing_is_scaled_up() -> None:
    assert opened(compress(saved(face(60, 80), "PNG"), LARGE)).size == (60, 80)


def test_noise_is_made_smaller_until_it_fits() -> None:
    noise = Image.effect_noise((600, 800), 255).convert("RGB")
    made = compress(saved(noise, "PNG"), PortraitBudget(most_bytes=700))
    assert len(made) <= 700
    assert opened(made).width < 96


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not-a-picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not-a-picture"),
        (b"GIF89a" + bytes(100), "not-a-picture"),
        (b"%PDF-1.7", "not-a-picture"),
        (b"\xff\xd8\xff\xe0", "not-a-picture"),
        (b"\xff\xd8\xff" + b"\xff" * 5000, "not-a-picture"),
        (b"RIFF\0\0\0\0WEBPVP8X", "not-a-picture"),
        (b"RIFF\0\0\0\0WEBPABCD" + bytes(20), "not-a-picture"),
        (png_of(20_000, 20_000), "too-large"),
        (png_of(3_000, 4_001), "too-large"),
        (png_of(0, 0), "too-small"),
        (png_of(31, 400), "too-small"),
        (png_of(300, 400), "unreadable"),
        (bytes(20_000_001), "too-large"),
    ],
)
def test_what_is_no_portrait_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(MalformedError) as caught:
        compress(data)
    assert caught.value.code == f"portrait.{code}"


def test_a_webp_that_says_it_is_huge_is_not_decoded() -> None:
    data = bytearray(saved(face(64, 64), "WEBP", exif=b"Exif\0\0" + bytes(30)))
    data[24:30] = b"\xff\xff\xff\xff\xff\xff"
    with pytest.raises(LimitError, match=r"portrait\.too-large"):
        compress(bytes(data))


def test_sixteen_bits_are_refused_rather_than_whitened() -> None:
    with pytest.raises(MalformedError, match=r"portrait\.unreadable"):
        compress(saved(Image.new("I;16", (300, 400), 30_000), "PNG"))


def test_a_budget_that_nothing_fits() -> None:
    with pytest.raises(LimitError, match=r"portrait\.cannot-fit"):
        compress(saved(face(), "PNG"), PortraitBudget(most_bytes=300))


@pytest.mark.parametrize("kind", FORMATS)
def test_a_damaged_picture_is_a_picture_or_is_refused(kind: str) -> None:
    chance = random.Random(kind)
    whole = saved(face(90, 120), kind)
    codes = set()
    for _ in range(60):
        damaged = bytearray(whole[: chance.randrange(1, len(whole))] if chance.random() < 0.4 else whole)
        for _ in range(chance.randrange(1, 6)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            assert opened(compress(bytes(damaged))).width <= 96
        except CounterproofError as error:
            codes.add(error.code.partition(".")[0])
    assert codes == {"portrait"}
