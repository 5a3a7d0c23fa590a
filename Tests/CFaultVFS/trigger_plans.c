#include "trigger_plans.h"

#include <sqlite3.h>

// Here, since Swift can't call variadic functions.
void show_trigger_plans(sqlite3 *database) { sqlite3_db_config(database, SQLITE_DBCONFIG_TRIGGER_EQP, 1, (int *)0); }
