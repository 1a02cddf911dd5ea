"""The package as `make package` builds it, deployed to MiniStack: another implementation of AWS, on this machine."""
