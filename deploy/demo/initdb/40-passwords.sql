-- The server reads the secrets itself, so that no password is part of a statement that somebody could log or count.
DO $$
BEGIN
	EXECUTE format('ALTER ROLE marketplace_app PASSWORD %L',
		split_part(rtrim(pg_read_file('/run/secrets/marketplace_app_pgpass'), E'\r\n'), ':', 5));
	EXECUTE format('ALTER ROLE marketplace_exporter PASSWORD %L',
		rtrim(pg_read_file('/run/secrets/marketplace_exporter_password'), E'\r\n'));
END
$$;

-- Or else two hundred statements of the seed would hide what people do.
SELECT pg_stat_statements_reset();
