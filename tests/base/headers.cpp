// Nothing but the headers that all tests are built with.
