-- Distinct statements of 0.3 to 4 KB in an ORM's style, whose number is $1. Each has its own pair of columns in WHERE, because
-- pg_stat_statements ignores constants.
SELECT 'SELECT ' || (
		SELECT string_agg(format('column_%s AS "public_wide_column_as_it_was_selected_%s"', (i + n) % 110, n), ', ')
		FROM generate_series(0, 4 + i * 7919 % 62) n
	) || format(' FROM wide WHERE column_%s = %s AND column_%s > %s', i / 109, i, (i / 109 + 1 + i % 109) % 110, i)
FROM generate_series(0, $1::int - 1) i
