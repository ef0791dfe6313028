/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-result-actions.h"

#include <glib/gi18n-lib.h>

#include "app/stile-diagnose-file.h"
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
  gtk_widget_set_visible (gtk_widget_get_parent (self->intended), self->authority != NULL);
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

static void
take_back (GtkWidget *widget, const char *authority)
{
  StileResultActions *self = STILE_RESULT_ACTIONS (widget);
  g_autoptr (GError) error = NULL;

  if (!stile_known_authorities_remove (self->known, authority, &error))
    {
      tell (self, error->message);
      return;
    }

  g_free (self->authority);
  self->authority = self->report != NULL ? find_authority (self->report) : NULL;
  show_state (self);
}

static void
intended_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StileResultActions *self = STILE_RESULT_ACTIONS (widget);
  g_autoptr (GVariant) told = stile_json_get_member (stile_report_get_document (self->report), "authority");
  const char *called = stile_json_get_string (told, "name");
  g_autoptr (GError) error = NULL;

  if (!stile_known_authorities_add (self->known, self->authority, called != NULL ? called : "", &error))
    {
      tell (self, error->message);
      return;
    }

  stile_undo_offer (widget, _ ("Next time this is no warning"), self->authority, take_back);
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
  g_free (self->authority);
  self->authority = report != NULL ? find_authority (report) : NULL;
  show_state (self);
}
