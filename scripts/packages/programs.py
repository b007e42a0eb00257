"""The three programs, as their packages describe them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"

# What the bundled Qt, and nothing else, takes from the system; the list is what `ldd` says of its plugins.
_SCREEN = (
    "libc6 (>= 2.36)",
    "libdbus-1-3",
    "libegl1",
    "libfontconfig1",
    "libfreetype6",
    "libgl1",
    "libglib2.0-0",
    "libx11-xcb1",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-xinerama0",
    "libxcb-xkb1",
    "libxkbcommon-x11-0",
    "libxkbcommon0",
)
_PAPER = "libfribidi0"
"""What Pillow takes from the system to put letters of Hindi or Arabic together."""

_SERVICE = ("fastapi", "starlette", "uvicorn", "fido2", "jinja2", "prometheus_client", "psycopg", "structlog")
_BULK = ("dask", "distributed", "pyarrow", "pandas")
_REGISTER = ("sqlalchemy", "alembic", "pkcs11")
_NO_AGENCY = (*_SERVICE, *_BULK, *_REGISTER)
_QT = ("PySide6", "shiboken6", "miniaudio")


@dataclass(frozen=True, slots=True)
class Program:
    """One application: `name` is its command, `app_id` its desktop id, None without a window.

    `depends` and `recommends` are Debian relations; `limit_mb` is the most that it may take installed, in
    megabytes, so that a library that slips in is seen; `left_out` are libraries that must not be bundled.
    """

    name: str
    summary: str
    description: str
    app_id: str | None
    depends: tuple[str, ...]
    recommends: tuple[str, ...]
    limit_mb: int
    left_out: tuple[str, ...]

    @property
    def package(self) -> str:
        """The name of the Debian package."""
        return f"counterproof-{self.name}"


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
            depends=(*_SCREEN, _PAPER),
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
            depends=(*_SCREEN, _PAPER),
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
            depends=("adduser", "libc6 (>= 2.36)"),
            recommends=("postgresql",),
            limit_mb=600,
            left_out=_QT,
        ),
    )
}
