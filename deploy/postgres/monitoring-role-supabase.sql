-- The role that marketplace_exporter connects as on Supabase, with the least that it needs.
--
-- Run it in the SQL editor, or with psql on the direct connection, as the user "postgres", who owns the tables; it can
-- be run again at any time, and should be after tables were added or row level security was switched on. What
-- "postgres" is not allowed to do there is told by a warning, and the rest is done.
--
-- No password is set here, so nobody can log in yet. Set one with psql, which sends it hashed and leaves it in no log:
--
--     \password marketplace_exporter
--
-- The user name is marketplace_exporter on the direct connection and marketplace_exporter.<project-ref> on the pooler.

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

-- Without it Postgres hides what other roles run and wait for. "postgres" is a member of pg_monitor, and before
-- Postgres 16 that and the right to create roles are enough to pass it on. From 16 on it takes the ADMIN OPTION, and
-- whether a project has that is Supabase's choice.
DO $$
BEGIN
	IF NOT pg_has_role('marketplace_exporter', 'pg_monitor', 'USAGE') THEN
		GRANT pg_monitor TO marketplace_exporter;
	END IF;
EXCEPTION WHEN insufficient_privilege THEN
	RAISE WARNING 'pg_monitor could not be granted: %', SQLERRM
		USING HINT = 'Ask Supabase''s support for: GRANT pg_monitor TO marketplace_exporter. Until then the KPIs, tables '
			'and indexes work, and the metrics of other roles'' sessions and statements are absent.';
END
$$;

DO $$
BEGIN
	IF to_regnamespace('public') IS NOT NULL AND NOT has_schema_privilege('marketplace_exporter', 'public', 'USAGE') THEN
		GRANT USAGE ON SCHEMA public TO marketplace_exporter;
	END IF;
EXCEPTION WHEN insufficient_privilege THEN
	RAISE WARNING 'the exporter cannot see the schema public: %', SQLERRM;
END
$$;

DO $$
BEGIN
	CREATE EXTENSION IF NOT EXISTS pg_stat_statements WITH SCHEMA extensions;
EXCEPTION WHEN OTHERS THEN
	RAISE WARNING 'pg_stat_statements could not be created, so there will be no metrics of statements: %', SQLERRM
		USING HINT = 'Switch it on in the dashboard, at Database, Extensions; then run this file again.';
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
	RAISE WARNING 'the exporter cannot see the schema of pg_stat_statements: %', SQLERRM
		USING HINT = format('As its owner: GRANT USAGE ON SCHEMA %s TO marketplace_exporter', home::regnamespace);
END
$$;

-- The attribute BYPASSRLS would do what the policies below do, for every table of the project; and before Postgres 16
-- only a superuser can give it.

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
