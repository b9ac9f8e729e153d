INSERT INTO history_hour (hour, service, cost, seconds)
VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (hour, service) DO UPDATE SET
    cost = CASE
        WHEN cost IS NULL OR excluded.cost IS NULL THEN coalesce(cost, excluded.cost)
        WHEN cost > 9223372036854775807 - excluded.cost THEN 9223372036854775807
        WHEN cost < -9223372036854775807 - excluded.cost THEN -9223372036854775807
        ELSE cost + excluded.cost
    END,
    seconds = seconds + excluded.seconds
