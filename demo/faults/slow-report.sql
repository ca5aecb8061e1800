INSERT INTO "FeatureFlag" ("key", "enabled") VALUES ('slow-report', true);
