"""The deployed template, the workflows it runs, and the stack that runs both on a single machine."""
