"""The operator of a trust list: a ministry, a city network, whoever says which agencies to believe.

- `records`: what the operator's folder remembers, in one file
- `keys`: officers' keys, the registrar's keys and the daily key, each sealed, each in a folder of its own
- `lists`: the operator's lists, signed anew
- `authority`: `Authority`, with a method for each thing that an operator does
- `publishing`: taking the agencies' parts over, and putting the pack down
- `findings`: what runs out, said days before it does
"""

from issuer.authority.authority import Authority
from issuer.authority.findings import Finding
from issuer.authority.keys import Secrets
from issuer.authority.publishing import Published

__all__ = ["Authority", "Finding", "Published", "Secrets"]
