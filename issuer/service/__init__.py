"""`issuer serve`: OpenID4VCI 1.0 for wallets of any maker, and an HTTP interface for clerks.

- `settings`: every bound and every choice of who runs it
- `guards`, `rates`: what a request must keep to before anything looks at it
- `metadata`, `oauth`, `credentials`: the endpoints of the specification
- `clerks`: offers, decisions, statuses, search
- `problems`: our codes as errors of each protocol
- `application`, `running`: put together, and run
"""
