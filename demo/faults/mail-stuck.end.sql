-- The job sends the overdue mails.
SET lock_timeout = '10s';
DROP TRIGGER demo_fault_mail_stuck ON "EmailQueue";
DROP FUNCTION demo_fault_mail_stuck();
