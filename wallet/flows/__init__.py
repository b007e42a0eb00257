"""What the wallet's window does, without a window: plain state that pages show and tests drive."""
