-- A sum that would leave 64 bits stays at the edge: beyond it SQLite would turn to floats.
INSERT INTO history_day (day, resource, cost, seconds, unpriced_seconds, rate, pricing, answer)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
ON CONFLICT (day, resource) DO UPDATE SET
    cost = CASE
        WHEN cost IS NULL OR excluded.cost IS NULL THEN coalesce(cost, excluded.cost)
        WHEN cost > 9223372036854775807 - excluded.cost THEN 9223372036854775807
        WHEN cost < -9223372036854775807 - excluded.cost THEN -9223372036854775807
        ELSE cost + excluded.cost
    END,
    seconds = seconds + excluded.seconds,
    unpriced_seconds = unpriced_seconds + excluded.unpriced_seconds,
    rate = iif(excluded.answer IS NULL, rate, excluded.rate),
    pricing = iif(excluded.answer IS NULL, pricing, excluded.pricing),
    answer = coalesce(excluded.answer, answer)
-- A resource that is listed twice in one answer counts once.
WHERE excluded.answer IS NULL OR answer IS NOT excluded.answer
