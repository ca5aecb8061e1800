-- The server reads the secrets itself, so that no statement with a password is logged or recorded.
DO $$
BEGIN
	EXECUTE format('ALTER ROLE marketplace_app PASSWORD %L',
		split_part(rtrim(pg_read_file('/run/secrets/marketplace_app_pgpass'), E'\r\n'), ':', 5));
	EXECUTE format('ALTER ROLE marketplace_exporter PASSWORD %L',
		rtrim(pg_read_file('/run/secrets/marketplace_exporter_password'), E'\r\n'));
END
$$;

-- The statements of the exporter and of the seed would hide those of the traffic.
ALTER ROLE marketplace_exporter SET pg_stat_statements.track = 'none';
SELECT pg_stat_statements_reset();
