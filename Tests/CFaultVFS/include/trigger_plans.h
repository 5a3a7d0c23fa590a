#ifndef TRIGGER_PLANS_H
#define TRIGGER_PLANS_H

struct sqlite3;

/// EXPLAIN QUERY PLAN shows the steps of triggers too from now on.
/// https://www.sqlite.org/c3ref/c_dbconfig_defensive.html#sqlitedbconfigtriggereqp
void show_trigger_plans(struct sqlite3 *database);

#endif
