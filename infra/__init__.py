"""The template that is deployed, the workflows it runs, and the stack that runs both on one machine."""
