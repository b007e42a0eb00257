"""The QR exchange: request, answer, code shown first, slip, receipt (docs/qr-exchange.md).

Everything here is bytes and times that are passed in; texts, frames and pixels are the rest of `optics`.
"""
