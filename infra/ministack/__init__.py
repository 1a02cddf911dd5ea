"""The package as `make package` builds it, deployed to MiniStack, another AWS implementation, on this machine."""
