"""How an address names a choice whose words somebody typed: they would else stand in whoever's log of addresses."""

from django.utils.crypto import salted_hmac


def address_key(words: str) -> str:
    """Sixteen letters that stand for the words: the same for the same words, as long as the installation's key is, and they tell nothing of them."""
    return salted_hmac("concord.address", words, algorithm="sha256").hexdigest()[:16]
