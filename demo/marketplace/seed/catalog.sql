INSERT INTO "Category" ("slug", "name", "position")
SELECT slug, initcap(slug), position - 1
FROM unnest('{chatgpt,midjourney,coding,marketing,writing,business,education,design,photography,video,music,legal,health}'::text[])
	WITH ORDINALITY AS categories (slug, position);

INSERT INTO "Tag" ("id", "name") SELECT id('Tag', i), 'tag-' || to_char(i, 'FM00') FROM generate_series(0, 59) i;

-- A seller is every twentieth user, earlier ones more often, and has one currency. Amounts are in minor units until
-- they are stored, so that sums and shares are exact; unit is the number of them in a major unit.
CREATE TABLE prompts AS
WITH uploads AS (
	SELECT i, moment('upload', i, begins, products, products_after)::timestamp(3) AS created_at,
		floor(roll('seller', i) ^ 2 * ((users + 19) / 20))::int * 20 AS seller,
		least(floor(-ln(1 - roll('price', i)) * 8), 195)::int AS price
	FROM hours, generate_series(products, products_after - 1) i
	OFFSET 0
), currencies AS (
	SELECT *, pick('currency', seller, '{KRW,USD,EUR}', '{0.70,0.93}') AS currency FROM uploads OFFSET 0
)
SELECT i, id('Product', i) AS id, seller, created_at, currency,
	CASE currency WHEN 'KRW' THEN 1900 + 1000 * least(price, 97) ELSE 199 + 50 * price END AS price,
	CASE currency WHEN 'KRW' THEN 1 ELSE 100 END AS unit
FROM currencies;

-- Level 1 puts a prompt on sale; the higher levels are optional. No step takes more than twice its mean, so that nothing
-- waits for three days. Each level follows the approval of the one before. The first
-- prompt of all is approved within hours, so that something is on sale.
CREATE TABLE checks AS
WITH RECURSIVE waits AS (
	SELECT i AS prompt, level, i * 3 + level - 1 AS check_number, interval '110 minutes' * CASE i WHEN 0 THEN 0.1 ELSE 1 END AS unit
	FROM prompts, generate_series(1, 3) level
), verdicts AS (
	SELECT prompt, level,
		least(after('assignment', check_number, 6 * unit), 12 * unit) AS assigned,
		least(after('review', check_number, 8 * unit), 16 * unit) AS reviewed,
		least(after('decision', check_number, 4 * unit), 8 * unit) AS decided,
		CASE WHEN check_number = 0 THEN 'APPROVED'
			WHEN level = 1 THEN pick('verdict', check_number, '{NOT REQUESTED,CANCELLED,REJECTED,APPROVED}', '{0.06,0.08,0.16}')
			ELSE pick('verdict', check_number, '{CANCELLED,REJECTED,APPROVED}', '{0.02,0.15}') END AS verdict
	FROM waits
), requests AS (
	SELECT v.*, created_at + within('first check', i, '1 minute', '2 hours') AS requested_at
	FROM prompts p JOIN verdicts v ON v.prompt = p.i AND v.level = 1
	UNION ALL
	SELECT v.*, requested_at + r.assigned + r.reviewed + r.decided + after('next check', v.prompt * 3 + v.level, '20 days')
	FROM requests r JOIN verdicts v ON v.prompt = r.prompt AND v.level = r.level + 1
	WHERE r.verdict = 'APPROVED' AND roll('wants more', v.prompt * 3 + v.level) < 0.45
)
SELECT prompt, level, verdict, requested_at::timestamp(3),
	(requested_at + assigned)::timestamp(3) AS assigned_at, (requested_at + assigned + reviewed)::timestamp(3) AS reviewed_at,
	(requested_at + assigned + reviewed + decided)::timestamp(3) AS completed_at,
	CASE
		WHEN verdict = 'NOT REQUESTED' OR requested_at > :now THEN NULL
		WHEN requested_at + assigned > :now THEN 'PENDING'
		WHEN verdict = 'CANCELLED' THEN 'CANCELLED'
		WHEN requested_at + assigned + reviewed / 3 > :now THEN 'ASSIGNED'
		WHEN requested_at + assigned + reviewed > :now THEN 'IN_PROGRESS'
		WHEN requested_at + assigned + reviewed + decided > :now THEN 'COMPLETED'
		ELSE verdict
	END AS status
