-- The application has a role of its own and owns what it makes, as it should anywhere.
CREATE ROLE marketplace_app LOGIN;
ALTER DATABASE marketplace OWNER TO marketplace_app;
ALTER SCHEMA public OWNER TO marketplace_app;
CREATE EXTENSION pg_stat_statements;
