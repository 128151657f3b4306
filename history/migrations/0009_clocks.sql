-- What was measured last of a server's clock on a machine: server = local + clock. at is
-- by the local clock, the others are nanoseconds.

CREATE TABLE server_clocks (
	server      TEXT NOT NULL,
	machine     TEXT NOT NULL,
	at          INTEGER NOT NULL,
	clock       INTEGER NOT NULL,
	clock_error INTEGER NOT NULL,
	PRIMARY KEY (server, machine)
) STRICT, WITHOUT ROWID;
