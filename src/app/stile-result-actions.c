/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-result-actions.h"

#include <glib/gi18n-lib.h>

#include "app/stile-diagnose-file.h"
#include "app/stile-flow-box.h"
#include "app/stile-text.h"
#include "app/stile-undo.h"
#include "atls/stile-error.h"
#include "codec/stile-json.h"

/**
 * StileResultActions:
 *
 * What one can do with a report: copy it, save it, and say that whoever intercepts is meant to be there.  Running again and
 * comparing are the page's own.
 */
struct _StileResultActions
{
  GtkWidget parent_instance;

  StileReport *report;          /* NULL: nothing is shown */
  StileKnownAuthorities *known; /* NULL until it was set */
  char *authority;              /* whom a person may call intended, or NULL */
  gboolean without_private;

  GtkWidget *content;
  GtkWidget *intended;
};

enum
{
  PROP_WITHOUT_PRIVATE = 1,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (StileResultActions, stile_result_actions, GTK_TYPE_WIDGET)

static void
show_state (StileResultActions *self)
{
  GtkWidget *widget = GTK_WIDGET (self);

  gtk_widget_action_set_enabled (widget, "result.copy", self->report != NULL);
  gtk_widget_action_set_enabled (widget, "result.save", self->report != NULL);
  gtk_widget_action_set_enabled (widget, "result.intended", self->authority != NULL && self->known != NULL);
  gtk_widget_set_visible (self->intended, self->authority != NULL);
}

static void
tell (StileResultActions *self, const char *text)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-toast", "s", text);
}

/* --- copy and save --- */

static void
copy_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StileResultActions *self = STILE_RESULT_ACTIONS (widget);
  g_autofree char *text = stile_diagnose_file_summarize (self->report, !self->without_private);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  tell (self, _ ("Copied"));
}

static void
saved (GObject *object, GAsyncResult *result, gpointer user_data)
{
  StileResultActions *self = STILE_RESULT_ACTIONS (object);
  g_autoptr (GError) error = NULL;

  if (stile_diagnose_file_save_finish (GTK_WIDGET (self), result, &error))
    tell (self, _ ("Report saved"));
  else if (!stile_error_is_cancelled (error))
    tell (self, error->message);
}

static void
save_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StileResultActions *self = STILE_RESULT_ACTIONS (widget);

  stile_diagnose_file_save_async (widget, self->report, !self->without_private, NULL, saved, NULL);
}

/* --- what is intended --- */

/* Nothing where nobody reads, and nothing that was said already. */
static char *
find_authority (StileReport *report)
{
  g_autoptr (GVariant) authority = stile_json_get_member (stile_report_get_document (report), "authority");
  g_autoptr (GVariant) verdict = stile_json_get_member (stile_report_get_document (report), "verdict");

  if (stile_json_get_boolean (verdict, "intended", FALSE))
    return NULL;

  return g_strdup (stile_json_get_string (authority, "id"));
}

typedef struct
{
  StileKnownAuthorities *known;
  char *authority;
  char *name; /* NULL: it is not intended any more */
} Knowing;

static void
knowing_free (gpointer data)
{
  Knowing *knowing = data;

  g_object_unref (knowing->known);
  g_free (knowing->authority);
  g_free (knowing->name);
  g_free (knowing);
}

/* On disk before it is said to be, which takes longer than a frame; one after the other, each reads what is there. */
static void
write_known (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  static GMutex writing;
  Knowing *knowing = data;
  GError *error = NULL;
  gboolean written;

  g_mutex_lock (&writing);
  written = knowing->name != NULL
                ? stile_known_authorities_add (knowing->known, knowing->authority, knowing->name, &error)
                : stile_known_authorities_remove (knowing->known, knowing->authority, &error);
  g_mutex_unlock (&writing);

  if (written)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
know_async (StileResultActions *self, const char *authority, const char *name, GAsyncReadyCallback callback)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, NULL);
  Knowing *knowing = g_new0 (Knowing, 1);

  knowing->known = g_object_ref (self->known);
  knowing->authority = g_strdup (authority);
  knowing->name = g_strdup (name);
  g_task_set_source_tag (task, know_async);
  g_task_set_task_data (task, knowing, knowing_free);
  g_task_run_in_thread (task, write_known);
}

