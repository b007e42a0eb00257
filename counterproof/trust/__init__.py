"""What an agency publishes, and what a wallet or a counter keeps of it.

- `manifest`: agency.json, the list of an agency's files, and the signature over it
- `contents`: everything that a manifest names, parsed and proven together or not at all
- `readers`: the counters an agency vouches for, with the names to show
- `purposes`: who may ask which elements for what, and on what terms
- `folder`: reading such a folder without being led astray, and writing one whole or not at all
- `published`: `write_published` for the agency, `read_published` for everybody else
- `succession`: what may follow what, and what never goes backwards
- `store`: the local copy; an update is kept whole or not at all
- `kept`: what the local copy says: issuers, readers, statuses, types, and how old it all is
- `floor`: the moment before which no clock can be right
"""
