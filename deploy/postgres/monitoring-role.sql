-- Creates the role of marketplace_exporter, with the minimum of privileges. For Supabase, use
-- monitoring-role-supabase.sql.
--
-- Run it as superuser in the monitored database. It can be run again at any time. Run it again after adding tables or
-- enabling row level security:
--
--     psql -d marketplace -f monitoring-role.sql
--
-- The role has no password yet, so logins fail. Set one with psql, which sends only its hash, so that it does not appear
-- in logs:
--
--     \password marketplace_exporter
--
-- Statement metrics require the library of pg_stat_statements. Add it to the existing value and restart the server:
--
--     ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements';

DO $$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'marketplace_exporter') THEN
		CREATE ROLE marketplace_exporter;
	END IF;
END
$$;

-- Two exporters with two connections each, and one connection for `marketplace_exporter check`. The limit is for all
-- databases of the server: with an exporter for each of several databases, raise it by 4 for each further database.
ALTER ROLE marketplace_exporter LOGIN INHERIT CONNECTION LIMIT 5;

-- The exporter sets its own limits in each transaction. These are defaults for all sessions of the role.
ALTER ROLE marketplace_exporter SET default_transaction_read_only = on;
ALTER ROLE marketplace_exporter SET statement_timeout = '2min';
ALTER ROLE marketplace_exporter SET lock_timeout = '1s';
ALTER ROLE marketplace_exporter SET idle_in_transaction_session_timeout = '1min';

-- Without pg_read_all_stats, Postgres hides the statements and waits of other roles, and the sizes of other databases.
-- pg_read_all_settings shows settings such as shared_preload_libraries. pg_monitor would add pg_stat_scan_tables, whose
-- functions may lock a table for a full scan. None of these roles can read rows of tables.
GRANT pg_read_all_stats, pg_read_all_settings TO marketplace_exporter;

-- PUBLIC has these privileges by default. If they were revoked, the exporter needs its own.
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
	RAISE WARNING 'pg_stat_statements could not be created: statement metrics will be absent: %', SQLERRM
		USING HINT = 'Install the postgresql-contrib package and run this file again.';
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

-- The columns that the KPIs need, and no others. Tables and columns that do not exist in this database are skipped. Add
-- the columns of your own KPIs here. If the tables are in another schema (settings.schema of the KPI file), replace
-- "public" in this file.
--
-- With row level security, a KPI would count no rows without an error. Where it is enabled, a policy lets the role read
-- all rows of the granted columns.
DO $$
DECLARE
	wanted record;
	relation regclass;
	columns text;
BEGIN
	FOR wanted IN SELECT * FROM (VALUES
		('User', ARRAY['id', 'status', 'createdAt']),
		('Session', ARRAY['userId', 'createdAt']),
		('Product', ARRAY['id', 'seller_id', 'status', 'category', 'createdAt']),
		('File', ARRAY['id', 'status']),
		('Verification', ARRAY['level', 'status', 'requested_at', 'completed_at']),
		('Order', ARRAY['buyer_id', 'product_id', 'amount', 'platform_fee', 'currency', 'status', 'payment_provider', 'paid_at', 'createdAt']),
		('Payment', ARRAY['order_id', 'provider', 'status', 'payment_method', 'failure_code', 'createdAt']),
		('Refund', ARRAY['amount', 'currency', 'status', 'createdAt']),
		('Settlement', ARRAY['id', 'payout_amount', 'currency', 'status', 'period_start', 'period_end']),
		('Subscription', ARRAY['tier', 'status', 'interval', 'currentPeriodEnd']),
		('SubscriptionPlan', ARRAY['tier', 'monthlyPrice', 'yearlyPrice']),
		('Review', ARRAY['user_id', 'created_at']),
		('EmailQueue', ARRAY['status', 'scheduled_at', 'sent_at', 'created_at'])
	) AS kpi (name, names)
	LOOP
		relation := to_regclass(format('public.%I', wanted.name));
		SELECT string_agg(quote_ident(attname), ', ') INTO columns FROM pg_attribute
		WHERE attrelid = relation AND NOT attisdropped AND attname = ANY (wanted.names);
		IF columns IS NULL THEN
			RAISE NOTICE 'the table % does not exist: its KPIs will be absent', wanted.name;
			CONTINUE;
		END IF;
		BEGIN -- one block for the grant and the policy: without the policy, a granted table would count as empty
			EXECUTE format('GRANT SELECT (%s) ON %s TO marketplace_exporter', columns, relation);
			IF (SELECT relrowsecurity FROM pg_class WHERE oid = relation) AND NOT EXISTS (
				SELECT FROM pg_policy WHERE polrelid = relation AND polname = 'marketplace_exporter_counts')
			THEN
				EXECUTE format('CREATE POLICY marketplace_exporter_counts ON %s FOR SELECT TO marketplace_exporter USING (true)',
					relation);
			END IF;
		EXCEPTION WHEN insufficient_privilege THEN
			RAISE WARNING 'cannot grant SELECT on %: %', relation, SQLERRM
				USING HINT = 'Run this file as the owner of the table.';
		END;
	END LOOP;
END
$$;
