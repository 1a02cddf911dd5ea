"""Clearing between areas: obligations are collected in windows, proved, netted, stated, confirmed and paid.

A settlement that owes between areas leaves its obligations in a window (`windows`). A closed window is held against the
journal (`proof`), its obligations are netted (`netting`) and shown to every area down to the claim (`statements`,
`merkle`). The run (`run`) ends when the bank's receipts match its instructions (`bank`); `postings` holds the ledger
transactions of these steps. Source: N-07, Y-04, S-02, W-03; design.md sections 6 and 7.
"""
