"""Jobs: long operations that outlive the connection which started them."""
