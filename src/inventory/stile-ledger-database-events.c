/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-ledger-database-events.h"

#include "inventory/stile-statement.h"

typedef struct
{
  const char *issuer;
  const char *serial;
  const char *what;
  const char *details;
} Event;

static gboolean
insert (StileDatabase *database, const Event *event, GError **error)
{
  g_autoptr (StileStatement) statement = stile_statement_new (
      database, "INSERT INTO events (issuer, serial, date, what, details) VALUES (?, ?, ?, ?, ?)", error);

  if (statement == NULL)
    return FALSE;
  stile_statement_bind_text (statement, 1, event->issuer);
  stile_statement_bind_text (statement, 2, event->serial);
  stile_statement_bind_number (statement, 3, g_get_real_time () / G_USEC_PER_SEC);
  stile_statement_bind_text (statement, 4, event->what);
  stile_statement_bind_text (statement, 5, event->details);

  return stile_statement_run (statement, error);
}

/* Each kind by itself: what a device tells again and again does not push out what people have decided about it. */
static gboolean
forget_oldest (StileDatabase *database, const Event *event, GError **error)
{
  g_autoptr (StileStatement) statement =
      stile_statement_new (database,
                           "DELETE FROM events WHERE issuer = ?1 AND serial = ?2 AND what = ?3 AND id <= "
                           "(SELECT id FROM events WHERE issuer = ?1 AND serial = ?2 AND what = ?3 "
                           "ORDER BY id DESC LIMIT 1 OFFSET ?4)",
                           error);

  if (statement == NULL)
    return FALSE;
  stile_statement_bind_text (statement, 1, event->issuer);
  stile_statement_bind_text (statement, 2, event->serial);
  stile_statement_bind_text (statement, 3, event->what);
  stile_statement_bind_number (statement, 4, STILE_LEDGER_DATABASE_EVENTS_MAX);

  return stile_statement_run (statement, error);
}

static gboolean
add (StileDatabase *database, gpointer user_data, GError **error)
{
  return insert (database, user_data, error) && forget_oldest (database, user_data, error);
}

gboolean
stile_ledger_database_events_add (StileLedger *ledger,
                                  const char *issuer,
                                  const char *serial,
                                  const char *what,
                                  GVariant *details,
                                  GError **error)
{
  /* As text, which a person can read in the file. */
  g_autofree char *text = details != NULL ? g_variant_print (details, TRUE) : NULL;
  Event event = { issuer, serial, what, text };

  return stile_database_write (stile_ledger_database_get_database (ledger), add, &event, error);
}

static GVariant *
read_event (StileStatement *statement)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autofree char *what = stile_statement_get_text (statement, 1);
  g_autofree char *text = stile_statement_get_text (statement, 2);
  g_autoptr (GVariant) details =
      text != NULL ? g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, NULL) : NULL;

  g_variant_builder_add (&builder, "{sv}", "date",
                         g_variant_new_int64 (stile_statement_get_number (statement, 0)));
  g_variant_builder_add (&builder, "{sv}", "what", g_variant_new_string (what));
  if (details != NULL)
    g_variant_builder_add (&builder, "{sv}", "details", details);

  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

GPtrArray *
stile_ledger_database_events_list (StileLedger *ledger,
                                   const char *issuer,
                                   const char *serial,
                                   GError **error)
{
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify)g_variant_unref);
  g_autoptr (StileStatement) statement = stile_statement_new (
      stile_ledger_database_get_database (ledger),
      "SELECT date, what, details FROM events WHERE issuer = ? AND serial = ? ORDER BY id", error);
  StileStatementState state = STILE_STATEMENT_FAILED;

  if (statement == NULL)
    return NULL;
  stile_statement_bind_text (statement, 1, issuer);
  stile_statement_bind_text (statement, 2, serial);
  while ((state = stile_statement_step (statement, error)) == STILE_STATEMENT_ROW)
    g_ptr_array_add (events, read_event (statement));

  return state == STILE_STATEMENT_DONE ? g_steal_pointer (&events) : NULL;
}
