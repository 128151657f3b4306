-- What a server said last of its users, workspaces and apps, so that names are
-- proposed and compared without asking it. Nothing of a user's metadata is here.
-- The server is its base URL; times are by the local clock.

CREATE TABLE listings (
	server TEXT NOT NULL,
	kind   TEXT NOT NULL CHECK (kind IN ('users', 'workspaces', 'apps')),
	loaded INTEGER NOT NULL,
	PRIMARY KEY (server, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE listed_users (
	server TEXT NOT NULL,
	place  INTEGER NOT NULL, -- in the server's order
	uid    TEXT NOT NULL,
	email  TEXT NOT NULL,
	name   TEXT NOT NULL,
	status TEXT NOT NULL,
	roles  TEXT NOT NULL, -- JSON: workspaces with status and role
	groups TEXT NOT NULL, -- JSON: names of custom groups
	PRIMARY KEY (server, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE listed_workspaces (
	server TEXT NOT NULL,
	place  INTEGER NOT NULL,
	uid    TEXT NOT NULL,
	name   TEXT NOT NULL,
	status TEXT NOT NULL,
	PRIMARY KEY (server, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE listed_apps (
	server       TEXT NOT NULL,
	place        INTEGER NOT NULL,
	uid          TEXT NOT NULL,
	slug         TEXT NOT NULL,
	name         TEXT NOT NULL,
	workspace_id TEXT NOT NULL,
	workspace    TEXT NOT NULL,
	PRIMARY KEY (server, place)
) STRICT, WITHOUT ROWID;
