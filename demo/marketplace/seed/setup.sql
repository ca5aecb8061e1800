-- Seeding runs in one transaction, in the order setup, people, catalog, sales, platform. Go replaces :users, :seed
-- and :now, the end of the year of business in UTC. Helpers and working tables live in the schema "seed", which is
-- dropped at the end.
--
-- Every random choice is a hash of the seed, the name of the choice and the number of the row. The same parameters
-- produce the same rows in any plan, and one table can derive another table's id from a row number without a join.
SET LOCAL jit = off;
SET LOCAL work_mem = '256MB';
SET LOCAL maintenance_work_mem = '256MB';
CREATE SCHEMA seed;
SELECT set_config('search_path', 'seed, ' || current_setting('search_path'), true);

-- roll returns a uniform number from 0 up to 1.
CREATE FUNCTION roll(choice text, i bigint) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT (hashint8extended(i, hashtextextended(choice, :seed)) & 9007199254740991)::float8 / 9007199254740992 $$;

-- after returns an exponential waiting time, as between independent events.
CREATE FUNCTION after(choice text, i bigint, mean interval) RETURNS interval LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT -ln(1 - roll(choice, i)) * mean $$;

-- within returns a uniform waiting time.
CREATE FUNCTION within(choice text, i bigint, low interval, high interval) RETURNS interval LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT low + roll(choice, i) * (high - low) $$;

-- pick returns a value by weight. Each threshold is the sum of the weights up to and including its value; the last
-- value has none.
CREATE FUNCTION pick(choice text, i bigint, options text[], thresholds float8[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT options[1 + width_bucket(roll(choice, i), thresholds)] $$;

CREATE FUNCTION one_of(choice text, i bigint, options text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT options[1 + floor(roll(choice, i) * cardinality(options))::int] $$;

-- id has the form of Prisma's default ids: 25 characters, the first a "c".
CREATE FUNCTION id(kind text, i bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT 'c' || left(md5(kind || i::text || ':' || (:seed)::text), 24) $$;

-- hours spreads a year of business over its hours: three times as much at the end as at the start, less at weekends,
-- most in the evening in Seoul. Users register from the first hour; uploads start after 1 % of the year's business
-- and sales after 3 %, so that each product has a seller and each order has a product.
-- Each hour has the rows of a kind from its own number up to the next hour's.
CREATE TABLE hours AS
WITH weighted AS (
	SELECT h, begins,
		('{6,4,2,1,1,1,2,4,6,8,9,9,10,9,9,9,10,10,11,13,15,16,14,10}'::int[])[1 + extract(hour FROM begins + interval '9 hours')::int]
			* (1 + 2 * h / 8760.0) * (CASE extract(isodow FROM begins + interval '9 hours') WHEN 6 THEN 0.7 WHEN 7 THEN 0.8 ELSE 1 END) AS weight
	FROM generate_series(0, 8759) h, LATERAL (SELECT (:now - interval '365 days' + h * interval '1 hour')::timestamp(3) AS begins) b
), shares AS (
	SELECT h, begins, sum(weight) OVER (ORDER BY h) / sum(weight) OVER () AS done FROM weighted
), counts AS (
	SELECT h, begins, round(done * :users)::int AS users,
		round(greatest(0, (done - 0.01) / 0.99) * (:users * 2 / 5))::int AS products,
		round(greatest(0, (done - 0.03) / 0.97) * (:users * 5 / 2))::int AS orders
	FROM shares
)
SELECT h, begins,
	lag(users, 1, 0) OVER by_hour AS users, users AS users_after,
	lag(products, 1, 0) OVER by_hour AS products, products AS products_after,
	lag(orders, 1, 0) OVER by_hour AS orders, orders AS orders_after
FROM counts WINDOW by_hour AS (ORDER BY h);

-- moment places row i of an hour's rows at a time within the hour, in the order of their numbers.
CREATE FUNCTION moment(choice text, i bigint, begins timestamp, first int, next int) RETURNS timestamp LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT begins + (i - first + roll(choice, i)) / (next - first) * interval '1 hour' $$;
