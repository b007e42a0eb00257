"""The three programs, as their packages describe them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"

# What is linked against and not bundled; the build holds the lists against the libraries themselves.
_PYTHON = (
    "libbz2-1.0",
    "libc6 (>= 2.36)",
    "libffi8",
    "libgcc-s1",
    "liblzma5",
    "libreadline8",
    "libsqlite3-0",
    "libssl3",
    "libstdc++6",
    "libuuid1",
    "zlib1g",
)
_SCREEN = (
    "libcups2",
    "libdbus-1-3",
    "libegl1",
    "libfontconfig1",
    "libfreetype6",
    "libgl1",
    "libglib2.0-0",
    "libwayland-client0",
    "libwayland-cursor0",
    "libwayland-egl1",
    "libx11-6",
    "libx11-xcb1",
    "libxcb-cursor0",
    "libxcb-glx0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-render0",
    "libxcb-shape0",
    "libxcb-shm0",
    "libxcb-sync1",
    "libxcb-util1",
    "libxcb-xfixes0",
    "libxcb-xkb1",
    "libxcb1",
    "libxkbcommon-x11-0",
    "libxkbcommon0",
    "libzstd1",
)
_PAPER = "libfribidi0"
"""What Pillow looks for when it puts letters of Hindi or Arabic together."""

_SERVICE = ("fastapi", "starlette", "uvicorn", "fido2", "jinja2", "prometheus_client", "psycopg", "structlog")
_BULK = ("dask", "distributed", "pyarrow", "pandas")
_REGISTER = ("sqlalchemy", "alembic", "pkcs11")
_NO_AGENCY = (*_SERVICE, *_BULK, *_REGISTER)
_QT = ("PySide6", "shiboken6", "miniaudio")


@dataclass(frozen=True, slots=True)
class Program:
    """One application: `name` is its command, `app_id` its desktop id, None without a window.

    `linked`, `other` (called, or looked for while it runs) and `recommends` are Debian relations. `limit_mb`
    is the most that it may take installed, in megabytes, so that a library that slips in is seen.
    `left_out` names libraries that must not be bundled.
    """

    name: str
    summary: str
    description: str
    app_id: str | None
    linked: tuple[str, ...]
    other: tuple[str, ...]
    recommends: tuple[str, ...]
    limit_mb: int
    left_out: tuple[str, ...]

    @property
    def package(self) -> str:
        """The name of the Debian package."""
        return f"counterproof-{self.name}"

    @property
    def depends(self) -> tuple[str, ...]:
        """What the system must have for it to run: Debian relations."""
        return tuple(sorted({*self.linked, *self.other}))


PROGRAMS = {
    each.name: each
    for each in (
        Program(
            name="wallet",
            summary="identity wallet that shows just what you agree to",
            description=(
                "Keeps cards that agencies sign, sealed by a passphrase, and answers a counter by a QR code "
                "that reveals the fields its holder agreed to and nothing else. Opens no connection that was "
                "not asked for."
            ),
            app_id="org.counterproof.Wallet",
            linked=(*_PYTHON, *_SCREEN),
            other=(_PAPER,),
            recommends=("fonts-noto-core", "fonts-noto-cjk"),
            limit_mb=600,
            left_out=_NO_AGENCY,
        ),
        Program(
            name="verifier",
            summary="offline verifier of identity documents shown as QR codes",
            description=(
                "Asks for what a counter needs to know, reads the code that a resident shows, and says in "
                "plain words whether to believe it, checked against the keys of the agencies. Works with the "
                "network unplugged."
            ),
            app_id="org.counterproof.Verifier",
            linked=(*_PYTHON, *_SCREEN),
            other=(_PAPER,),
            recommends=("fonts-noto-core", "fonts-noto-cjk"),
            limit_mb=600,
            left_out=_NO_AGENCY,
        ),
        Program(
            name="issuer",
            summary="issues ISO 18013-5 documents to wallets",
            description=(
                "Runs an agency that signs documents for wallets: keys, register, credential types, issuing, "
                "revoking and publishing, on the command line and as a service."
            ),
            app_id=None,
            linked=_PYTHON,
            other=("adduser",),
            recommends=("postgresql",),
            limit_mb=600,
            left_out=_QT,
        ),
    )
}
