-- Why the answer's embed address is not used, as a clause; empty when it is.

ALTER TABLE entries ADD COLUMN url_missing TEXT NOT NULL DEFAULT '';
