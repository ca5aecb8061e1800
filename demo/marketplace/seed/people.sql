-- Half of all people look around and leave; the others stay for most of a year.
CREATE FUNCTION stays(i bigint) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT roll('stays', i) >= 0.45 $$;

CREATE TABLE people AS
SELECT i, id('User', i) AS id, created_at,
	created_at + after('stay', i, CASE WHEN stays(i) THEN interval '270 days' ELSE interval '12 days' END) AS left_at,
	pick('days between visits', i, '{2,7,25}', '{0.15,0.50}')::int AS pause
FROM hours, generate_series(users, users_after - 1) i,
	LATERAL (SELECT moment('registration', i, begins, users, users_after)::timestamp(3) AS created_at OFFSET 0) registered;

-- The current state of each subscription. Its periods are whole months or years after its start.
CREATE TABLE subscriptions AS
WITH started AS (
	SELECT i, id, created_at + after('subscription', i, '20 days') AS started_at,
		pick('tier', i, '{BASIC,PRO,ENTERPRISE}', '{0.60,0.92}') AS tier,
		pick('interval', i, '{month,year}', '{0.80}') AS unit
	FROM people WHERE roll('subscribes', i) < 0.08
), ended AS (
	SELECT *, started_at + after('subscription ends', i, '500 days') AS ends_at FROM started WHERE started_at <= :now OFFSET 0
), periods AS (
	SELECT *, started_at + extract(year FROM age) * interval '1 year'
		+ CASE unit WHEN 'month' THEN extract(month FROM age) * interval '1 month' ELSE interval '0' END AS period_start
	FROM ended, LATERAL (SELECT age(least(:now, ends_at), started_at) AS age OFFSET 0) run
)
SELECT i, id AS user_id, tier, unit, started_at, period_start, period_end,
	CASE WHEN period_end <= :now THEN 'CANCELLED' WHEN ends_at > :now AND roll('past due', i) < 0.02 THEN 'PAST_DUE' ELSE 'ACTIVE' END AS status,
	period_end > :now AND ends_at <= :now AS cancel_at_end
FROM periods, LATERAL (SELECT period_start + ('1 ' || unit)::interval AS period_end OFFSET 0) period;

INSERT INTO "User" ("id", "email", "name", "locale", "status", "role", "subscriptionTier", "createdAt", "updatedAt")
SELECT p.id, 'user' || p.i || '@example.com', 'User ' || p.i, CASE p.i % 4 WHEN 3 THEN 'en' ELSE 'ko' END,
	pick('user status', p.i, '{ACTIVE,SUSPENDED,BANNED}', '{0.97,0.99}')::"UserStatus",
	CASE WHEN p.i % 1000 = 7 THEN 'admin' WHEN p.i % 200 = 1 THEN 'verifier' WHEN p.i % 20 = 0 THEN 'seller' ELSE 'user' END,
	coalesce(s.tier, 'FREE'), p.created_at, p.created_at
FROM people p LEFT JOIN subscriptions s ON s.user_id = p.id AND s.status <> 'CANCELLED';

INSERT INTO "Account" ("id", "userId", "provider", "providerAccountId")
SELECT id('Account', i), id, one_of('login', i, '{google,kakao,github,naver}'), (1000000 + i)::text FROM people;

-- A visit at registration, for some a second one on the next day, and then visits at random days, at an hour that
-- people keep in Seoul. A sign-out deletes the session, as in the application.
INSERT INTO "Session" ("id", "userId", "createdAt", "expiresAt")
SELECT id('Session', visit), user_id, at, at + interval '30 days'
FROM (
	SELECT visit, user_id,
		CASE
			WHEN n = 0 THEN created_at
			WHEN n = 1 THEN created_at + interval '1 day'
			-- The first day starts at registration and today ends now, so that these visits keep their time.
			WHEN day = date_trunc('day', created_at) OR day = date_trunc('day', :now) THEN moment
			ELSE day + interval '1 hour' * (roll('minute', visit) + (15 + width_bucket(189 * roll('hour', visit),
				'{6,10,12,13,14,15,17,21,27,35,44,53,63,72,81,90,100,110,121,134,149,165,179}'::float8[])) % 24)
		END AS at
	FROM (
		SELECT n, id AS user_id, i::bigint * 1024 + n AS visit, created_at,
			created_at + roll('visit', i::bigint * 1024 + n) * (last_day - created_at) AS moment,
			date_trunc('day', created_at + roll('visit', i::bigint * 1024 + n) * (last_day - created_at)) AS day
		FROM people, LATERAL (SELECT least(left_at, :now) AS last_day OFFSET 0) stay,
			generate_series(0, 1 + floor(extract(epoch FROM last_day - created_at) / 86400 / pause + roll('visits', i))::int) n
		WHERE (n <> 1 OR created_at + interval '1 day' <= last_day AND roll('second visit', i) < 0.3)
			AND roll('signed out', i::bigint * 1024 + n) >= 0.3
		OFFSET 0
	) visits
) sessions;

INSERT INTO "SubscriptionPlan" ("id", "tier", "monthlyPrice", "yearlyPrice") VALUES
	(id('SubscriptionPlan', 1), 'BASIC', 9900, 99000),
	(id('SubscriptionPlan', 2), 'PRO', 29000, 290000),
	(id('SubscriptionPlan', 3), 'ENTERPRISE', 99000, 990000);

INSERT INTO "Subscription" ("id", "userId", "tier", "status", "interval", "currentPeriodStart", "currentPeriodEnd", "cancelAtPeriodEnd", "createdAt")
SELECT id('Subscription', i), user_id, tier, status,
	-- The application writes MONTHLY and YEARLY; its first version wrote month and year.
	CASE WHEN started_at < :now - interval '200 days' THEN unit WHEN unit = 'month' THEN 'MONTHLY' ELSE 'YEARLY' END,
	period_start, period_end, cancel_at_end, started_at FROM subscriptions;
