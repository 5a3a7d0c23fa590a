-- A charge: paid at the price of a plan.

CREATE TEMP VIEW IF NOT EXISTS charge_paid_plan (
    id, account_id, member_id, price_id, holder_id,
    grant_id,
    at, cost, keep, counted, attributes, shadow, units,
    plan
) AS SELECT
    NULL, NULL, NULL, NULL, NULL,
    NULL,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    NULL;

CREATE TEMP TRIGGER IF NOT EXISTS charge_paid_plan_takes
    INSTEAD OF INSERT ON charge_paid_plan
BEGIN
    -- The account must not be suspended or due for a refresh, and must be on this plan.
    SELECT CASE
        WHEN suspended_at IS NOT NULL THEN RAISE(ABORT, 'faregate:suspended')
        WHEN due_at <= NEW.at THEN RAISE(ABORT, 'faregate:due')
        WHEN plan IS NOT NEW.plan THEN RAISE(ABORT, 'faregate:plan') END
    FROM accounts WHERE id = NEW.account_id;

    -- The first grant pays alone if at least `keep` credits remain in it. Otherwise this statement fails, and the
    -- charge runs again, paid by several grants.
    SELECT coalesce(
        (SELECT CASE WHEN remaining - NEW.cost < NEW.keep THEN RAISE(ABORT, 'faregate:split') ELSE 1 END
        FROM grants WHERE id = NEW.grant_id),
        RAISE(ABORT, 'faregate:credits'));

    -- This process must have a lease, or another would refund the charge as abandoned.
    SELECT RAISE(ABORT, 'faregate:lease')
    WHERE NOT EXISTS (
        SELECT 1 FROM holders WHERE id = NEW.holder_id AND alive_until >= NEW.at + 45000);

    INSERT INTO charges (
        id, account_id, member_id, price_id, holder_id, grant_id, created_at, state_since, quoted, cost,
        counted, attributes, shadow, plan, units)
    VALUES (
        NEW.id, NEW.account_id, NEW.member_id, NEW.price_id, NEW.holder_id,
        NEW.grant_id, NEW.at, NEW.at, NEW.cost, NEW.cost,
        NEW.counted, NEW.attributes, NEW.shadow,
        (SELECT plan FROM accounts WHERE id = NEW.account_id), NEW.units);

    UPDATE grants SET remaining = remaining - NEW.cost, taken = taken + NEW.cost WHERE id = NEW.grant_id;

    INSERT INTO journal (previous, at, account_id, kind, credits, held, charge_id, grant_id)
    SELECT last_entry, NEW.at, id, 'charge', -NEW.cost, NEW.cost, NEW.id, NEW.grant_id
    FROM accounts WHERE id = NEW.account_id;

    UPDATE accounts SET last_entry = last_insert_rowid() WHERE id = NEW.account_id;
END;

INSERT INTO charge_paid_plan VALUES (
    ?1, ?2, ?3, ?4, ?5,
    (SELECT id FROM payers WHERE account_id = ?2 AND price_id = ?4 ORDER BY is_general, priority, expires_at, position, id LIMIT 1),
    ?7, ?8, ?9, ?10, ?11, ?12, ?13,
    ?14);
