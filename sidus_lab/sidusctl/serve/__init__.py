"""Services: the programs of a server that hand a site to its nodes, and the configuration that each needs."""
