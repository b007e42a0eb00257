"""Signed packs: what a list operator vouches for, on The Update Framework (python-tuf).

- `layout`: what stands where in a pack, and which key may sign it
- `metadata`: TUF metadata read strictly, and proven again without a clock
- `statement`: authority.json, who the operator is and whose lists it recognises
- `sources`, `https`: a folder, a zip file or an address, read with caps
- `client`: python-tuf's own client, run in a folder of its own: all of a pack, or an error
- `contents`: everything in a pack, parsed and proven together
- `build`: keys and signatures for whoever publishes one
"""
