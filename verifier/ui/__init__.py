"""The counter's window: pages that show the state of `verifier.flow.desk` and hand its intents on."""
