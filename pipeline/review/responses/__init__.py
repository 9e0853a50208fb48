"""The parties' responses to the minutes: the file a party's page saves, the key it signs with, and how the files are merged.

What a signature proves: the file was made with the key that travels in the page of one party, and nothing in it was changed
since. The private key is made when the page is made, stands only in that page and is not kept; the dossier keeps the public
key. So the other party cannot write this party's response, and neither can somebody who reads the dossier or a bundle.

What it does not prove: who sat at the page. Whoever has the page, a finder of the stick too, can sign with it. And the
organisation makes the page: it could keep a copy before it hands it over. Against that stand the read-back receipt, which
the party keeps and which names the digest of what was received, and the log and seal, which cannot be rewritten without it
showing beside a receipt.
"""
