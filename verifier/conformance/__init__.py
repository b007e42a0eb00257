"""The conformance door: cases in, verdicts out, a line of JSON each (docs/conformance.md).

It calls the deciding functions that the counter and the wallet call, and nothing in between. Every input
comes with the line: no clock, no trust store, no memory of earlier lines, and nothing is written down.
"""
