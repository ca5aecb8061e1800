-- The roles and tables of the benchmark. bench.tables, bench.indexes and bench.password are set before.
CREATE ROLE bare LOGIN;
GRANT pg_read_all_stats TO bare;
CREATE ROLE postgres_exporter LOGIN;
GRANT pg_monitor TO postgres_exporter;
CREATE ROLE shop LOGIN;
CREATE ROLE worker LOGIN;

DO $$
DECLARE
	tables int := current_setting('bench.tables');
	indexes int := current_setting('bench.indexes');
	role text;
BEGIN
	FOREACH role IN ARRAY '{marketplace_exporter,bare,postgres_exporter,shop,worker}'::text[] LOOP
		EXECUTE format('ALTER ROLE %I PASSWORD %L', role, current_setting('bench.password'));
	END LOOP;

	-- The columns that the statements select. They have more pairs than there are statements.
	EXECUTE (SELECT format('CREATE TABLE wide (%s)', string_agg(format('column_%s int', n), ', ')) FROM generate_series(0, 109) n);
	GRANT SELECT ON wide TO shop, worker;

	-- Tables with a primary key, a TOAST table and up to 400 rows, so that their sizes differ. The other indexes are spread over
	-- the tables.
	FOR i IN 0 .. tables - 1 LOOP
		EXECUTE format('CREATE TABLE listing_%s (id int PRIMARY KEY, seller int, title text)', i);
		EXECUTE format('INSERT INTO listing_%s SELECT n, n %% 7, repeat(''x'', 200) FROM generate_series(1, %s) n', i, i % 400);
		FOR n IN 1 .. (indexes - 1 - i) / tables LOOP
			EXECUTE format('CREATE INDEX ON listing_%s (seller)', i);
		END LOOP;
	END LOOP;
END $$;
ANALYZE;
