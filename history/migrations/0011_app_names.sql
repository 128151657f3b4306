-- Whether another app of a server has the name of one is asked for each row that is shown.

CREATE INDEX listed_apps_name ON listed_apps (server, name, uid);