static void
offer_authority (StileResultActions *self)
{
  g_free (self->authority);
  self->authority = self->report != NULL ? find_authority (self->report) : NULL;
  show_state (self);
}

static void
taken_back (GObject *object, GAsyncResult *result, gpointer user_data)
{
  StileResultActions *self = STILE_RESULT_ACTIONS (object);
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    offer_authority (self);
  else
    tell (self, error->message);
}

static void
take_back (GtkWidget *widget, const char *authority)
{
  know_async (STILE_RESULT_ACTIONS (widget), authority, NULL, taken_back);
}

static void
intended_written (GObject *object, GAsyncResult *result, gpointer user_data)
{
  StileResultActions *self = STILE_RESULT_ACTIONS (object);
  Knowing *knowing = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    {
      stile_undo_offer (GTK_WIDGET (self), _ ("Next time this is no warning"), knowing->authority, take_back);
      return;
    }

  tell (self, error->message);
  offer_authority (self);
}

static void
intended_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StileResultActions *self = STILE_RESULT_ACTIONS (widget);
  g_autoptr (GVariant) told = stile_json_get_member (stile_report_get_document (self->report), "authority");
  const char *called = stile_json_get_string (told, "name");

  know_async (self, self->authority, called != NULL ? called : "", intended_written);
  g_clear_pointer (&self->authority, g_free);
  show_state (self);
}

/* --- the object --- */

static void
stile_result_actions_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  StileResultActions *self = STILE_RESULT_ACTIONS (object);

  if (id == PROP_WITHOUT_PRIVATE)
    self->without_private = g_value_get_boolean (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
stile_result_actions_dispose (GObject *object)
{
  StileResultActions *self = STILE_RESULT_ACTIONS (object);

  g_clear_object (&self->report);
  g_clear_object (&self->known);
  g_clear_pointer (&self->authority, g_free);
  g_clear_pointer (&self->content, gtk_widget_unparent);

  G_OBJECT_CLASS (stile_result_actions_parent_class)->dispose (object);
}

static void
stile_result_actions_class_init (StileResultActionsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->set_property = stile_result_actions_set_property;
  G_OBJECT_CLASS (klass)->dispose = stile_result_actions_dispose;
  props[PROP_WITHOUT_PRIVATE] =
      g_param_spec_boolean ("without-private", NULL, NULL, TRUE, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, props);
  g_type_ensure (STILE_TYPE_FLOW_BOX);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-result-actions.ui");
  gtk_widget_class_bind_template_child (widget_class, StileResultActions, content);
  gtk_widget_class_bind_template_child (widget_class, StileResultActions, intended);
  gtk_widget_class_install_action (widget_class, "result.copy", NULL, copy_activated);
  gtk_widget_class_install_action (widget_class, "result.save", NULL, save_activated);
  gtk_widget_class_install_action (widget_class, "result.intended", NULL, intended_activated);
}

static void
stile_result_actions_init (StileResultActions *self)
{
  self->without_private = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  stile_text_let_wrap (GTK_WIDGET (self));
  show_state (self);
}

/**
 * stile_result_actions_set_known:
 * @known: where it is kept who is meant to be there
 */
void
stile_result_actions_set_known (StileResultActions *self, StileKnownAuthorities *known)
{
  g_set_object (&self->known, known);
  show_state (self);
}

/**
 * stile_result_actions_show:
 * @report: (nullable): that it is about
 */
void
stile_result_actions_show (StileResultActions *self, StileReport *report)
{
  g_set_object (&self->report, report);
  offer_authority (self);
}
