-- The role that marketplace_exporter connects as, with the least that it needs. For Supabase there is
-- monitoring-role-supabase.sql.
--
-- Run it as superuser in the database that is to be monitored; it can be run again at any time, and should be after
-- tables were added or row level security was switched on:
--
--     psql -d marketplace -f monitoring-role.sql
--
-- No password is set here, so nobody can log in yet. Set one in psql, which sends it hashed and leaves it in no log:
--
--     \password marketplace_exporter
--
-- Statements can only be counted if the server loads the library, which takes a restart:
--
--     ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements';  -- beside what is there already

DO $$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'marketplace_exporter') THEN
		CREATE ROLE marketplace_exporter;
	END IF;
END
$$;

-- Two connections an exporter, twice for a pair of them, and one for `marketplace_exporter check`.
ALTER ROLE marketplace_exporter LOGIN INHERIT CONNECTION LIMIT 5;

-- The exporter sets limits of its own in each transaction. These hold whatever happens to it, and for whoever else
-- gets hold of the password.
ALTER ROLE marketplace_exporter SET default_transaction_read_only = on;
ALTER ROLE marketplace_exporter SET statement_timeout = '2min';
ALTER ROLE marketplace_exporter SET lock_timeout = '1s';
ALTER ROLE marketplace_exporter SET idle_in_transaction_session_timeout = '1min';

-- Without the first, Postgres hides what other roles run and wait for, and how large other databases are. The second
-- shows settings such as shared_preload_libraries. pg_monitor is both and pg_stat_scan_tables, which may lock tables
-- for as long as it takes to read them whole. None of them lets anybody read a row.
GRANT pg_read_all_stats, pg_read_all_settings TO marketplace_exporter;

-- Everybody may connect and see the schema by default. Where that was revoked, the exporter needs it back.
DO $$
BEGIN
	IF NOT has_database_privilege('marketplace_exporter', current_database(), 'CONNECT') THEN
		EXECUTE format('GRANT CONNECT ON DATABASE %I TO marketplace_exporter', current_database());
	END IF;
	IF to_regnamespace('public') IS NOT NULL THEN
		GRANT USAGE ON SCHEMA public TO marketplace_exporter;
	END IF;
END
$$;

DO $$
BEGIN
	CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
EXCEPTION WHEN OTHERS THEN
	RAISE WARNING 'pg_stat_statements could not be created, so there will be no metrics of statements: %', SQLERRM
		USING HINT = 'It comes with the postgresql-contrib package; then run this file again.';
END
$$;

DO $$
DECLARE
	home oid := (SELECT extnamespace FROM pg_extension WHERE extname = 'pg_stat_statements');
BEGIN
	IF NOT has_schema_privilege('marketplace_exporter', home, 'USAGE') THEN
		EXECUTE format('GRANT USAGE ON SCHEMA %s TO marketplace_exporter', home::regnamespace);
	END IF;
END
$$;

-- The columns that the KPIs count, and no others: names, mail addresses, tokens and texts stay unreadable. A table or
-- column that this database does not have is passed over. Who adds KPIs of other tables adds them here.
--
-- Row level security would make a KPI count no rows, and say so to nobody. Where it is on, a policy lets the role see
-- all rows of the granted columns.
DO $$
DECLARE
	wanted record;
	relation regclass;
	columns text;
BEGIN
	FOR wanted IN SELECT * FROM (VALUES
		('User', ARRAY['id', 'status', 'role', 'subscriptionTier', 'createdAt', 'updatedAt']),
		('Session', ARRAY['id', 'userId', 'createdAt', 'expiresAt']),
		('Product', ARRAY['id', 'seller_id', 'status', 'category', 'price', 'currency', 'createdAt']),
		('File', ARRAY['id', 'product_id', 'user_id', 'size', 'status', 'created_at']),
		('Verification', ARRAY['id', 'product_id', 'level', 'status', 'requested_at', 'assigned_at', 'reviewed_at',
			'completed_at']),
		('Order', ARRAY['id', 'buyer_id', 'product_id', 'amount', 'platform_fee', 'seller_amount', 'currency', 'status',
			'payment_provider', 'paid_at', 'refunded_at', 'createdAt']),
		('Payment', ARRAY['id', 'order_id', 'provider', 'amount', 'currency', 'status', 'payment_method', 'failure_code',
			'createdAt', 'updatedAt']),
		('Refund', ARRAY['id', 'order_id', 'provider', 'amount', 'currency', 'status', 'createdAt']),
		('Settlement', ARRAY['id', 'seller_id', 'total_amount', 'platform_fee', 'payout_amount', 'currency', 'status',
			'period_start', 'period_end', 'payout_date', 'createdAt']),
		('Subscription', ARRAY['id', 'userId', 'tier', 'status', 'interval', 'currentPeriodStart', 'currentPeriodEnd',
			'cancelAtPeriodEnd']),
		('SubscriptionPlan', ARRAY['tier', 'monthlyPrice', 'yearlyPrice']),
		('Review', ARRAY['id', 'user_id', 'product_id', 'rating', 'created_at']),
		('EmailQueue', ARRAY['id', 'status', 'attempts', 'scheduled_at', 'sent_at', 'created_at'])
	) AS kpi (name, names)
	LOOP
		relation := to_regclass(format('public.%I', wanted.name));
		SELECT string_agg(quote_ident(attname), ', ') INTO columns FROM pg_attribute
		WHERE attrelid = relation AND NOT attisdropped AND attname = ANY (wanted.names);
		IF columns IS NULL THEN
			RAISE NOTICE 'there is no such table as %: its KPIs will be absent', wanted.name;
			CONTINUE;
		END IF;
		BEGIN -- both or neither: better a KPI that is refused than one that counts no rows
			EXECUTE format('GRANT SELECT (%s) ON %s TO marketplace_exporter', columns, relation);
			IF (SELECT relrowsecurity FROM pg_class WHERE oid = relation) AND NOT EXISTS (
				SELECT FROM pg_policy WHERE polrelid = relation AND polname = 'marketplace_exporter_counts')
			THEN
				EXECUTE format('CREATE POLICY marketplace_exporter_counts ON %s FOR SELECT TO marketplace_exporter USING (true)',
					relation);
			END IF;
		EXCEPTION WHEN insufficient_privilege THEN
			RAISE WARNING 'the exporter may not read %: %', relation, SQLERRM
				USING HINT = 'Run this file as the owner of the table.';
		END;
	END LOOP;
END
$$;
