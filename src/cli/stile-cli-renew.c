/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/stile-cli-renew.h"

#include <glib/gi18n.h>
#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-renewal.h"
#include "cli/stile-cli-channel.h"
#include "cli/stile-cli-enrolment.h"
#include "cli/stile-cli.h"
#include "codec/stile-date.h"
#include "transport/stile-http-carrier.h"

/**
 * Renew:
 *
 * One run of "stilectl renew".
 */
typedef struct
{
  char *directory;
  gboolean all;
  gboolean due;
  gboolean list;
  gboolean json;

  const char *name; /* NULL for all */
  gint64 now;
  GPtrArray *notes; /* of StileEnrolmentNote */
  GCancellable *cancellable;
} Renew;

static void
renew_clear (Renew *self)
{
  g_free (self->directory);
  g_clear_pointer (&self->notes, g_ptr_array_unref);
  g_clear_object (&self->cancellable);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Renew, renew_clear)

static gboolean
is_meant (Renew *self, StileEnrolmentNote *note)
{
  g_autofree char *name = stile_enrolment_note_get_name (note);

  return (self->name == NULL || strcmp (self->name, name) == 0) &&
         (!self->due || stile_enrolment_note_is_due (note, self->now));
}

/* --- the list --- */

static void
print_note (StileEnrolmentNote *note, gint64 now)
{
  g_autofree char *name = stile_enrolment_note_get_name (note);
  g_autofree char *subject = stile_enrolment_note_get (note, STILE_ENROLMENT_NOTE_SUBJECT);
  g_autofree char *until = stile_date_format (stile_enrolment_note_get_until (note));
  g_autofree char *due = stile_date_format (stile_enrolment_note_get_due (note));

  g_print (stile_enrolment_note_is_due (note, now) ? _ ("%s: %s, until %s, to be renewed now, since %s\n")
                                                   : _ ("%s: %s, until %s, to be renewed from %s\n"),
           name, subject != NULL ? subject : "?", until, due);
}

static void
print_list (Renew *self)
{
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));
  GVariantBuilder document = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) printed = NULL;

  for (guint i = 0; i < self->notes->len; i++)
    {
      StileEnrolmentNote *note = g_ptr_array_index (self->notes, i);

      if (is_meant (self, note) && self->json)
        g_variant_builder_add (&list, "v", stile_cli_enrolment_to_variant (note, self->now));
      else if (is_meant (self, note))
        print_note (note, self->now);
    }

  g_variant_builder_add (&document, "{sv}", "enrolments", g_variant_builder_end (&list));
  printed = g_variant_ref_sink (g_variant_builder_end (&document));
  if (self->json)
    stile_cli_print_json (printed);
  else if (self->notes->len == 0)
    g_print (_ ("There are no enrolments in “%s”.\n"), self->directory);
}

/* --- renewing --- */

static void
waiting_cb (StileRenewal *renewal, gint64 until, gpointer user_data)
{
  stile_cli_enrolment_waiting_cb (NULL, until, user_data);
}

static gboolean
renew (Renew *self, StileEnrolmentNote *note, GError **error)
{
  g_autoptr (GBytes) pin = stile_cli_enrolment_get_pin ();
  g_autoptr (StileRenewal) renewal = stile_renewal_new (STILE_TYPE_HTTP_CARRIER, note, self->directory, pin);
  g_autoptr (GAsyncResult) result = NULL;

  g_signal_connect (renewal, "waiting", G_CALLBACK (waiting_cb), NULL);
  stile_renewal_run_async (renewal, self->cancellable, stile_cli_channel_await_cb, &result);
  if (!stile_renewal_run_finish (renewal, stile_cli_channel_await (&result), error))
    return FALSE;

  stile_cli_enrolment_print (stile_renewal_get_enrolment (renewal), self->json);
  return TRUE;
}

/* One that fails does not keep the others from being renewed; the first failure is the exit status. */
static int
renew_all (Renew *self)
{
  int status = STILE_CLI_EXIT_DONE;

  self->cancellable = stile_cli_watch_interrupt ();
  for (guint i = 0; i < self->notes->len && !g_cancellable_is_cancelled (self->cancellable); i++)
    {
      StileEnrolmentNote *note = g_ptr_array_index (self->notes, i);
      g_autofree char *name = stile_enrolment_note_get_name (note);
      g_autoptr (GError) error = NULL;
      int failed;

      if (!is_meant (self, note) || renew (self, note, &error))
        continue;
      g_prefix_error (&error, _ ("Renewing “%s”: "), name);
      failed = stile_cli_fail (error, self->json);
      if (status == STILE_CLI_EXIT_DONE)
        status = failed;
    }

  return status;
}

static gboolean
knows (Renew *self)
{
  for (guint i = 0; i < self->notes->len; i++)
    {
      g_autofree char *name = stile_enrolment_note_get_name (g_ptr_array_index (self->notes, i));

      if (strcmp (name, self->name) == 0)
        return TRUE;
    }

  return FALSE;
}

static int
run (Renew *self)
{
  g_autoptr (GError) error = NULL;

  self->now = g_get_real_time () / G_USEC_PER_SEC;
  self->notes = stile_enrolment_note_list (self->directory, &error);
  if (self->notes != NULL && self->name != NULL && !knows (self))
    g_set_error (&error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("There is no enrolment “%s” in “%s”"),
                 self->name, self->directory);
  if (error != NULL)
    return stile_cli_fail (error, self->json);

  if (!self->list)
    return renew_all (self);
  print_list (self);
  return STILE_CLI_EXIT_DONE;
}

/**
 * stile_cli_renew_run:
 *
 * "stilectl renew": new certificates in place of old ones, for those who enrolled.
 *
 * Returns: the exit status
 */
int
stile_cli_renew_run (int argc, char *argv[])
{
  g_auto (Renew) self = { 0 };
  const GOptionEntry entries[] = {
    { "directory", 0, 0, G_OPTION_ARG_FILENAME, &self.directory, N_ ("Where enrolments are kept"),
      N_ ("FOLDER") },
    { "all", 0, 0, G_OPTION_ARG_NONE, &self.all, N_ ("Renew all of them"), NULL },
    { "due", 0, 0, G_OPTION_ARG_NONE, &self.due, N_ ("Only those whose time has come"), NULL },
    { "list", 0, 0, G_OPTION_ARG_NONE, &self.list, N_ ("Say which there are, and when their time comes"),
      NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &self.json, N_ ("Print JSON"), NULL },
    G_OPTION_ENTRY_NULL,
  };

  if (!stile_cli_parse ("renew", _ ("[NAME]"), _ ("Renew certificates before they run out."), entries, &argc,
                        &argv))
    return STILE_CLI_EXIT_USAGE;
  if (argc > 2 || (argc == 2 && self.all))
    return stile_cli_fail_usage ("renew", _ ("name one enrolment, or give --all"));
  if (argc == 1 && !self.all && !self.due && !self.list)
    return stile_cli_fail_usage ("renew", _ ("name an enrolment, or give --all, --due or --list"));

  self.name = argc == 2 ? argv[1] : NULL;
  if (self.directory == NULL)
    self.directory = stile_cli_enrolment_get_directory ();

  return run (&self);
}
