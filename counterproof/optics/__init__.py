"""QR codes: messages, text, frames, pixels."""
