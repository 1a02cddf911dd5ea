"""Official forms: a form is data (`model`), printed as a workbook (`xlsx`) or a page (`page`) of the same content."""
