-- No mail leaves the queue, and 20 mails have been due for 20 minutes.
SET lock_timeout = '10s';
CREATE FUNCTION demo_fault_mail_stuck() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER demo_fault_mail_stuck BEFORE UPDATE ON "EmailQueue" FOR EACH ROW EXECUTE FUNCTION demo_fault_mail_stuck();
INSERT INTO "EmailQueue" ("id", "to", "template", "scheduled_at", "created_at")
SELECT 'fault-' || gen_random_uuid(), 'user1@example.com', 'digest', due, due
FROM (SELECT timezone('UTC', now()) - interval '20 minutes' AS due) clock, generate_series(1, 20);
