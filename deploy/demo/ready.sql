-- The health check of the database. The server also listens after an initialization that failed: its
-- last step sets the passwords, and the seed is one transaction.
DO $$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_authid WHERE rolname = 'marketplace_exporter' AND rolpassword IS NOT NULL)
		OR NOT EXISTS (SELECT FROM public."User") THEN
		RAISE EXCEPTION 'the initialization of the database failed'
			USING HINT = 'The log of the first start has the cause. Then remove the data: docker compose down -v.';
	END IF;
END
$$;
