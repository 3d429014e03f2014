-- Two roles: one owns the tables and changes them when the product is brought up to date; the other reads and writes rows, and can neither
-- change a table nor switch off what refuses changes of the record.
CREATE ROLE concord_owner LOGIN;
CREATE ROLE concord LOGIN;
ALTER DATABASE concord OWNER TO concord_owner;
REVOKE ALL ON DATABASE concord FROM PUBLIC;
GRANT CONNECT ON DATABASE concord TO concord;
\connect concord
ALTER SCHEMA public OWNER TO concord_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO concord;
ALTER DEFAULT PRIVILEGES FOR ROLE concord_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO concord;
ALTER DEFAULT PRIVILEGES FOR ROLE concord_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO concord;
