/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-enrol-page.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "app/stile-chain-list.h"
#include "app/stile-check-list.h"
#include "app/stile-copy-row.h"
#include "app/stile-empty-box.h"
#include "app/stile-place-row.h"
#include "app/stile-speech.h"
#include "app/stile-step-page.h"
#include "bootstrap/stile-enrolment.h"
#include "codec/stile-certificate-path.h"

/**
 * StileEnrolPage:
 *
 * A certificate of the domain for this computer: before, for whom and where its key shall live; after, the certificate,
 * where it and its key are, and when it should be renewed.
 */
struct _StileEnrolPage
{
  GtkWidget parent_instance;

  StileProfile *profile;
  GBindingGroup *bindings;

  GtkWidget *content;
  GtkWidget *empty;
  GtkWidget *wishes;
  AdwActionRow *subject;
  GtkWidget *place;
  StileCheckList *refused;
  GtkWidget *identity;
  StileChainList *chain;
  StileCopyRow *certificate;
  StileCopyRow *key;
  AdwActionRow *due;
  StileCheckList *checks;
};

static void step_page_init (StileStepPageInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileEnrolPage,
                               stile_enrol_page,
                               GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_STEP_PAGE, step_page_init))

static void
stile_enrol_page_dispose (GObject *object)
{
  StileEnrolPage *self = STILE_ENROL_PAGE (object);

  if (self->bindings != NULL)
    g_binding_group_set_source (self->bindings, NULL);
  g_clear_object (&self->bindings);
  g_clear_object (&self->profile);
  g_clear_pointer (&self->content, gtk_widget_unparent);

  G_OBJECT_CLASS (stile_enrol_page_parent_class)->dispose (object);
}

static void
stile_enrol_page_class_init (StileEnrolPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_enrol_page_dispose;

  g_type_ensure (STILE_TYPE_CHAIN_LIST);
  g_type_ensure (STILE_TYPE_CHECK_LIST);
  g_type_ensure (STILE_TYPE_EMPTY_BOX);
  g_type_ensure (STILE_TYPE_COPY_ROW);
  g_type_ensure (STILE_TYPE_PLACE_ROW);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-enrol-page.ui");
  gtk_widget_class_bind_template_child (widget_class, StileEnrolPage, content);
  gtk_widget_class_bind_template_child (widget_class, StileEnrolPage, empty);
  gtk_widget_class_bind_template_child (widget_class, StileEnrolPage, wishes);
  gtk_widget_class_bind_template_child (widget_class, StileEnrolPage, subject);
  gtk_widget_class_bind_template_child (widget_class, StileEnrolPage, place);
  gtk_widget_class_bind_template_child (widget_class, StileEnrolPage, refused);
  gtk_widget_class_bind_template_child (widget_class, StileEnrolPage, identity);
  gtk_widget_class_bind_template_child (widget_class, StileEnrolPage, chain);
  gtk_widget_class_bind_template_child (widget_class, StileEnrolPage, certificate);
  gtk_widget_class_bind_template_child (widget_class, StileEnrolPage, key);
  gtk_widget_class_bind_template_child (widget_class, StileEnrolPage, due);
  gtk_widget_class_bind_template_child (widget_class, StileEnrolPage, checks);
}

/* An entry has no NULL. */
static gboolean
null_to_empty (GBinding *binding, const GValue *from, GValue *to, gpointer user_data)
{
  const char *text = g_value_get_string (from);

  g_value_set_string (to, text != NULL ? text : "");
  return TRUE;
}

static gboolean
copy_text (GBinding *binding, const GValue *from, GValue *to, gpointer user_data)
{
  g_value_copy (from, to);
  return TRUE;
}

static void
stile_enrol_page_init (StileEnrolPage *self)
{
  self->bindings = g_binding_group_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  stile_speech_complete (GTK_WIDGET (self));
  g_binding_group_bind_full (self->bindings, "new-key", self->place, "text",
                             G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL, null_to_empty, copy_text, NULL,
                             NULL);
}

/* --- before --- */

