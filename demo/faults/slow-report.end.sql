DELETE FROM "FeatureFlag" WHERE "key" = 'slow-report';