FROM requests;

INSERT INTO "Product" ("id", "seller_id", "title", "slug", "status", "category", "model", "price", "currency", "view_count", "published_at", "createdAt", "updatedAt")
SELECT id, id('User', seller), 'Prompt ' || i, 'prompt-' || i,
	CASE
		WHEN status IS NULL OR status = 'CANCELLED' THEN 'draft'
		WHEN status = 'REJECTED' THEN 'rejected'
		WHEN status = 'APPROVED' THEN CASE i % 60 WHEN 59 THEN 'suspended' ELSE 'active' END
		ELSE 'pending'
	END,
	pick('category', i, '{chatgpt,midjourney,coding,marketing,writing,business,education,design,photography,video,music,legal,health,NULL}',
		'{0.20,0.36,0.48,0.58,0.66,0.73,0.79,0.84,0.88,0.91,0.93,0.94,0.95}'),
	('{gpt-5,llama-4,midjourney-v7,stable-diffusion,gemini}'::text[])[1 + i % 5],
	price / unit::float8, currency, i % 997, CASE status WHEN 'APPROVED' THEN completed_at END, created_at, created_at
FROM prompts p JOIN checks c ON c.prompt = p.i AND c.level = 1;

INSERT INTO "ProductVersion" ("id", "product_id", "version", "changelog", "created_at")
SELECT id('ProductVersion', i::bigint * 2 + version), id, version, CASE version WHEN 1 THEN 'first version' ELSE 'clearer wording' END, at
FROM prompts, LATERAL (VALUES (1, created_at), (2, created_at + after('second version', i, '20 days'))) versions (version, at)
WHERE version = 1 OR i % 5 = 0 AND at <= :now;

INSERT INTO "File" ("id", "product_id", "user_id", "name", "mime_type", "size", "status", "created_at")
SELECT id('File', file), prompt_id, id('User', seller), 'prompt-' || i || '-' || n || '.json', 'application/json',
	2000 + floor(-ln(1 - roll('size', file)) * 400000)::int,
	-- The virus scanner takes up to eight hours.
	CASE WHEN created_at + within('scan', file, '1 minute', '8 hours') > :now THEN 'SCANNING'
		ELSE pick('file status', file, '{ACTIVE,DELETED,QUARANTINED}', '{0.96,0.992}') END::"FileStatus",
	least(created_at + n * interval '1 second', :now)
FROM (SELECT i, id AS prompt_id, seller, created_at, n, i::bigint * 4 + n AS file FROM prompts, generate_series(0, floor(3 * roll('files', i))::int) n) files;

INSERT INTO "ProductTag" ("product_id", "tag_id")
SELECT id, id('Tag', tag) FROM prompts, LATERAL (VALUES (i % 60), ((i + 1 + i / 60 % 59) % 60)) tags (tag);

INSERT INTO "Verification" ("id", "product_id", "verifier_id", "level", "score", "status", "requested_at", "assigned_at", "reviewed_at", "completed_at")
SELECT id('Verification', number), id('Product', prompt),
	CASE WHEN assigned THEN id('User', 1 + 200 * floor(roll('verifier', number) * greatest(1, (verifier_base + 198) / 200))::bigint) END,
	level, CASE WHEN assigned AND reviewed_at <= :now THEN (30 + floor(roll('score', number) * 70)) / 100 END, status::"VerificationStatus", requested_at,
	CASE WHEN assigned THEN assigned_at END, CASE WHEN assigned AND reviewed_at <= :now THEN reviewed_at END,
	CASE WHEN assigned AND reviewed_at <= :now THEN reviewed_at END -- a decision leaves this time
FROM (
	SELECT c.*, prompt * 3 + level - 1 AS number, status NOT IN ('PENDING', 'CANCELLED') AS assigned, hours.users AS verifier_base
	FROM checks c LEFT JOIN hours ON h = floor(extract(epoch FROM assigned_at - (:now - interval '365 days')) / 3600)::int
	WHERE status IS NOT NULL
) requested
UNION ALL -- the automatic check of each upload
SELECT id('Verification automatic', i), id, NULL, 0, 1, 'APPROVED', created_at, created_at, created_at, created_at FROM prompts;
