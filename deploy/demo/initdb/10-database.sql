-- The application has its own role, which owns its tables, as in production.
CREATE ROLE marketplace_app LOGIN;
ALTER DATABASE marketplace OWNER TO marketplace_app;
ALTER SCHEMA public OWNER TO marketplace_app;
CREATE EXTENSION pg_stat_statements;
