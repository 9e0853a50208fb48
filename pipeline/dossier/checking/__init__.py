"""Checking that a dossier, a bundle or a single copy is what it was: our own check, and the one every bundle carries.

These modules use nothing but the standard library, each other, and `cryptography` for the signatures; a bundle carries
them joined into one file (`pipeline.dossier.verifier`). They read and never write, trust no name that stands in what they
check, follow no links, unpack nothing to disk, and work offline.
"""