static char *
describe_subject (StileBootstrap *job)
{
  StileIdentity *identity = stile_bootstrap_get_identity (job);
  StileCertificate *certificate = identity != NULL ? stile_identity_get_certificate (identity) : NULL;
  g_autofree char *serial =
      certificate != NULL ? stile_certificate_path_get_device_serial (certificate) : NULL;

  if (certificate == NULL)
    return g_strdup (_ ("The service decides what this computer is called."));
  if (serial == NULL)
    return g_strdup_printf (_ ("“%s”, unless the domain calls it something else."),
                            stile_certificate_get_name (certificate));

  return g_strdup_printf (_ ("“%s”, serial number %s, unless the domain calls it something else."),
                          stile_certificate_get_name (certificate), serial);
}

static void
show_wishes (StileEnrolPage *self, StileBootstrap *job)
{
  g_autofree char *subject = describe_subject (job);
  g_autofree char *escaped = g_markup_escape_text (subject, -1);

  adw_action_row_set_subtitle (self->subject, escaped);
}

/* --- after --- */

static void
show_note (StileEnrolPage *self, StileEnrolmentNote *note)
{
  g_autofree char *certificate = stile_enrolment_note_get (note, STILE_ENROLMENT_NOTE_CERTIFICATE);
  g_autofree char *key = stile_enrolment_note_get (note, STILE_ENROLMENT_NOTE_KEY);
  gint64 seconds = stile_enrolment_note_get_due (note);
  g_autoptr (GDateTime) due = seconds > 0 ? g_date_time_new_from_unix_local (seconds) : NULL;
  /* TRANSLATORS: a date such as 1 December 2026, with the month in letters; see g_date_time_format() */
  g_autofree char *day = due != NULL ? g_date_time_format (due, _ ("%-d %B %Y")) : NULL;
  g_autofree char *text =
      day != NULL ? g_strdup_printf (_ ("From %s on. Stile tells you when it is time."), day) : NULL;

  stile_copy_row_set_text (self->certificate, certificate);
  stile_copy_row_set_text (self->key, key);
  gtk_widget_set_visible (GTK_WIDGET (self->due), text != NULL);
  adw_action_row_set_subtitle (self->due, text != NULL ? text : "");
}

static void
show_enrolment (StileEnrolPage *self, StileEnrolment *enrolment, gboolean complete)
{
  StileChecks *checks = enrolment != NULL ? stile_enrolment_get_checks (enrolment) : NULL;
  gboolean refused = checks != NULL && stile_checks_get_refused (checks) != NULL;

  stile_check_list_show (self->refused, refused ? checks : NULL);
  stile_check_list_show (self->checks, refused ? NULL : checks);
  gtk_widget_set_visible (self->identity, complete && enrolment != NULL);
  if (!complete || enrolment == NULL)
    return;

  stile_chain_list_show (self->chain, stile_enrolment_get_chain (enrolment), NULL);
  show_note (self, stile_enrolment_get_note (enrolment));
}

static void
take_profile (StileEnrolPage *self, StileProfile *profile)
{
  if (self->profile == profile)
    return;

  g_set_object (&self->profile, profile);
  g_binding_group_set_source (self->bindings, profile);
}

static void
show (StileStepPage *page, StileBootstrap *job)
{
  StileEnrolPage *self = STILE_ENROL_PAGE (page);
  StileBootstrapState state = stile_bootstrap_get_state (job, STILE_BOOTSTRAP_ENROL);
  gboolean complete = state == STILE_BOOTSTRAP_COMPLETE;

  take_profile (self, stile_bootstrap_get_profile (job));
  gtk_widget_set_visible (self->empty, state == STILE_BOOTSTRAP_SKIPPED);
  gtk_widget_set_visible (self->wishes, !complete && state != STILE_BOOTSTRAP_SKIPPED);
  show_wishes (self, job);
  show_enrolment (self, stile_bootstrap_get_enrolment (job), complete);
}

static void
step_page_init (StileStepPageInterface *iface)
{
  iface->show = show;
}
