"""Getting cards over a network (OpenID4VCI 1.0): the only rooms of the wallet that open a connection.

- `addresses`: where a connection may go
- `network`: connections that go there and nowhere else
- `agency`: what an agency is asked, step by step
- `receiving`: the flow, from a link to a card that is kept
"""
