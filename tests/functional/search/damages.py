"""What may happen to a file on a disk."""

import random
from collections.abc import Callable
from pathlib import Path

Damage = Callable[[bytes], bytes]


def flipped(seed: int) -> Damage:
    """Turn some bits, which ones is the same each time."""

    def damage(sound: bytes) -> bytes:
        chance, torn = random.Random(seed), bytearray(sound)
        for _ in range(chance.choice([1, 3, 30])):
            torn[chance.randrange(len(torn))] ^= 1 << chance.randrange(8)
        return bytes(torn)

    return damage


DAMAGES: list[Damage] = [lambda _: b"", lambda sound: bytes(len(sound)), lambda sound: sound[: len(sound) // 2]]


def harm(file: Path, damage: Damage) -> None:
    """Put what is left of a file into its place.

    Whoever has it open keeps the sound one: a file that gets shorter while a library has it in memory ends the
    process, and threads of Tantivy still look at files of an index that nobody holds any more.
    """
    left = file.with_name("left")
    left.write_bytes(damage(file.read_bytes()))
    left.replace(file)
