"""What the edge knows of clearing: how a run starts, what parties and bank report, and what is read of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chalicelib.application.clearing import StartRun
from chalicelib.application.clearing_lists import ListClearing
from chalicelib.application.clearing_parties import Parties
from chalicelib.application.clearing_payment import ClearingPayment
from chalicelib.application.clearing_reading import ReadHandDown, ReadManifest, ReadProof, ReadRun, ReadStatement
from chalicelib.application.clearing_repair import Repairing
from chalicelib.application.clearing_rulings import Rulings
from chalicelib.domain.texts import Text


@dataclass(frozen=True, slots=True)
class ClearingServices:
    """Of `parties` the edge calls confirm, dispute and resolve, of `rulings` what becomes of them, of `payment` what
    receives; the rest are the machine's.

    `area_names` says what the areas of the standing bundle are called, by their codes.
    """

    start: StartRun
    parties: Parties
    rulings: Rulings
    payment: ClearingPayment
    repairing: Repairing
    lists: ListClearing
    read_run: ReadRun
    read_hand_down: ReadHandDown
    read_statement: ReadStatement
    read_manifest: ReadManifest
    read_proof: ReadProof
    area_names: Callable[[], Mapping[str, Text]]
