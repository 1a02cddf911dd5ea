"""The names that are confused easily, each with a type of its own: to run they are text, to a type checker they differ.

A value gets its type where text is read: a body's field, a path, a query, a token, a policy file, an item of a table,
an id made by hashing or drawing. Elsewhere a value is handed on and never converted.
"""

from __future__ import annotations

from typing import NewType

PersonToken = NewType("PersonToken", str)
"""A person's pseudonym: `prs_` and 32 hexadecimal digits, made from the identity number with the registry's key."""

ClaimId = NewType("ClaimId", str)
"""The id of a version of a claim: `clm_` and 26 characters of Base32, made from institution, number and version. A case
of reimbursement by hand, `rmb_` and 26 hexadecimal digits, stands in the place of a claim in its person's year.
"""

InstitutionCode = NewType("InstitutionCode", str)
"""The code of a hospital (`H`) or a pharmacy (`P`): the letter and 11 digits."""

AreaCode = NewType("AreaCode", str)
"""The code of an administrative area of GB/T 2260, six digits; `000000` is the nation. An agency, a pooling area and a
clearing tier are named by the code of their area.
"""

AdvanceId = NewType("AdvanceId", str)
"""The id of an advance: `adv_` and 26 hexadecimal digits, made from the content of the request."""

RunId = NewType("RunId", str)
"""The id of a clearing run: `clr_` and 26 characters of Base32, made from the window that the run clears."""

TransactionId = NewType("TransactionId", str)
"""The id of a ledger transaction: the kind of its event and the id of the cause, `settle:clm_…`, with a number where
the event can recur. The same event of the same cause always gives the same id.
"""

DisputeId = NewType("DisputeId", str)
"""The id of a dispute in a clearing run: `dsp_` and 26 characters of Base32, made from run, area and claim."""

MovementId = NewType("MovementId", str)
"""The id of a movement at the bank: `mov_` and hexadecimal digits, made from the office and the bank's reference."""

RecalculationId = NewType("RecalculationId", str)
"""The id of a recalculation: `rcl_` and 26 digits of the bundle's hash."""

SimulationId = NewType("SimulationId", str)
"""The id of a run of the simulation machine: `sim_` over another bundle, `mov_` over amounts that provisions moved."""

FilingId = NewType("FilingId", str)
"""The id of a filing of treatment elsewhere, made from the content of the filing and a number."""

TransferId = NewType("TransferId", str)
"""The id of a transfer between two places' enrolments: `etr_` and 26 hexadecimal digits, made from the request."""

TaskId = NewType("TaskId", str)
"""The id of a task on the work list: `tsk_` and 26 hexadecimal digits, made from its subject and kind."""

RequestId = NewType("RequestId", str)
"""The id of a request over HTTP, which its answer, the log and the trail of acts name."""

EventId = NewType("EventId", str)
"""The id of an event: `evt_` and 32 hexadecimal digits, made from the name of the change."""

PersonRequestId = NewType("PersonRequestId", str)
"""The id of a request about a person's record: `prq_` and hexadecimal digits, made from the content of the request."""
