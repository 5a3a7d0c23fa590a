-- A charge: paid by several grants.

CREATE TEMP VIEW IF NOT EXISTS charge_split (
    id, account_id, member_id, price_id, holder_id,
    grant_id,
    at, cost, keep, counted, attributes, shadow, units
) AS SELECT
    NULL, NULL, NULL, NULL, NULL,
    NULL,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL;

CREATE TEMP TRIGGER IF NOT EXISTS charge_split_takes
    INSTEAD OF INSERT ON charge_split
BEGIN
    -- The account must not be suspended or due for a refresh.
    SELECT CASE
        WHEN suspended_at IS NOT NULL THEN RAISE(ABORT, 'faregate:suspended')
        WHEN due_at <= NEW.at THEN RAISE(ABORT, 'faregate:due') END
    FROM accounts WHERE id = NEW.account_id;

    SELECT RAISE(ABORT, 'faregate:credits')
    WHERE NEW.cost > (
        SELECT coalesce(sum(remaining), 0) FROM payers
        WHERE account_id = NEW.account_id AND price_id = NEW.price_id);

    -- This process must have a lease, or another would refund the charge as abandoned.
    SELECT RAISE(ABORT, 'faregate:lease')
    WHERE NOT EXISTS (
        SELECT 1 FROM holders WHERE id = NEW.holder_id AND alive_until >= NEW.at + 45000);

    INSERT INTO charges (
        id, account_id, member_id, price_id, holder_id, grant_id, created_at, state_since, quoted, cost,
        counted, attributes, shadow, plan, units)
    VALUES (
        NEW.id, NEW.account_id, NEW.member_id, NEW.price_id, NEW.holder_id,
        NULL, NEW.at, NEW.at, NEW.cost, NEW.cost,
        NEW.counted, NEW.attributes, NEW.shadow,
        (SELECT plan FROM accounts WHERE id = NEW.account_id), NEW.units);

    -- In spending order, each grant pays what is left to pay after the earlier grants.
    INSERT INTO charge_grants (charge_id, grant_id, credits)
    SELECT NEW.id, id, min(remaining, NEW.cost - before) FROM (
        SELECT id, remaining, sum(remaining) OVER (
            ORDER BY is_general, priority, expires_at, position, id ROWS UNBOUNDED PRECEDING
        ) - remaining AS before
        FROM payers WHERE account_id = NEW.account_id AND price_id = NEW.price_id)
    WHERE before < NEW.cost;

    INSERT INTO journal (previous, at, account_id, kind, credits, held, charge_id, grant_id)
    SELECT
        CASE number WHEN 1 THEN last_entry ELSE latest + number - 1 END,
        NEW.at, NEW.account_id, 'charge', -credits, credits, NEW.id, grant_id
    FROM (
        SELECT
            grant_id, credits,
            row_number() OVER (ORDER BY is_general, priority, expires_at, position, grant_id) AS number,
            (SELECT last_entry FROM accounts WHERE id = NEW.account_id) AS last_entry,
            (SELECT max(id) FROM journal) AS latest
        FROM charge_grants JOIN grants ON grants.id = grant_id WHERE charge_id = NEW.id)
    ORDER BY number;

    UPDATE grants SET
        remaining = remaining - credits, taken = taken + credits, spent = remaining = credits
    FROM charge_grants WHERE charge_id = NEW.id AND grant_id = grants.id;

    UPDATE accounts SET last_entry = last_insert_rowid() WHERE id = NEW.account_id;
END;

INSERT INTO charge_split VALUES (
    ?1, ?2, ?3, ?4, ?5,
    (SELECT id FROM payers WHERE account_id = ?2 AND price_id = ?4 ORDER BY is_general, priority, expires_at, position, id LIMIT 1),
    ?7, ?8, ?9, ?10, ?11, ?12, ?13);
