"""The wallet's window: pages that show the state of a flow and say what a person wants."""
