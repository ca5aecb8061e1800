-- Creates the role of marketplace_exporter on Supabase, with the minimum of privileges.
--
-- Run it in the SQL editor, or with psql over the direct connection, as the user "postgres", which owns the tables. It
-- can be run again at any time. Run it again after adding tables or enabling row level security. If "postgres" lacks a
-- privilege for a step, a warning reports it and the other steps are done.
--
-- The role has no password yet, so logins fail. Set one with psql, which sends only its hash, so that it does not appear
-- in logs:
--
--     \password marketplace_exporter
--
-- The user name is marketplace_exporter for the direct connection, and marketplace_exporter.<project-ref> for the pooler.

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

-- Without pg_monitor, Postgres hides the statements and waits of other roles. "postgres" is a member of pg_monitor. Before
-- Postgres 16, a member with CREATEROLE can grant it. Since 16, the ADMIN OPTION is required, which depends on the project.
DO $$
BEGIN
	IF NOT pg_has_role('marketplace_exporter', 'pg_monitor', 'USAGE') THEN
		GRANT pg_monitor TO marketplace_exporter;
	END IF;
EXCEPTION WHEN insufficient_privilege THEN
	RAISE WARNING 'pg_monitor could not be granted: %', SQLERRM
		USING HINT = 'Ask the support of Supabase to run: GRANT pg_monitor TO marketplace_exporter. Until then, the '
			'metrics of sessions and statements are absent; KPIs, tables and indexes work.';
END
$$;

DO $$
BEGIN
	IF to_regnamespace('public') IS NOT NULL AND NOT has_schema_privilege('marketplace_exporter', 'public', 'USAGE') THEN
		GRANT USAGE ON SCHEMA public TO marketplace_exporter;
	END IF;
EXCEPTION WHEN insufficient_privilege THEN
	RAISE WARNING 'the exporter cannot use the schema public: %', SQLERRM;
END
$$;

DO $$
BEGIN
	CREATE EXTENSION IF NOT EXISTS pg_stat_statements WITH SCHEMA extensions;
EXCEPTION WHEN OTHERS THEN
	RAISE WARNING 'pg_stat_statements could not be created: statement metrics will be absent: %', SQLERRM
		USING HINT = 'Enable it in the dashboard under Database, Extensions; then run this file again.';
END
$$;

DO $$
DECLARE
	home oid := (SELECT extnamespace FROM pg_extension WHERE extname = 'pg_stat_statements');
BEGIN
	IF NOT has_schema_privilege('marketplace_exporter', home, 'USAGE') THEN
		EXECUTE format('GRANT USAGE ON SCHEMA %s TO marketplace_exporter', home::regnamespace);
	END IF;
EXCEPTION WHEN insufficient_privilege THEN
	RAISE WARNING 'the exporter cannot use the schema of pg_stat_statements: %', SQLERRM
		USING HINT = format('As its owner: GRANT USAGE ON SCHEMA %s TO marketplace_exporter', home::regnamespace);
END
$$;

-- The policies below are preferred over the attribute BYPASSRLS, which applies to every table of the project. Before
-- Postgres 16, only a superuser can set it.

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
