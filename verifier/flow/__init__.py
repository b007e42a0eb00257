"""What a counter's window does, without a window: plain state, intents in, states out."""
