/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-reminder.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-renewal.h"

/* Seconds between two looks: certificates live for weeks at least, and people look at their computers once a day. */
#define LOOK_EACH (24 * 3600)

/**
 * StileReminder:
 *
 * Looks, when the app starts and once a day while it runs, which of this computer's certificates should be renewed, and
 * has them renewed when somebody wants that.  The application holds it, and tells people.
 */
struct _StileReminder
{
  GObject parent_instance;

  char *directory;
  guint timer;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (StileReminder, stile_reminder, G_TYPE_OBJECT)

enum
{
  DUE,
  RENEWED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
stile_reminder_dispose (GObject *object)
{
  StileReminder *self = STILE_REMINDER (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_cancellable_cancel (self->cancellable);

  G_OBJECT_CLASS (stile_reminder_parent_class)->dispose (object);
}

static void
stile_reminder_finalize (GObject *object)
{
  StileReminder *self = STILE_REMINDER (object);

  g_clear_object (&self->cancellable);
  g_free (self->directory);

  G_OBJECT_CLASS (stile_reminder_parent_class)->finalize (object);
}

static void
stile_reminder_class_init (StileReminderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stile_reminder_dispose;
  G_OBJECT_CLASS (klass)->finalize = stile_reminder_finalize;

  /**
   * StileReminder::renewed:
   * @note: of the certificate
   * @problem: (nullable): why there is no new one; %NULL when there is
   */
  signals[RENEWED] = g_signal_new ("renewed", STILE_TYPE_REMINDER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, STILE_TYPE_ENROLMENT_NOTE, G_TYPE_STRING);
  signals[DUE] = g_signal_new ("due", STILE_TYPE_REMINDER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 1, STILE_TYPE_ENROLMENT_NOTE);
}

static void
stile_reminder_init (StileReminder *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * stile_reminder_new:
 * @directory: where enrolments are
 */
StileReminder *
stile_reminder_new (const char *directory)
{
  StileReminder *self = g_object_new (STILE_TYPE_REMINDER, NULL);

  self->directory = g_strdup (directory);
  return self;
}

static void
list_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  GPtrArray *notes = stile_enrolment_note_list (task_data, &error);

  if (notes != NULL)
    g_task_return_pointer (task, notes, (GDestroyNotify)g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
listed (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) notes = g_task_propagate_pointer (G_TASK (result), &error);
  StileReminder *self = user_data;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  if (notes == NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* nobody is to be told any more: dispose cancelled us */
  if (notes == NULL)
    g_warning ("Looking for certificates that should be renewed: %s", error->message);

  for (guint i = 0; notes != NULL && i < notes->len; i++)
    if (stile_enrolment_note_is_due (g_ptr_array_index (notes, i), now))
      g_signal_emit (self, signals[DUE], 0, g_ptr_array_index (notes, i));
}

static gboolean
day_passed (gpointer user_data)
{
  stile_reminder_look (user_data);
  return G_SOURCE_CONTINUE;
}

/**
 * stile_reminder_look:
 *
 * Looks now, and from now on once a day.
 */
void
stile_reminder_look (StileReminder *self)
{
  g_autoptr (GTask) task = g_task_new (NULL, self->cancellable, listed, self);

  if (self->timer == 0)
    self->timer = g_timeout_add_seconds (LOOK_EACH, day_passed, self);
  g_task_set_source_tag (task, stile_reminder_look);
  g_task_set_task_data (task, g_strdup (self->directory), g_free);
  g_task_run_in_thread (task, list_in_thread);
}

/* --- renewing --- */

static void
renewed (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileEnrolmentNote) note = user_data;
  gboolean done = stile_renewal_run_finish (STILE_RENEWAL (object), result, &error);
  StileReminder *self = g_object_get_data (object, "stile-reminder");

  if (!done && stile_error_is_cancelled (error))
    return; /* nobody is to be told any more: dispose cancelled us */

  g_signal_emit (self, signals[RENEWED], 0, note, done ? NULL : error->message);
}

/**
 * stile_reminder_renew:
 * @carrier_type: a type that implements StileCarrier and GInitable
 * @name: of the enrolment, as stile_enrolment_note_get_name() has it
 *
 * Gets a new certificate in place of that one; StileReminder::renewed tells how it went.
 */
void
stile_reminder_renew (StileReminder *self, GType carrier_type, const char *name)
{
  g_autofree char *base = g_strconcat (name, STILE_ENROLMENT_NOTE_SUFFIX, NULL);
  g_autofree char *path = g_build_filename (self->directory, base, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileEnrolmentNote) note = NULL;
  g_autoptr (StileRenewal) renewal = NULL;

  /* The name comes with a notification, which may be of long ago. */
  if (strchr (name, G_DIR_SEPARATOR) == NULL)
    note = stile_enrolment_note_load (path, &error);
  if (note == NULL)
    {
      g_warning ("Renewing “%s”: %s", name, error != NULL ? error->message : "this is no name");
      return;
    }

  renewal = stile_renewal_new (carrier_type, note, self->directory, NULL);
  g_object_set_data (G_OBJECT (renewal), "stile-reminder", self);
  stile_renewal_run_async (renewal, self->cancellable, renewed, g_steal_pointer (&note));
}

/**
 * stile_reminder_get_title:
 *
 * Returns: (transfer full): what somebody is told, translated
 */
char *
stile_reminder_get_title (StileEnrolmentNote *note)
{
  g_autofree char *subject = stile_enrolment_note_get (note, STILE_ENROLMENT_NOTE_SUBJECT);
  g_autofree char *name = stile_enrolment_note_get_name (note);

  return g_strdup_printf (_ ("The certificate “%s” should be renewed"), subject != NULL ? subject : name);
}

/**
 * stile_reminder_get_text:
 * @now: Unix seconds
 *
 * Returns: (transfer full): until when there is time, translated
 */
char *
stile_reminder_get_text (StileEnrolmentNote *note, gint64 now)
{
  gint64 until = stile_enrolment_note_get_until (note);
  g_autoptr (GDateTime) end = g_date_time_new_from_unix_local (until);
  /* TRANSLATORS: a date such as 1 December 2026, with the month in letters; see g_date_time_format() */
  g_autofree char *day = g_date_time_format (end, _ ("%-d %B %Y"));

  return until < now
             ? g_strdup_printf (_ ("It ran out on %s. What relies on it does not work any more."), day)
             : g_strdup_printf (_ ("It is valid until %s."), day);
}
